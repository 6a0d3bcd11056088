package org.limelm.annotate.feature.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.limelm.annotate.annotator.AnnotatedText;
import org.limelm.annotate.annotator.TextSpan;
import org.limelm.annotate.feature.FeatureOptions;
import org.limelm.annotate.feature.FeatureProvider;
import org.limelm.annotate.feature.MetadataFeature;
import org.limelm.annotate.feature.WholeTextTagger;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;
import org.limelm.core.metadata.Feature;
import org.limelm.core.text.LabelledSpan;

/**
 * Feature {@code column}: tags that come with the corpus, in a field of each record: a value of the
 * whole document, or labelled spans. Text without a value or span, or with a blank value, has the
 * tag NONE.
 */
public final class ColumnProvider implements FeatureProvider {
    private static final String NAME = "column";
    private static final String OTHER = "OTHER";

    @Override
    public String name() {
        return NAME;
    }

    /**
     * Creates the feature. Options: {@code field} of the records; {@code tags}, separated by commas
     * or as a JSON list, where {@code OTHER} stands for all that are not listed; {@code name} of
     * the feature.
     */
    @Override
    public MetadataFeature create(FeatureOptions options) {
        List<String> tags = new ArrayList<>(List.of(Feature.NONE));
        for (String tag : list(options.text("tags"))) {
            if (tag.isBlank() || tags.contains(tag)) {
                throw options.refusal("option 'tags', expected distinct names and commas");
            }
            tags.add(tag);
        }
        String field = options.text("field");
        return new Column(new Feature(options.text("name", NAME), tags), field);
    }

    private static List<String> list(String text) {
        if (text.startsWith("[")) { // such as ["NN", ","]
            return List.of(Json.parse(text, String[].class, "option 'tags'"));
        }
        return Arrays.stream(text.split(",")).map(String::strip).toList();
    }

    private record Column(Feature feature, String field) implements MetadataFeature {
        @Override
        public String fingerprint() {
            return NAME + " 1 " + field;
        }

        @Override
        public List<String> fields() {
            return List.of(field);
        }

        @Override
        public Optional<WholeTextTagger> newWholeTextTagger() {
            return Optional.of(this::tag);
        }

        private int[] tag(AnnotatedText text) {
            Optional<String> value = text.fields().value(field).filter(tag -> !tag.isBlank());
            if (value.isPresent()) {
                int tag = id(value.get());
                return text.tagWords(word -> tag);
            }
            return tag(text, text.fields().spans(field));
        }

        /** Tags the pieces of words that share a character with a span, by the first such span. */
        private int[] tag(AnnotatedText text, List<LabelledSpan> labelled) {
            List<LabelledSpan> spans = new ArrayList<>(labelled);
            spans.sort(
                    Comparator.comparingInt(LabelledSpan::start)
                            .thenComparing(LabelledSpan::end, Comparator.reverseOrder()));
            int[] tags = new int[text.pieces()];
            int next = 0;
            for (int i = 0; i < tags.length; i++) {
                TextSpan piece = text.piece(i);
                while (next < spans.size() && spans.get(next).end() <= piece.start()) {
                    next++;
                }
                if (next < spans.size()
                        && spans.get(next).start() < Math.max(piece.end(), piece.start() + 1)
                        && text.wordOfPiece(i) != AnnotatedText.NO_WORD) {
                    tags[i] = id(spans.get(next).label());
                }
            }
            return tags;
        }

        private int id(String tag) {
            if (feature.tags().contains(tag)) {
                return feature.id(tag);
            }
            if (feature.tags().contains(OTHER)) {
                return feature.id(OTHER);
            }
            throw new LimeException(
                    "[metadata: %s] field '%s' has tag '%s', expected one of %s. Hint: add it to option 'tags', or add %s for all others"
                            .formatted(feature.name(), field, tag, feature.tags(), OTHER));
        }
    }
}
