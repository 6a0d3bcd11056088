package org.limelm.annotate.feature.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.limelm.annotate.annotator.AnnotatedText;
import org.limelm.annotate.annotator.WordSoFar;
import org.limelm.annotate.feature.FeatureOptions;
import org.limelm.annotate.feature.FeatureProvider;
import org.limelm.annotate.feature.IncrementalTagger;
import org.limelm.annotate.feature.MetadataFeature;
import org.limelm.annotate.feature.WholeTextTagger;
import org.limelm.core.metadata.Feature;

/**
 * Feature {@code position}: the place of a piece in its word. From the text so far it cannot be
 * known whether a piece ends its word, so mode {@code causal} has only the tags BEGIN and INSIDE.
 * With option {@code length}, each tag also states the length of the word, or of the word so far.
 */
public final class PositionProvider implements FeatureProvider {
    private static final String NAME = "position";

    private static final List<String> PLACES = List.of("WHOLE", "BEGIN", "INSIDE", "END");

    private static final int WHOLE = 0;
    private static final int BEGIN = 1;
    private static final int INSIDE = 2;
    private static final int END = 3;

    /** Classes of length in characters (code points): upper bounds and names. */
    private static final int[] MAX_CHARACTERS = {2, 4, 7, 11, Integer.MAX_VALUE};

    private static final List<String> LENGTHS = List.of("1-2", "3-4", "5-7", "8-11", "12+");

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public MetadataFeature create(FeatureOptions options) {
        boolean lengths = options.flag("length");
        List<String> tags = new ArrayList<>(List.of(Feature.NONE));
        for (String place : PLACES) {
            if (lengths) {
                LENGTHS.forEach(length -> tags.add(place + ":" + length));
            } else {
                tags.add(place);
            }
        }
        return new Position(new Feature(NAME, tags), lengths);
    }

    private record Position(Feature feature, boolean lengths) implements MetadataFeature {
        @Override
        public String fingerprint() {
            return NAME + " 1";
        }

        @Override
        public Optional<WholeTextTagger> newWholeTextTagger() {
            return Optional.of(this::tag);
        }

        @Override
        public Optional<IncrementalTagger> newIncrementalTagger() {
            return Optional.of(IncrementalTagger.ofWord(this::tag));
        }

        private int[] tag(AnnotatedText text) {
            int[] tags = new int[text.pieces()];
            for (int i = 0; i < tags.length; i++) {
                int word = text.wordOfPiece(i);
                if (word == AnnotatedText.NO_WORD) {
                    continue;
                }
                boolean begins = i == 0 || text.wordOfPiece(i - 1) != word;
                boolean ends = i + 1 == tags.length || text.wordOfPiece(i + 1) != word;
                int place = begins ? ends ? WHOLE : BEGIN : ends ? END : INSIDE;
                tags[i] = id(place, text.word(word));
            }
            return tags;
        }

        private int tag(WordSoFar word) {
            return id(word.begins() ? BEGIN : INSIDE, word.text());
        }

        private int id(int place, String word) {
            if (!lengths) {
                return 1 + place;
            }
            int characters = word.codePointCount(0, word.length());
            int length = 0;
            while (characters > MAX_CHARACTERS[length]) {
                length++;
            }
            return 1 + place * LENGTHS.size() + length;
        }
    }
}
