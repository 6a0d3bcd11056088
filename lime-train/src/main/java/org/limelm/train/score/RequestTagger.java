package org.limelm.train.score;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.limelm.annotate.align.PieceTagger;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.annotator.LinguisticAnnotator;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.train.generation.TrainedModel;
import org.limelm.train.score.RequestEncoder.SplitText;

/**
 * Tags the tokens of texts that begin alike: a context with each of its continuations. Each text
 * gets one column of tag ids per annotated feature.
 */
sealed interface RequestTagger {
    /** Returns the tags of each text. */
    List<List<int[]>> tags(List<SplitText> texts);

    /**
     * Returns the tags of each text without looking beyond the context.
     *
     * @param context the beginning of each text
     * @return tags; those of tokens after the context's are NONE or computed from the text so far
     */
    List<List<int[]>> tags(SplitText context, List<SplitText> texts);

    /** Returns the tagger of a model in an annotation mode. */
    static RequestTagger of(TrainedModel model, AnnotationMode mode) {
        int features = model.annotators().schema().size();
        if (!model.provenance().arm().hasTables()) {
            return new Untagged(features);
        }
        return switch (mode) {
            case FULL -> new Full(model.annotators().newLinguisticAnnotator(), features);
            case CAUSAL, PREFIX ->
                    new Incremental(
                            model.annotators().newIncrementalAnnotator(mode),
                            model.tokenizer(),
                            features);
        };
    }

    /** Models without tables: every tag is NONE. */
    record Untagged(int features) implements RequestTagger {
        @Override
        public List<List<int[]>> tags(List<SplitText> texts) {
            return texts.stream().map(text -> none(features, text.pieces().size())).toList();
        }

        @Override
        public List<List<int[]>> tags(SplitText context, List<SplitText> texts) {
            return tags(texts);
        }
    }

    /** Mode {@code full}: each text is tagged at once. */
    record Full(LinguisticAnnotator annotator, int features) implements RequestTagger {
        @Override
        public List<List<int[]>> tags(List<SplitText> texts) {
            return texts.stream().map(this::tags).toList();
        }

        private List<int[]> tags(SplitText text) {
            return PieceTagger.full(annotator, features)
                    .tag(text.text(), text.words(), text.pieces(), OptionalInt.empty())
                    .tags();
        }

        @Override
        public List<List<int[]>> tags(SplitText context, List<SplitText> texts) {
            List<int[]> known = tags(context);
            List<List<int[]>> all = new ArrayList<>();
            for (SplitText text : texts) {
                List<int[]> columns = none(features, text.pieces().size());
                int count = Math.min(context.pieces().size(), text.pieces().size());
                for (int f = 0; f < features; f++) {
                    System.arraycopy(known.get(f), 0, columns.get(f), 0, count);
                }
                all.add(columns);
            }
            return all;
        }
    }

    /** Modes {@code causal} and {@code prefix}: the tokens are pushed one by one. */
    record Incremental(IncrementalAnnotator annotator, SubwordTokenizer tokenizer, int features)
            implements RequestTagger {
        /** The tokens that all texts share at their beginning are annotated once. */
        @Override
        public List<List<int[]>> tags(List<SplitText> texts) {
            List<int[]> ids = texts.stream().map(text -> text.pieces().ids()).toList();
            int shared = sharedLength(ids);
            List<List<int[]>> all = new ArrayList<>();
            ids.forEach(text -> all.add(none(features, text.length)));
            annotator.reset();
            for (int i = 0; i < shared; i++) {
                int[] tags = annotator.push(tokenizer.pieceBytes(ids.get(0)[i]));
                for (List<int[]> columns : all) {
                    set(columns, i, tags);
                }
            }
            for (int text = 0; text < ids.size(); text++) {
                IncrementalAnnotator own = annotator.fork();
                for (int i = shared; i < ids.get(text).length; i++) {
                    set(all.get(text), i, own.push(tokenizer.pieceBytes(ids.get(text)[i])));
                }
            }
            return all;
        }

        @Override
        public List<List<int[]>> tags(SplitText context, List<SplitText> texts) {
            return tags(texts); // no tag depends on later text
        }

        private static int sharedLength(List<int[]> texts) {
            int[] first = texts.get(0);
            int shared = first.length;
            for (int[] text : texts) {
                int same = 0;
                while (same < Math.min(shared, text.length) && text[same] == first[same]) {
                    same++;
                }
                shared = same;
            }
            return shared;
        }

        private static void set(List<int[]> columns, int position, int[] tags) {
            for (int f = 0; f < tags.length; f++) {
                columns.get(f)[position] = tags[f];
            }
        }
    }

    private static List<int[]> none(int features, int length) {
        List<int[]> columns = new ArrayList<>();
        for (int f = 0; f < features; f++) {
            columns.add(new int[length]);
        }
        return columns;
    }
}
