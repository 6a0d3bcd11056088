package org.limelm.train.inspect;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.limelm.core.metadata.Feature;
import org.limelm.train.internal.table.Html;

/**
 * Words with their tags as HTML, in the manner of displaCy: entities are boxes around their words,
 * other tags stand below a word, and its pieces below them.
 *
 * @param features names of the features
 * @param words the words
 */
public record TaggedWords(List<String> features, List<Word> words) {
    private static final String ENTITIES = "ner";

    /** Copies the lists. */
    public TaggedWords {
        features = List.copyOf(features);
        words = List.copyOf(words);
    }

    /**
     * A word.
     *
     * @param text its text
     * @param tags its tags, one per feature
     * @param pieces its pieces, shown if there are several
     */
    public record Word(String text, List<String> tags, List<String> pieces) {}

    /** Returns the style sheet that the HTML refers to. */
    public static String style() {
        try (InputStream in =
                Objects.requireNonNull(TaggedWords.class.getResourceAsStream("words.css"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns an HTML element. */
    public String toHtml() {
        int entities = features.indexOf(ENTITIES);
        StringBuilder html = new StringBuilder("<div class=\"words\" role=\"list\">\n");
        String open = ""; // label of the entity that the next word may continue
        for (Word word : words) {
            String tag = entities < 0 ? Feature.NONE : word.tags().get(entities);
            String label = isShown(tag) ? tag.replaceFirst("^[BI]-", "") : "";
            if (!open.isEmpty() && (!label.equals(open) || tag.startsWith("B-"))) {
                html.append("<b>").append(Html.escape(open)).append("</b></span>\n");
                open = "";
            }
            if (!label.isEmpty() && open.isEmpty()) {
                html.append("<span class=\"entity\" role=\"group\"")
                        .append(colour(label))
                        .append('>');
                open = label;
            }
            append(html, word, entities);
        }
        if (!open.isEmpty()) {
            html.append("<b>").append(Html.escape(open)).append("</b></span>\n");
        }
        return html.append("</div>\n").toString();
    }

    private void append(StringBuilder html, Word word, int entities) {
        html.append("<span class=\"word\" role=\"listitem\"><span class=\"text\">")
                .append(Html.escape(word.text()))
                .append("</span>");
        for (int f = 0; f < features.size(); f++) {
            String tag = word.tags().get(f);
            if (f != entities && isShown(tag)) {
                html.append("<span class=\"pos\" title=\"")
                        .append(Html.escape(features.get(f) + ": " + tag))
                        .append('"')
                        .append(colour(tag))
                        .append('>')
                        .append(Html.escape(tag))
                        .append("</span>");
            }
        }
        if (word.pieces().size() > 1) {
            html.append("<span class=\"pieces\">");
            word.pieces()
                    .forEach(
                            piece ->
                                    html.append("<span>")
                                            .append(Html.escape(piece))
                                            .append("</span>"));
            html.append("</span>");
        }
        html.append("</span>\n");
    }

    private static boolean isShown(String tag) {
        return !tag.equals(Feature.NONE)
                && !tag.equals(Inspection.NONE)
                && !tag.equals(TaggedText.MISSING);
    }

    /** Returns the attributes that give a tag its colour; the page of the server does the same. */
    private static String colour(String tag) {
        int hash = 0; // tags of one kind (NN, NNS, NNP) have similar hues
        for (int i = 0; i < Math.min(2, tag.length()); i++) {
            hash = (hash * 31 + tag.charAt(i)) % 997;
        }
        return String.format(
                Locale.ROOT,
                " data-tag=\"%s\" style=\"--hue:%d;--light:%d%%\"",
                Html.escape(tag),
                hash * 47 % 360,
                78 + 3 * (tag.length() % 4));
    }
}
