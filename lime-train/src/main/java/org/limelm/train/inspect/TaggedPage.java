package org.limelm.train.inspect;

import org.limelm.train.internal.table.Html;
import org.limelm.train.internal.table.HtmlTable;

/** A self-contained HTML page of tagged texts. */
public final class TaggedPage {
    /** The colours of {@code words.css}, dark ones included, for the whole page. */
    private static final String COLOURS =
            "body,th:first-child,td:first-child{background:var(--back);color:var(--ink)}\n";

    private final StringBuilder html;

    /** Creates an empty page. */
    public TaggedPage(String title) {
        html = new StringBuilder(HtmlTable.head(title, TaggedWords.style() + COLOURS));
    }

    /** Adds words with their tags under a heading. */
    public TaggedPage add(String heading, TaggedWords words) {
        return add(heading, words.toHtml());
    }

    /** Adds an HTML element under a heading. */
    TaggedPage add(String heading, String element) {
        html.append("<h2>").append(Html.escape(heading)).append("</h2>\n").append(element);
        return this;
    }

    /** Returns the page. */
    public String toHtml() {
        return html + HtmlTable.foot();
    }
}
