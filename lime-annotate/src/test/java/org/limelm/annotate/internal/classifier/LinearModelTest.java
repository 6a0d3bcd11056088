package org.limelm.annotate.internal.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import opennlp.tools.ml.maxent.GISModel;
import opennlp.tools.ml.model.AbstractModel;
import opennlp.tools.ml.model.Context;
import opennlp.tools.ml.naivebayes.NaiveBayesModel;
import opennlp.tools.ml.perceptron.PerceptronModel;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** OpenNLP's own evaluation is the reference. */
class LinearModelTest {
    private static final int FEATURES = 40;
    private static final Offset<Double> ROUNDING = within(1e-12);

    @Property(tries = 300)
    void theBestOutcomeIsThatOfOpenNlp(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 80) int outcomes) {
        Random random = new Random(seed);
        for (boolean perceptron : List.of(true, false)) {
            AbstractModel reference = model(random, outcomes, perceptron);
            LinearModel model = TestClassifiers.of(reference);
            Classification classification = new Classification(model);
            for (int i = 0; i < 20; i++) {
                String[] features = features(random);
                double[] expected = reference.eval(features);

                classification.clear();
                for (String feature : features) {
                    classification.accept(new Feature().of(Form.of(feature)));
                }
                double best = expected[reference.getIndex(classification.best())];
                assertThat(best).isCloseTo(Arrays.stream(expected).max().orElseThrow(), ROUNDING);
            }
        }
    }

    @Property(tries = 300)
    void theHashOfAFeatureIsThatOfItsParts(
            @ForAll String a,
            @ForAll String b,
            @ForAll String c,
            @ForAll @IntRange(max = 5) int n) {
        Form last = Form.of(b).last(n);
        Form first = Form.of(c).first(n);
        Feature parts = new Feature().of(Form.of(a)).with(last).with(first).with(Form.of(""));

        assertThat(parts.toString())
                .isEqualTo(
                        a
                                + b.substring(b.length() - Math.min(n, b.length()))
                                + c.substring(0, Math.min(n, c.length())));
        assertThat(parts.hash()).isEqualTo(new Feature().of(Form.of(parts.toString())).hash());
    }

    @Test
    void onlyAllowedOutcomesAreChosen() {
        Classification classification =
                new Classification(TestClassifiers.of(model(new Random(1), 3, true)));

        assertThat(classification.best(new boolean[] {true, true, true})).isZero();
        assertThat(classification.best(new boolean[] {false, false, true})).isEqualTo(2);
    }

    @Test
    void aModelOfAnotherTypeIsRefused() throws IOException {
        AbstractModel other =
                new NaiveBayesModel(
                        new Context[] {new Context(new int[] {0}, new double[] {1})},
                        new String[] {"f"},
                        new String[] {"a"});

        byte[] file = TestClassifiers.file(other);
        assertThatThrownBy(() -> LinearModel.read(new ByteArrayInputStream(file)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("'NaiveBayes', expected a perceptron");
    }

    /**
     * Whatever byte is cut off or changed, there is a model or an error, and no other exception.
     */
    @Property(tries = 300)
    void damagedFilesAreErrors(
            @ForAll long seed, @ForAll @IntRange(min = 0, max = 4_000) int at, @ForAll byte value)
            throws IOException {
        byte[] file = TestClassifiers.file(model(new Random(seed), 5, true));
        byte[] changed = file.clone();
        changed[at % file.length] = value;
        byte[] shorter = Arrays.copyOf(file, at % file.length);

        assertThatThrownBy(() -> LinearModel.read(new ByteArrayInputStream(shorter)))
                .isInstanceOf(IOException.class);
        try {
            LinearModel.read(new ByteArrayInputStream(changed));
        } catch (IOException e) {
            assertThat(e).hasMessageNotContaining("null");
        }
    }

    /** Returns a model with few different weights, so that outcomes are often tied. */
    private static AbstractModel model(Random random, int outcomes, boolean perceptron) {
        Context[] contexts = new Context[FEATURES];
        String[] features = new String[FEATURES];
        for (int f = 0; f < FEATURES; f++) {
            int[] of = random.ints(0, outcomes).distinct().limit(1 + outcomes / 2).toArray();
            double[] weights = IntStream.of(of).mapToDouble(o -> random.nextInt(5) - 2).toArray();
            contexts[f] = new Context(of, weights);
            features[f] = "f" + f;
        }
        String[] names = IntStream.range(0, outcomes).mapToObj(o -> "o" + o).toArray(String[]::new);
        return perceptron
                ? new PerceptronModel(contexts, features, names)
                : new GISModel(contexts, features, names);
    }

    /** Returns features, some of which the model does not know. */
    private static String[] features(Random random) {
        return random.ints(random.nextInt(12), 0, FEATURES + 5)
                .mapToObj(f -> "f" + f)
                .toArray(String[]::new);
    }
}
