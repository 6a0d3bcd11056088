package org.limelm.train.internal.table;

/** Escapes text for HTML and SVG. */
public final class Html {
    private Html() {}

    /** Returns the text with the five special characters of HTML escaped. */
    public static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
