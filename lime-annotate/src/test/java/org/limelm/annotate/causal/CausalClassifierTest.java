package org.limelm.annotate.causal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import opennlp.tools.ml.model.BinaryFileDataReader;
import opennlp.tools.ml.model.GenericModelReader;
import opennlp.tools.ml.model.MaxentModel;
import org.limelm.annotate.internal.classifier.Classification;
import org.limelm.annotate.internal.classifier.Feature;
import org.limelm.annotate.internal.classifier.LinearModel;

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

    private final MaxentModel boundaries = read("causal-boundaries.bin");
    private final MaxentModel pos = read("causal-xpos.bin");
    private final MaxentModel entities = read("causal-entities.bin");

    private final Map<MaxentModel, LinearModel> flat = new IdentityHashMap<>();

    private static MaxentModel read(String file) {
        String resource = "/org/limelm/annotate/models/" + file;
        try (InputStream in = CausalClassifierTest.class.getResourceAsStream(resource)) {
            return new GenericModelReader(new BinaryFileDataReader(new GZIPInputStream(in)))
                    .getModel();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Property(tries = 100)
    void outcomesAreThoseOfOpenNlp(@ForAll long seed, @ForAll @Size(max = 5) List<String> unusual) {
        Random random = new Random(seed);
        CausalFeatures features = new CausalFeatures();
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

    private static String any(Random random, String[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    private void assertSameOutcome(MaxentModel reference, Consumer<Consumer<Feature>> features) {
        List<String> strings = new ArrayList<>();
        features.accept(feature -> strings.add(feature.toString()));
        double[] expected = reference.eval(strings.toArray(String[]::new));

        Classification actual = new Classification(flat(reference));
        features.accept(actual);

        assertThat(actual.best()).as("%s", strings).isEqualTo(reference.getBestOutcome(expected));
    }

    private LinearModel flat(MaxentModel model) {
        return flat.computeIfAbsent(model, m -> LinearModel.of(m).orElseThrow());
    }
}
