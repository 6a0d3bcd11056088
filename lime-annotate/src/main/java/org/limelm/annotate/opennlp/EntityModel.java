package org.limelm.annotate.opennlp;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import opennlp.tools.ml.BeamSearch;
import opennlp.tools.ml.model.MaxentModel;
import opennlp.tools.namefind.BilouCodec;
import opennlp.tools.namefind.NameFinderME;
import opennlp.tools.namefind.TokenNameFinderModel;
import opennlp.tools.util.SequenceValidator;
import org.limelm.annotate.internal.classifier.Feature;
import org.limelm.annotate.internal.classifier.Form;
import org.limelm.annotate.internal.classifier.LinearModel;

/**
 * An entity model prepared for decoding: its classifier, the ids of all features that no word is
 * part of, and which outcome may follow which. Immutable, shared by all threads. N is the number of
 * outcomes, K the number of word classes.
 */
final class EntityModel {
    /** The classes that OpenNLP assigns to words. */
    private static final List<String> CLASSES =
            List.of(
                    "jah", "jak", "lc", "2d", "4d", "an", "dd", "ds", "dc", "dp", "num", "sc", "ac",
                    "cp", "ic", "other");

    private static final String[] POSITIONS = {"", "p1", "p2", "n1", "n2"};
    private static final Form COMMA = Form.of(",");

    private final LinearModel scores;
    private final int beamSize;
    private final Map<String, Integer> classOf = new HashMap<>();
    private final boolean[][] mayFollow; // (N + 1, N): the last row is the start of a sentence
    private final Form[] previousWord; // N
    private final int[] previous; // N
    private final int[] secondPrevious; // N
    private final int[][] previousKind; // (N, K)
    private final int[][] kinds; // (5, K), by position
    private final int[][] kindPairs; // (K, K)
    private final int[][] nextKindPairs; // (K, K)
    private final int[] earlier; // N + 1: the last one for a word that has not occurred
    private final int other;

    private EntityModel(LinearModel scores, int beamSize, SequenceValidator<String> validator) {
        this.scores = scores;
        this.beamSize = beamSize;
        List<String> outcomes = scores.outcomes();
        int n = outcomes.size();
        int k = CLASSES.size();
        other = outcomes.indexOf(BilouCodec.OTHER);
        Feature feature = new Feature();
        mayFollow = new boolean[n + 1][n];
        previousWord = new Form[n];
        previous = new int[n];
        secondPrevious = new int[n];
        previousKind = new int[n][k];
        earlier = new int[n + 1];
        earlier[n] = find(feature, "pd=null");
        for (int i = 0; i < n; i++) {
            String outcome = outcomes.get(i);
            previousWord[i] = Form.of("pow=" + outcome + ",");
            previous[i] = find(feature, "po=" + outcome);
            secondPrevious[i] = find(feature, "ppo=" + outcome);
            earlier[i] = find(feature, "pd=" + outcome);
            for (int j = 0; j < k; j++) {
                previousKind[i][j] = find(feature, "powf=" + outcome + "," + CLASSES.get(j));
            }
            for (int j = 0; j < n; j++) {
                mayFollow[i][j] =
                        validator.validSequence(
                                1, new String[2], new String[] {outcome}, outcomes.get(j));
            }
            mayFollow[n][i] =
                    validator.validSequence(0, new String[1], new String[0], outcomes.get(i));
        }
        kinds = new int[POSITIONS.length][k];
        kindPairs = new int[k][k];
        nextKindPairs = new int[k][k];
        for (int i = 0; i < k; i++) {
            classOf.put(CLASSES.get(i), i);
            for (int p = 0; p < POSITIONS.length; p++) {
                kinds[p][i] = find(feature, POSITIONS[p] + "wc=" + CLASSES.get(i));
            }
            for (int j = 0; j < k; j++) {
                String pair = CLASSES.get(i) + "," + CLASSES.get(j);
                kindPairs[i][j] = find(feature, "pwc,wc=" + pair);
                nextKindPairs[i][j] = find(feature, "wc,nc=" + pair);
            }
        }
    }

