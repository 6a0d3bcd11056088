package org.limelm.annotate.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import opennlp.tools.ml.model.AbstractModel;
import org.junit.jupiter.api.Test;
import org.limelm.annotate.internal.classifier.Feature;
import org.limelm.annotate.internal.classifier.Form;
import org.limelm.annotate.internal.words.TagTransitions.Kind;

class SequencePerceptronTest {
    /** Words with their tags: {@code b} is B after A, otherwise C, so the history decides. */
    private static final List<List<String>> DOCUMENTS =
            List.of(List.of("a/A b/B x/X"), List.of("x/X b/C a/A"), List.of("b/C a/A b/B rare/X"));

    private static final Kind KIND = Kind.INDEPENDENT;

    /** What each decision saw. */
    private final List<String> histories = new ArrayList<>();

    @Test
    void theClassifierLearnsFromThePreviousTag() {
        AbstractModel model = train(10, 1);

        assertThat(best(model, "w=b", "t=A", "wt=bA")).isEqualTo("B");
        assertThat(best(model, "w=b", "t=X", "wt=bX")).isEqualTo("C");
        assertThat(best(model, "w=a", "t=C", "wt=aC")).isEqualTo("A");
    }

    @Test
    void laterDecisionsSeeWhatTheLearnerDecided() {
        train(1, 1);

        // two passes over the gold tags, then one with decisions of which the first is a guess
        List<String> gold = histories.subList(0, 10);
        assertThat(histories.subList(10, 20)).isEqualTo(gold);
        assertThat(histories.subList(20, 30)).isNotEqualTo(gold);
    }

    @Test
    void rareFeaturesAreLeftOut() {
        assertThat(features(train(5, 1))).contains("w=rare");
        assertThat(features(train(5, 2))).contains("w=b").doesNotContain("w=rare");
    }

    @Test
    void severalOrdersGiveTheirMean() {
        List<List<String>> one = List.of(List.of("a/A b/B x/X", "x/X b/C a/A"));
        String[] features = {"w=b", "t=A", "wt=bA"};

        double[] alone = train(one, settings(5, 1, 1)).eval(features);

        // a single document has one order
        assertThat(train(one, settings(5, 1, 3)).eval(features)).isEqualTo(alone);
        assertThat(train(DOCUMENTS, settings(3, 1, 3)).eval(features))
                .isNotEqualTo(train(DOCUMENTS, settings(3, 1, 1)).eval(features));
    }

    @Test
    void anyOfTheTypesOfAnAmbiguousGoldTagIsRight() {
        List<List<String>> documents =
                List.of(List.of("x/O p/B-GPE q/B-LOC"), List.of("r/B-GPE\tLOC s/B-GPE\tLOC y/O"));

        AbstractModel model =
                train(documents, new SequencePerceptron.Settings(Kind.ENTITIES, 20, 1, 1));

        assertThat(tags(model)).containsExactlyInAnyOrder("B-GPE", "O", "B-LOC");
        assertThat(best(model, "w=p")).isEqualTo("B-GPE");
        assertThat(best(model, "w=q")).isEqualTo("B-LOC");
        assertThat(best(model, "w=r")).isIn("B-GPE", "B-LOC");
        assertThat(best(model, "w=y")).isEqualTo("O");
    }

    @Test
    void aTagMayContainABar() {
        List<List<String>> documents = List.of(List.of("p/B-A|B x/O p/B-A|B"));

        assertThat(tags(train(documents, settings(5, 1, 1)))).containsExactly("B-A|B", "O");
    }

    private static List<String> tags(AbstractModel model) {
        return List.of((String[]) model.getDataStructures()[2]);
    }

    private static List<String> features(AbstractModel model) {
        return ((Map<?, ?>) model.getDataStructures()[1])
                .keySet().stream().map(String::valueOf).toList();
    }

    private static String best(AbstractModel model, String... features) {
        return model.getBestOutcome(model.eval(features));
    }

    private AbstractModel train(int iterations, int cutoff) {
        return train(DOCUMENTS, settings(iterations, cutoff, 1));
    }

    private static SequencePerceptron.Settings settings(int iterations, int cutoff, int orders) {
        return new SequencePerceptron.Settings(KIND, iterations, cutoff, orders);
    }

    private AbstractModel train(
            List<List<String>> documents, SequencePerceptron.Settings settings) {
        histories.clear();
        return new SequencePerceptron<>(documents, () -> this::walk, settings, line -> {}).train();
    }

    private void walk(String sentence, SequencePerceptron.Decisions decisions) {
        Feature feature = new Feature();
        String previous = "*";
        for (String word : sentence.split(" ")) {
            int slash = word.indexOf('/');
            decisions.accept(feature.of(Form.of("w=")).with(Form.of(word.substring(0, slash))));
            decisions.accept(feature.of(Form.of("t=")).with(Form.of(previous)));
            decisions.accept(
                    feature.of(Form.of("wt="))
                            .with(Form.of(word.substring(0, slash)))
                            .with(Form.of(previous)));
            histories.add(previous);
            previous = decisions.decide(word.substring(slash + 1), previous);
        }
    }
}
