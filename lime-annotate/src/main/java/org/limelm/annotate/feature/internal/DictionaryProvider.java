package org.limelm.annotate.feature.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.limelm.annotate.annotator.AnnotatedText;
import org.limelm.annotate.feature.FeatureOptions;
import org.limelm.annotate.feature.FeatureProvider;
import org.limelm.annotate.feature.IncrementalTagger;
import org.limelm.annotate.feature.MetadataFeature;
import org.limelm.annotate.feature.WholeTextTagger;
import org.limelm.core.metadata.Feature;
import org.limelm.core.text.LinguisticToken;

/**
 * Feature {@code dictionary}: the tags of phrases in a file. In a whole text, the longest phrase
 * from the left is tagged, all of its words; in a growing text, the pieces that complete a phrase.
 */
public final class DictionaryProvider implements FeatureProvider {
    private static final String NAME = "dictionary";

    @Override
    public String name() {
        return NAME;
    }

    /**
     * Creates the feature. Options: {@code file} with lines {@code phrase<TAB>tag}; {@code case},
     * {@code match} or {@code ignore}; {@code name} of the feature, to have several dictionaries.
     */
    @Override
    public MetadataFeature create(FeatureOptions options) {
        boolean ignoreCase = options.choice("case", List.of("match", "ignore")).equals("ignore");
        Phrases phrases = new Phrases(options.file("file"), ignoreCase, options);
        List<String> tags = new ArrayList<>(List.of(Feature.NONE));
        tags.addAll(phrases.tags());
        String fingerprint = NAME + " 1 " + ignoreCase + " " + phrases.sha256();
        return new Dictionary(new Feature(options.text("name", NAME), tags), fingerprint, phrases);
    }

    private record Dictionary(Feature feature, String fingerprint, Phrases phrases)
            implements MetadataFeature {
        @Override
        public Optional<WholeTextTagger> newWholeTextTagger() {
            return Optional.of(this::tag);
        }

        @Override
        public Optional<IncrementalTagger> newIncrementalTagger() {
            return Optional.of(new PhraseTagger(phrases, feature));
        }

        private int[] tag(AnnotatedText text) {
            int[] tags = new int[text.words().size()];
            for (int first = 0; first < tags.length; ) {
                int end = first + 1;
                String tag = Feature.NONE;
                String phrase = word(text, first);
                for (int last = first; phrases.anyBeginsWith(phrase); ) {
                    if (!phrases.tag(phrase).equals(Feature.NONE)) {
                        tag = phrases.tag(phrase);
                        end = last + 1;
                    }
                    if (++last == tags.length) {
                        break;
                    }
                    phrase += (isAttached(text, last) ? "" : " ") + word(text, last);
                }
                Arrays.fill(tags, first, end, feature.id(tag));
                first = end;
            }
            return text.tagWords(word -> tags[word]);
        }

        private String word(AnnotatedText text, int word) {
            return phrases.normalized(text.word(word));
        }

        private static boolean isAttached(AnnotatedText text, int word) {
            List<LinguisticToken> words = text.words();
            return words.get(word).start() == words.get(word - 1).end();
        }
    }
}