    /** Returns a prepared model; empty if only OpenNLP can decode it. */
    static Optional<EntityModel> of(TokenNameFinderModel model) {
        Object artifact = model.getArtifact("nameFinder.model");
        if (!(artifact instanceof MaxentModel classifier)
                || classifier.getIndex(BilouCodec.OTHER) < 0
                || !(model.getFactory().createSequenceCodec() instanceof BilouCodec codec)
                || !FeatureDescriptors.isDefault(
                        model, NameFinderME.class, "ner-default-features.xml")) {
            return Optional.empty();
        }
        String beamSize = model.getManifestProperty(BeamSearch.BEAM_SIZE_PARAMETER);
        int size = beamSize == null ? NameFinderME.DEFAULT_BEAM_SIZE : Integer.parseInt(beamSize);
        return LinearModel.of(classifier)
                .map(scores -> new EntityModel(scores, size, codec.createSequenceValidator()));
    }

    private int find(Feature feature, String text) {
        return scores.find(feature.of(Form.of(text)));
    }

    LinearModel scores() {
        return scores;
    }

    int beamSize() {
        return beamSize;
    }

    /** Returns the outcome of words outside entities, which also precedes a sentence. */
    int other() {
        return other;
    }

    /** Returns the index of a class of words. */
    int classIndex(String wordClass) {
        return Objects.requireNonNull(classOf.get(wordClass), wordClass);
    }

    /** Returns which outcomes may follow one, N; -1 is the start of a sentence. */
    boolean[] mayFollow(int outcome) {
        return mayFollow[outcome < 0 ? mayFollow.length - 1 : outcome];
    }

    /** Returns the feature of a word's class at a position relative to the current word. */
    int kind(int position, int wordClass) {
        return kinds[position][wordClass];
    }

    /** Returns the feature of a class after another. */
    int kindAfter(int before, int wordClass) {
        return kindPairs[before][wordClass];
    }

    /** Returns the feature of a class before another. */
    int kindBefore(int wordClass, int next) {
        return nextKindPairs[wordClass][next];
    }

    /** Returns the feature of a word's last outcome in the document, or of none if it is -1. */
    int earlier(int outcome) {
        return earlier[outcome < 0 ? earlier.length - 1 : outcome];
    }

    /**
     * Adds the features of the previous two outcomes.
     *
     * @param word the current word
     * @param wordClass its class
     */
    void addPrevious(
            int last, int secondLast, Form word, int wordClass, Feature feature, double[] sums) {
        scores.add(previous[last], sums);
        scores.add(scores.find(feature.of(previousWord[last]).with(word)), sums);
        scores.add(previousKind[last][wordClass], sums);
        scores.add(secondPrevious[secondLast], sums);
    }

    /** Returns the ids of a word's features by position: {@code w=}, {@code p1w=} …, 5. */
    int[] words(Form lower, Feature feature) {
        int[] ids = new int[POSITIONS.length];
        for (int p = 0; p < ids.length; p++) {
            ids[p] = scores.find(feature.of(Name.WORD[p]).with(lower));
        }
        return ids;
    }

    /** Returns the ids of the features of a word with its class by position, 5. */
    int[] wordKinds(Form lower, int wordClass, Feature feature) {
        Form kind = Form.of(CLASSES.get(wordClass));
        int[] ids = new int[POSITIONS.length];
        for (int p = 0; p < ids.length; p++) {
            ids[p] = scores.find(feature.of(Name.WORD_KIND[p]).with(lower).with(COMMA).with(kind));
        }
        return ids;
    }

    /** Returns the feature of a word after another. */
    int wordAfter(Form before, Form word, Feature feature) {
        return scores.find(feature.of(Name.PAIR).with(before).with(COMMA).with(word));
    }

    /** Returns the feature of a word before another. */
    int wordBefore(Form word, Form next, Feature feature) {
        return scores.find(feature.of(Name.NEXT_PAIR).with(word).with(COMMA).with(next));
    }

    /** Returns the feature of every word. */
    int prior(Feature feature) {
        return scores.find(feature.of(Name.DEFAULT));
    }

    /** Returns the feature of the first word of a sentence. */
    int begin(Feature feature) {
        return scores.find(feature.of(Name.BEGIN));
    }

    /** The names of the features, as in the model files. */
    private static final class Name {
        static final Form DEFAULT = Form.of("def");
        static final Form BEGIN = Form.of("S=begin");
        static final Form PAIR = Form.of("pw,w=");
        static final Form NEXT_PAIR = Form.of("w,nw=");
        static final Form[] WORD = at("w=");
        static final Form[] WORD_KIND = at("w&c=");

        private static Form[] at(String name) {
            Form[] forms = new Form[POSITIONS.length];
            for (int p = 0; p < forms.length; p++) {
                forms[p] = Form.of(POSITIONS[p] + name);
            }
            return forms;
        }
    }
}
