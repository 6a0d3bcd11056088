package org.limelm.annotate.feature.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.limelm.annotate.annotator.AnnotatedText;
import org.limelm.annotate.annotator.TextSpan;
import org.limelm.annotate.annotator.WordSoFar;
import org.limelm.annotate.feature.FeatureOptions;
import org.limelm.annotate.feature.FeatureProvider;
import org.limelm.annotate.feature.IncrementalTagger;
import org.limelm.annotate.feature.MetadataFeature;
import org.limelm.annotate.feature.NextPiece;
import org.limelm.annotate.feature.WholeTextTagger;
import org.limelm.core.metadata.Feature;

/**
 * Feature {@code sentence}: the position of a word in its sentence, in classes. In mode {@code
 * causal}, a sentence begins after a final punctuation mark followed by whitespace, or after an
 * empty line.
 */
public final class SentenceProvider implements FeatureProvider {
    private static final String NAME = "sentence";

    /** Classes of positions, counted from 1: upper bounds and names. */
    private static final int[] MAX_POSITION = {1, 2, 3, 4, 8, 16, 32, Integer.MAX_VALUE};

    private static final List<String> POSITIONS =
            List.of("1", "2", "3", "4", "5-8", "9-16", "17-32", "33+");

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public MetadataFeature create(FeatureOptions options) {
        List<String> tags = new ArrayList<>(List.of(Feature.NONE));
        tags.addAll(POSITIONS);
        return new Sentence(new Feature(NAME, tags));
    }

    private record Sentence(Feature feature) implements MetadataFeature {
        @Override
        public String fingerprint() {
            return NAME + " 1";
        }

        @Override
        public Optional<WholeTextTagger> newWholeTextTagger() {
            return Optional.of(SentenceProvider::tag);
        }

        @Override
        public Optional<IncrementalTagger> newIncrementalTagger() {
            return Optional.of(new Counter(0));
        }
    }

    private static int[] tag(AnnotatedText text) {
        int[] positions = new int[text.words().size()];
        List<TextSpan> sentences = text.sentences();
        int sentence = 0;
        int position = 0;
        for (int word = 0; word < positions.length; word++) {
            int start = text.words().get(word).start();
            while (sentence < sentences.size() && sentences.get(sentence).end() <= start) {
                sentence++;
                position = 0;
            }
            positions[word] = ++position;
        }
        return text.tagWords(word -> id(positions[word]));
    }

    private static int id(int position) {
        int tag = 0;
        while (position > MAX_POSITION[tag]) {
            tag++;
        }
        return tag + 1;
    }

    /** Counts the words of the current sentence. */
    private static final class Counter implements IncrementalTagger {
        private int position;

        Counter(int position) {
            this.position = position;
        }

        @Override
        public void reset() {
            position = 0;
        }

        @Override
        public int push(NextPiece piece) {
            for (WordSoFar word : piece.words()) {
                if (word.begins()) {
                    position = word.startsSentence() ? 1 : position + 1;
                }
            }
            return piece.words().isEmpty() ? Feature.NONE_ID : id(position);
        }

        @Override
        public Counter fork() {
            return new Counter(position);
        }
    }
}
