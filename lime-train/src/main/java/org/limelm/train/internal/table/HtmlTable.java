package org.limelm.train.internal.table;

import java.util.List;

/** HTML tables, and the head and foot of every page that LIME writes. */
public final class HtmlTable {
    private static final String STYLE =
            """
            body{font:16px/1.5 system-ui,sans-serif;max-width:67rem;margin:2rem auto;padding:0 1rem;\
            color:#1a1a1a;background:#fff}
            h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2rem}
            table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.8rem}
            th,td{padding:.35rem .4rem;border-bottom:1px solid #ddd;text-align:right}
            th{vertical-align:bottom}td{white-space:nowrap}
            th:first-child,td:first-child{text-align:left;position:sticky;left:0;background:#fff}
            .scroll{overflow-x:auto}
            .chart{overflow-x:auto}
            svg{width:100%;min-width:36rem;max-width:52rem;height:auto;margin:.5rem 0}
            svg text{font:12px system-ui,sans-serif;fill:#333}
            svg .title{font-size:14px;font-weight:600}
            .caption{color:#666;font-size:.8rem;margin:.2rem 0 1rem}
            summary{cursor:pointer;margin:.4rem 0}
            blockquote{white-space:pre-wrap;margin:.5rem 0;padding:.6rem 1rem;background:#f6f6f4;\
            border-left:3px solid #bbb}
            .prompt{color:#666}
            dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;font-size:.9rem}
            dt{color:#666}dd{margin:0;overflow-wrap:anywhere}
            """;

    private HtmlTable() {}

    /** Returns everything before the content of a page. */
    public static String head(String title) {
        return head(title, "");
    }

    /**
     * Returns everything before the content of a page.
     *
     * @param style further rules
     */
    public static String head(String title, String style) {
        return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width\">\n<title>"
                + Html.escape(title)
                + "</title>\n<style>\n"
                + STYLE
                + style
                + "</style></head><body>\n<h1>"
                + Html.escape(title)
                + "</h1>\n";
    }

    /** Returns everything after the content of a page. */
    public static String foot() {
        return "</body></html>\n";
    }

    /** Returns a table element. */
    public static String table(List<String> header, List<List<String>> rows) {
        StringBuilder table = new StringBuilder("<div class=\"scroll\"><table><thead><tr>");
        header.forEach(name -> table.append("<th>").append(Html.escape(name)).append("</th>"));
        table.append("</tr></thead><tbody>\n");
        for (List<String> row : rows) {
            table.append("<tr>");
            row.forEach(cell -> table.append("<td>").append(Html.escape(cell)).append("</td>"));
            table.append("</tr>\n");
        }
        return table.append("</tbody></table></div>\n").toString();
    }
}
