package org.limelm.annotate.opennlp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import opennlp.tools.ml.model.MaxentModel;
import opennlp.tools.postag.POSModel;
import opennlp.tools.postag.POSTagFormat;
import opennlp.tools.postag.POSTaggerME;
import opennlp.tools.util.StringUtil;
import opennlp.tools.util.featuregen.FeatureGeneratorUtil;
import org.jspecify.annotations.Nullable;
import org.limelm.annotate.internal.cache.WordCache;
import org.limelm.annotate.internal.classifier.Feature;
import org.limelm.annotate.internal.classifier.Form;
import org.limelm.annotate.internal.classifier.LinearModel;

/**
 * Tags parts of speech as OpenNLP's tagger does, but without building feature strings.
 *
 * <p>OpenNLP's beam search comes down to the best outcome at each word: it caches the features of a
 * position, so that all sequences of the beam are extended with the same scores, and the best
 * extension of the best sequence is the best sequence. Only rounding errors could decide otherwise;
 * a sentence with two outcomes so close that they might is left to OpenNLP.
 */
final class PosTagger implements WordTagger {
    private static final int CACHED_WORDS = 1 << 15;
    private static final int MAX_CACHED_CHARS = 64;
    private static final int AFFIXES = 4;

    /** OpenNLP's rounding errors are bounded for sentences of this length. */
    private static final int MAX_WORDS = 10_000;

    private static final Form COMMA = Form.of(",");

    /** What all threads share: the model and the ids of the features that no word is part of. */
    static final class Shared {
        private final POSModel model;
        private final LinearModel scores;
        private final int[] begin = new int[3]; // by distance to the first word
        private final int[] previous; // by tag
        private final int[] previousTwo; // by tag before the previous one · N + previous tag

        private Shared(POSModel model, LinearModel scores) {
            this.model = model;
            this.scores = scores;
            Feature feature = new Feature();
            String[] positions = {"", "p1", "p2"};
            for (int i = 0; i < begin.length; i++) {
                begin[i] = scores.find(feature.of(Form.of(positions[i] + "S=begin")));
            }
            List<Form> tags = scores.outcomes().stream().map(Form::of).toList();
            int n = tags.size();
            previous = new int[n];
            previousTwo = new int[n * n];
            Form t = Form.of("t=");
            Form t2 = Form.of("t2=");
            for (int i = 0; i < n; i++) {
                previous[i] = scores.find(feature.of(t).with(tags.get(i)));
                for (int j = 0; j < n; j++) {
                    previousTwo[i * n + j] =
                            scores.find(
                                    feature.of(t2).with(tags.get(i)).with(COMMA).with(tags.get(j)));
                }
            }
        }

        /** Returns the shared part of a model's taggers; empty if only OpenNLP can decode it. */
        static Optional<Shared> of(POSModel model) {
            Object artifact = model.getArtifact("pos.model");
            boolean known =
                    artifact instanceof MaxentModel
                            && model.getFactory().getTagDictionary() == null
                            && FeatureDescriptors.isDefault(
                                    model, POSTaggerME.class, "pos-default-features.xml");
            return known
                    ? LinearModel.of((MaxentModel) artifact)
                            .map(scores -> new Shared(model, scores))
                    : Optional.empty();
        }
    }

    /**
     * The ids of a word's features, those that the model knows.
     *
     * @param own its own, before those of other words
     * @param before1 as the word before another
     * @param before2 as the word two before another
     * @param after1 as the word after another
     * @param after2 as the word two after another
     * @param kind its own, after those of other words
     */
    @SuppressWarnings("ArrayRecordComponent") // columns, never compared
    private record Word(int[] own, int before1, int before2, int after1, int after2, int[] kind) {}

    private final Shared shared;
    private final LinearModel scores;
    private final double[] sums;
    private final Feature feature = new Feature();
    private final WordCache<Word> cache = new WordCache<>(CACHED_WORDS);
    private @Nullable WordTagger oracle;

    PosTagger(Shared shared) {
        this.shared = shared;
        this.scores = shared.scores;
        this.sums = new double[scores.outcomes().size()];
    }

    /** Returns OpenNLP's tagger, without conversion of tags to UD. */
    static WordTagger openNlp(POSModel model) {
        POSTaggerME tagger = new POSTaggerME(model, POSTagFormat.CUSTOM);
        return tagger::tag;
    }

