package org.limelm.core.text;

/**
 * A text of a corpus.
 *
 * @param id id given by the corpus, which may not be unique; never blank
 * @param text the text, which may contain any Unicode characters
 * @param origin where it was read, for error messages: {@code file:line}
 * @param fields the fields of its record that the reader was asked for; none by default
 */
public record Document(String id, String text, String origin, DocumentFields fields) {
    /**
     * Checks the id and the spans.
     *
     * @throws IllegalArgumentException if the id is blank or a span ends after the text
     */
    public Document {
        if (id.isBlank()) {
            throw new IllegalArgumentException("[" + origin + "] blank document id");
        }
        int length = text.length();
        fields.spans()
                .forEach(
                        (name, spans) -> {
                            for (LabelledSpan span : spans) {
                                if (span.end() > length) {
                                    throw new IllegalArgumentException(
                                            "[%s] field '%s': %s ends after the text of %d UTF-16 code units"
                                                    .formatted(origin, name, span, length));
                                }
                            }
                        });
    }

    /** Creates a document without fields. */
    public Document(String id, String text, String origin) {
        this(id, text, origin, DocumentFields.NONE);
    }
}
