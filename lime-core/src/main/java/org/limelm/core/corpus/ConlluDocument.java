package org.limelm.core.corpus;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.limelm.core.text.DocumentFields;
import org.limelm.core.text.LabelledSpan;

/**
 * A document of a CoNLL-U file while its lines are read.
 *
 * <p>A requested field is a column ({@code upos}, {@code xpos}, {@code lemma}, {@code feats},
 * {@code deprel}) or a key of column MISC: spans of the words that have it; or else a comment
 * {@code # name = value}: a value of the document. A word within a multiword token has a span if
 * the token's text contains its form ({@code did|n't}), otherwise none ({@code du} = {@code de} +
 * {@code le}).
 */
final class ConlluDocument {
    private static final int COLUMNS = 10;
    private static final int FORM = 1;
    private static final int MISC = 9;
    private static final Map<String, Integer> FIELD_COLUMNS =
            Map.of("lemma", 2, "upos", 3, "xpos", 4, "feats", 5, "deprel", 7);
    private static final String ABSENT = "_";

    private final List<String> names;
    private final long maxUnits;
    private final StringBuilder text = new StringBuilder();
    private final Map<String, String> values = new LinkedHashMap<>();
    private final Map<String, List<LabelledSpan>> spans = new LinkedHashMap<>();
    private String id = "";
    private String gap = "";
    private int multiwordEnd;
    private int wordStart;

    /** Thrown for a line that cannot be read. */
    static final class BadLine extends Exception {
        private final QuarantineReason reason;
        private final String detail;

        BadLine(QuarantineReason reason, String detail) {
            super(detail);
            this.reason = reason;
            this.detail = detail;
        }

        QuarantineReason reason() {
            return reason;
        }

        String detail() {
            return detail;
        }
    }

    ConlluDocument(List<String> names, long maxUnits) {
        this.names = names;
        this.maxUnits = maxUnits;
    }

    /** Reads a line: a comment, a word, or the end of a sentence. */
    void line(String line) throws BadLine {
        if (line.isBlank()) {
            gap = text.isEmpty() ? "" : " ";
            multiwordEnd = 0;
        } else if (line.startsWith("#")) {
            comment(line.substring(1).strip());
        } else {
            word(line.split("\t", -1));
        }
    }

    private void comment(String comment) {
        if (comment.equals("newpar") || comment.startsWith("newpar ")) {
            gap = text.isEmpty() ? "" : "\n\n";
        }
        int equals = comment.indexOf('=');
        if (equals > 0) {
            String key = comment.substring(0, equals).strip();
            String value = comment.substring(equals + 1).strip();
            if (key.equals("newdoc id")) {
                id = value;
            } else if (names.contains(key)) {
                values.putIfAbsent(key, value);
            }
        }
    }

    private void word(String[] columns) throws BadLine {
        if (columns.length != COLUMNS) {
            throw new BadLine(
                    QuarantineReason.BAD_CONLLU,
                    String.format(
                            Locale.ROOT,
                            "expected %d tab-separated columns, found %d",
                            COLUMNS,
                            columns.length));
        }
        if (columns[0].contains(".")) {
            return; // an empty node of the enhanced graph, not part of the text
        }
        int[] range = range(columns[0]);
        if (range[0] <= multiwordEnd && range.length == 1) {
            withinMultiword(columns);
            return;
        }
        text.append(gap);
        wordStart = text.length();
        text.append(columns[FORM]);
        gap = ConlluMisc.spaceAfter(columns[MISC]) ? " " : "";
        if (text.length() > maxUnits) {
            throw new BadLine(
                    QuarantineReason.TOO_LARGE, "over " + maxUnits + " characters of one document");
        }
        if (range.length > 1) {
            multiwordEnd = range[1];
        } else {
            addSpans(columns, wordStart, text.length());
        }
    }

    /** A word of a multiword token, whose text is already part of the document. */
    private void withinMultiword(String[] columns) {
        String form = columns[FORM];
        if (!form.isEmpty() && text.indexOf(form, wordStart) == wordStart) {
            addSpans(columns, wordStart, wordStart + form.length());
            wordStart += form.length();
        }
    }

    private static int[] range(String id) throws BadLine {
        String[] ends = id.split("-", 2);
        try {
            return ends.length == 1
                    ? new int[] {Integer.parseInt(id)}
                    : new int[] {Integer.parseInt(ends[0]), Integer.parseInt(ends[1])};
        } catch (NumberFormatException e) {
            throw new BadLine(
                    QuarantineReason.BAD_CONLLU, "'" + id + "' is not the number of a word");
        }
    }

    private void addSpans(String[] columns, int start, int end) {
        for (String name : names) {
            Integer column = FIELD_COLUMNS.get(name);
            Optional<String> label =
                    column == null
                            ? ConlluMisc.value(columns[MISC], name)
                            : Optional.of(columns[column]);
            label.filter(value -> start < end && !value.isBlank() && !value.equals(ABSENT))
                    .ifPresent(
                            value ->
                                    spans.computeIfAbsent(name, none -> new ArrayList<>())
                                            .add(new LabelledSpan(start, end, value)));
        }
    }

    boolean hasWords() {
        return !text.isEmpty();
    }

    /** Returns the document's id; empty if it has none. */
    String id() {
        return id;
    }

    String text() {
        return text.toString();
    }

    DocumentFields fields() {
        values.keySet().removeAll(spans.keySet()); // a comment counts if no word has the key
        return values.isEmpty() && spans.isEmpty()
                ? DocumentFields.NONE
                : new DocumentFields(values, spans);
    }
}
