package org.limelm.core.text;

/**
 * One text of a corpus.
 *
 * @param id unique within its corpus as far as the corpus says so; never blank
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
