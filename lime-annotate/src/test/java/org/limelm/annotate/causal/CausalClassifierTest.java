package org.limelm.annotate.causal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import opennlp.tools.ml.model.BinaryFileDataReader;
import opennlp.tools.ml.model.GenericModelReader;
import opennlp.tools.ml.model.MaxentModel;
import org.limelm.annotate.internal.classifier.Classification;
import org.limelm.annotate.internal.classifier.Feature;
import org.limelm.annotate.internal.classifier.LinearModel;
import org.limelm.annotate.internal.words.WordClusters;
import org.limelm.annotate.internal.words.WordScores;

/** The bundled causal classifiers, looked up by hash, against OpenNLP's evaluation of strings. */
class CausalClassifierTest {
    private static final String[] WORDS = {
        "the",
        "President",
        "New",
        "York",
        "of",
        "running",
        "1969",
        "$",
        ".",
        "United",
        "States",
        "-",
        "İ",
        "中文",
        "A",
        "didn",
        "'t",
        "ﬁ",
        "Congress",
        "x".repeat(70)
    };
    private static final String[] POS = {"NN", "NNP", "DT", "IN", "VB", "."};
    private static final String[] ENTITIES = {"O", "B-GPE", "I-GPE", "B-PERSON"};

    private final WordClusters clusters = clusters();
    private final Pair boundaries = Pair.read("causal-boundaries.bin");
    private final Pair pos = Pair.read("causal-xpos.bin");
    private final Pair entities = Pair.read("causal-entities.bin");

    private static WordClusters clusters() {
        try (InputStream in = bundled("word-clusters.bin")) {
            return WordClusters.read(in);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static InputStream bundled(String file) {
        return CausalClassifierTest.class.getResourceAsStream(
                "/org/limelm/annotate/models/" + file);
    }

    /** A bundled classifier, as OpenNLP reads it and as we do. */
    private record Pair(MaxentModel openNlp, LinearModel flat) {
        static Pair read(String file) {
            try (InputStream openNlp = new GZIPInputStream(bundled(file));
                    InputStream flat = new GZIPInputStream(bundled(file))) {
                return new Pair(
                        new GenericModelReader(new BinaryFileDataReader(openNlp)).getModel(),
                        LinearModel.read(new BufferedInputStream(flat)));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Property(tries = 100)
    void outcomesAreThoseOfOpenNlp(@ForAll long seed, @ForAll @Size(max = 5) List<String> unusual) {
        Random random = new Random(seed);
        CausalFeatures features = new CausalFeatures(clusters);
        LeftContext context = new LeftContext();
        for (int i = 0; i < 40; i++) {
            boolean strange = !unusual.isEmpty() && random.nextInt(8) == 0;
            String word =
                    strange ? unusual.get(random.nextInt(unusual.size())) : any(random, WORDS);
            String chunk = word.isEmpty() ? "a" : word;
            if (i > 0 && random.nextInt(3) > 0) {
                assertSameOutcome(boundaries, out -> features.boundary(context, chunk, out));
                context.endWord(any(random, POS), any(random, ENTITIES));
                context.beginWord(random.nextBoolean(), random.nextInt(9) == 0);
            } else if (i == 0) {
                context.beginWord(false, false);
            }
            context.append(chunk);
            assertSameOutcome(pos, out -> features.pos(context, out));
            assertSameOutcome(entities, out -> features.entity(context, out));
        }
    }

    @Property(tries = 20)
    void cachedSumsAreThoseOfTheFeatures(@ForAll long seed) {
        Random random = new Random(seed);
        CausalFeatures features = new CausalFeatures(clusters);
        WordScores posScores = WordScores.ofLeftSide(pos.flat());
        WordScores entityScores = WordScores.ofLeftSide(entities.flat());
        LeftContext context = new LeftContext();
        for (int i = 0; i < 200; i++) { // the same words again and again
            context.beginWord(random.nextBoolean(), random.nextInt(9) == 0);
            context.append(any(random, WORDS) + "a");
            if (random.nextInt(3) == 0) {
                context.append("b");
            }
            Classification known = new Classification(pos.flat());
            features.pos(context, posScores, known);
            assertThat(known.sums()).isEqualTo(sums(pos, out -> features.pos(context, out)));
            known = new Classification(entities.flat());
            features.entity(context, entityScores, known);
            assertThat(known.sums())
                    .isEqualTo(sums(entities, out -> features.entity(context, out)));
            context.endWord(any(random, POS), any(random, ENTITIES));
        }
    }

    @Example
    void theEarlierEntityOfALongFormIsNotKnown() {
        LeftContext context = new LeftContext();
        String longForm = "X".repeat(65);
        for (String form : List.of("Paris", longForm)) {
            context.beginWord(false, false);
            context.append(form);
            context.endWord("NNP", "B-GPE");
        }
        for (LeftContext same : List.of(context, context.copy())) {
            assertThat(same.earlierEntity("Paris")).isEqualTo("B-GPE");
            assertThat(same.earlierEntity(longForm)).isEqualTo(LeftContext.NOTHING);
        }
    }

    private static float[] sums(Pair model, Consumer<Consumer<Feature>> features) {
        Classification sums = new Classification(model.flat());
        features.accept(sums);
        return sums.sums();
    }

    private static String any(Random random, String[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    private void assertSameOutcome(Pair model, Consumer<Consumer<Feature>> features) {
        List<String> strings = new ArrayList<>();
        features.accept(feature -> strings.add(feature.toString()));
        double[] expected = model.openNlp().eval(strings.toArray(String[]::new));

        Classification actual = new Classification(model.flat());
        features.accept(actual);

        assertThat(expected[model.openNlp().getIndex(actual.best())])
                .as("%s", strings)
                .isCloseTo(Arrays.stream(expected).max().orElseThrow(), within(1e-12));
    }
}
