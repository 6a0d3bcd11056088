package org.limelm.core.text;

/**
 * A text of a corpus.
 *
 * @param id id given by the corpus, which may not be unique; never blank
 * @param text the text, which may contain any Unicode characters
 * @param origin where it was read, for error messages: {@code file:line}
 */
public record Document(String id, String text, String origin) {
    /**
     * Checks the id.
     *
     * @throws IllegalArgumentException if the id is blank
     */
    public Document {
        if (id.isBlank()) {
            throw new IllegalArgumentException("[" + origin + "] blank document id");
        }
    }
}