    @Override
    public String[] tag(String[] words) {
        int[] tags = new int[words.length];
        if (words.length > MAX_WORDS || !tag(words, tags)) {
            if (oracle == null) {
                oracle = openNlp(shared.model);
            }
            return oracle.tag(words);
        }
        String[] names = new String[words.length];
        for (int i = 0; i < names.length; i++) {
            names[i] = scores.outcomes().get(tags[i]);
        }
        return names;
    }

    /** Finds the tags; returns false if rounding might decide one of them. */
    private boolean tag(String[] words, int[] tags) {
        Word[] known = new Word[words.length];
        for (int i = 0; i < words.length; i++) {
            known[i] = word(words[i]);
        }
        for (int i = 0; i < words.length; i++) {
            scores.clear(sums);
            add(known[i].own);
            if (i >= 1) {
                scores.add(known[i - 1].before1, sums);
            }
            if (i >= 2) {
                scores.add(known[i - 2].before2, sums);
            }
            if (i + 1 < words.length) {
                scores.add(known[i + 1].after1, sums);
            }
            if (i + 2 < words.length) {
                scores.add(known[i + 2].after2, sums);
            }
            if (i < shared.begin.length) {
                scores.add(shared.begin[i], sums);
            }
            add(known[i].kind);
            if (i >= 1) {
                scores.add(shared.previous[tags[i - 1]], sums);
            }
            if (i >= 2) {
                scores.add(shared.previousTwo[tags[i - 2] * sums.length + tags[i - 1]], sums);
            }
            tags[i] = scores.certainBest(sums);
            if (tags[i] == LinearModel.NONE) {
                return false;
            }
        }
        return true;
    }

    private void add(int[] features) {
        for (int id : features) {
            scores.add(id, sums);
        }
    }

    private Word word(String text) {
        Word word = cache.get(text);
        if (word == null) {
            word = newWord(text);
            if (text.length() <= MAX_CACHED_CHARS) {
                cache.put(text, word);
            }
        }
        return word;
    }

    private Word newWord(String text) {
        Form form = Form.of(text);
        Form lower = Form.of(StringUtil.toLowerCase(text));
        Form kind = Form.of(FeatureGeneratorUtil.tokenFeature(text));
        List<Integer> own = new ArrayList<>();
        own.add(scores.find(feature.of(Name.DEFAULT)));
        for (int i = 1; i <= Math.min(AFFIXES, text.length()); i++) {
            own.add(scores.find(feature.of(Name.SUFFIX).with(form.last(i))));
        }
        for (int i = 1; i <= Math.min(AFFIXES, text.length()); i++) {
            own.add(scores.find(feature.of(Name.PREFIX).with(form.first(i))));
        }
        own.add(scores.find(feature.of(Name.WORD).with(lower)));
        List<Integer> kinds =
                List.of(
                        scores.find(feature.of(Name.KIND).with(kind)),
                        scores.find(feature.of(Name.WORD_KIND).with(lower).with(COMMA).with(kind)));
        return new Word(
                known(own),
                scores.find(feature.of(Name.BEFORE1).with(lower)),
                scores.find(feature.of(Name.BEFORE2).with(lower)),
                scores.find(feature.of(Name.AFTER1).with(lower)),
                scores.find(feature.of(Name.AFTER2).with(lower)),
                known(kinds));
    }

    private static int[] known(List<Integer> features) {
        return features.stream().mapToInt(id -> id).filter(id -> id != LinearModel.NONE).toArray();
    }

    /** The names of the features, as in the model files. */
    private static final class Name {
        static final Form DEFAULT = Form.of("def");
        static final Form SUFFIX = Form.of("suf=");
        static final Form PREFIX = Form.of("pre=");
        static final Form WORD = Form.of("w=");
        static final Form BEFORE1 = Form.of("p1w=");
        static final Form BEFORE2 = Form.of("p2w=");
        static final Form AFTER1 = Form.of("n1w=");
        static final Form AFTER2 = Form.of("n2w=");
        static final Form KIND = Form.of("wc=");
        static final Form WORD_KIND = Form.of("w&c=");
    }
}
