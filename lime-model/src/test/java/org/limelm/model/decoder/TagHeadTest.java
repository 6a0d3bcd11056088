package org.limelm.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.device.Precision;

/** The head that predicts the tags of the next token, in a teacher-forced pass. */
class TagHeadTest {
    private static final int ROWS = 3;
    private static final double TAG_WEIGHT = 0.3;

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    /** Along random directions, the gradient predicts how the loss changes. */
    @ParameterizedTest
    @CsvSource({"true,STATE,false", "false,PREVIOUS_STATE,true", "true,PREVIOUS_STATE,false"})
    void gradientsAreThoseOfTokensAndTags(
            boolean tied, TagHeadConfig.Input input, boolean documents) {
        ModelConfig config =
                TestModels.config(2, Activation.GEGLU, tied, true, MetadataConfig.defaults());
        try (LimeDecoder model = SelfFedModels.of(config, input, manager);
                Gradients gradients = Gradients.of(model)) {
            Batch batch = SelfFedModels.batch(manager, model, ROWS, documents);
            double targets = SelfFedModels.predicted(batch);
            Objective objective = new Objective(0, TAG_WEIGHT);
            gradients.reset();
            model.accumulate(batch, targets, objective, gradients, bucket -> {}, manager);
            int index = 0;
            for (Map.Entry<String, NDArray> weight : model.parameters().entrySet()) {
                NDArray gradient = gradients.ordered().get(index++);
                NDArray direction =
                        manager.randomNormal(0, 1, gradient.getShape(), gradient.getDataType());
                double length = Math.sqrt(direction.square().sum().getFloat());
                double expected = gradient.mul(direction).sum().getFloat() / length;
                double actual =
                        slope(model, batch, weight.getValue(), direction.div(length), targets);
                double scale = Math.sqrt(gradient.square().sum().getFloat());
                assertThat(actual).as(weight.getKey()).isCloseTo(expected, within(0.02 * scale));
                assertThat(scale).as("gradient of " + weight.getKey()).isPositive();
            }
        }
    }

    /** The central difference of the objective along a direction. */
    private double slope(
            LimeDecoder model, Batch batch, NDArray weight, NDArray direction, double targets) {
        double step = 0.02;
        NDArray start = weight.duplicate();
        start.add(direction.mul(step)).copyTo(weight);
        double above = objective(model, batch) / targets;
        start.sub(direction.mul(step)).copyTo(weight);
        double below = objective(model, batch) / targets;
        start.copyTo(weight);
        return (above - below) / (2 * step);
    }

    private double objective(LimeDecoder model, Batch batch) {
        TokenScores scores = model.score(batch, manager);
        double sum = SelfFedModels.sum(scores.nll());
        for (NDArray tags : scores.tagNll()) {
            sum += TAG_WEIGHT * SelfFedModels.sum(tags);
        }
        return sum;
    }

    @Test
    void gradientsOfTwoPassesAdd() {
        try (LimeDecoder model =
                        SelfFedModels.of(TestModels.micro(), TagHeadConfig.Input.STATE, manager);
                Gradients gradients = Gradients.of(model)) {
            Batch batch = SelfFedModels.batch(manager, model, ROWS, false);
            Objective objective = new Objective(0, TAG_WEIGHT);
            List<float[]> once = gradientsAfter(1, model, batch, objective, gradients);
            List<float[]> twice = gradientsAfter(2, model, batch, objective, gradients);
            for (int i = 0; i < once.size(); i++) {
                for (int j = 0; j < once.get(i).length; j++) {
                    assertThat(twice.get(i)[j]).isCloseTo(2 * once.get(i)[j], within(1e-5f));
                }
            }
        }
    }

    private List<float[]> gradientsAfter(
            int passes, LimeDecoder model, Batch batch, Objective objective, Gradients gradients) {
        gradients.reset();
        for (int i = 0; i < passes; i++) {
            model.accumulate(batch, 70, objective, gradients, bucket -> {}, manager);
        }
        List<float[]> copies = new ArrayList<>();
        gradients.ordered().forEach(gradient -> copies.add(gradient.toFloatArray()));
        return copies;
    }

    /**
     * In LIME+1, position i reads the tags that the head must predict there: other tags change the
     * token's probability, but not that of the tags.
     */
    @Test
    void headSeesNothingOfTheTagsItPredicts() {
        try (LimeDecoder model =
                SelfFedModels.of(TestModels.micro(), TagHeadConfig.Input.PREVIOUS_STATE, manager)) {
            Batch batch = SelfFedModels.batch(manager, model, 1, false);
            TokenScores before = model.score(batch, manager);
            int length = model.config().contextLength();
            for (int at = 1; at < length; at++) {
                long[] pos = batch.tags().get(0).toLongArray();
                pos[at] = (pos[at] + 1) % TestModels.SCHEMA.features().get(0).size();
                List<NDArray> tags =
                        List.of(manager.create(pos, new Shape(1, length)), batch.tags().get(1));
                Batch changed =
                        new Batch(
                                batch.tokens(),
                                batch.targets(),
                                tags,
                                batch.tagTargets(),
                                Optional.empty(),
                                Optional.empty());
                TokenScores after = model.score(changed, manager);
                for (int feature = 0; feature < 2; feature++) {
                    float[] was = before.tagNll().get(feature).toFloatArray();
                    float[] is = after.tagNll().get(feature).toFloatArray();
                    for (int i = 0; i <= at; i++) {
                        assertThat(is[i]).as("position %s", i).isEqualTo(was[i]);
                    }
                }
                if (batch.targets().toLongArray()[at] >= 0) {
                    assertThat(after.nll().toFloatArray()[at])
                            .isNotEqualTo(before.nll().toFloatArray()[at]);
                }
            }
        }
    }

    @Test
    void firstPositionOfADocumentReadsNoStateOfTheOneBefore() {
        try (LimeDecoder model =
                SelfFedModels.of(TestModels.micro(), TagHeadConfig.Input.PREVIOUS_STATE, manager)) {
            Batch batch = SelfFedModels.batch(manager, model, 1, true);
            long[] tokens = batch.tokens().toLongArray();
            int start = SelfFedModels.SECOND_DOCUMENT;
            float before = model.score(batch, manager).tagNll().get(0).toFloatArray()[start];
            tokens[start - 1] = (tokens[start - 1] + 1) % model.config().vocabularySize();
            Batch changed =
                    new Batch(
                            manager.create(tokens, batch.tokens().getShape()),
                            batch.targets(),
                            batch.tags(),
                            batch.tagTargets(),
                            batch.documentIds(),
                            Optional.empty());
            assertThat(model.score(changed, manager).tagNll().get(0).toFloatArray()[start])
                    .isEqualTo(before);
        }
    }

    @Test
    void tagProbabilitiesSumToOne() {
        try (LimeDecoder model =
                SelfFedModels.of(TestModels.micro(), TagHeadConfig.Input.PREVIOUS_STATE, manager)) {
            Batch batch = SelfFedModels.batch(manager, model, 1, false);
            int length = model.config().contextLength();
            double[] total = new double[length];
            for (int pos = 0; pos < TestModels.SCHEMA.features().get(0).size(); pos++) {
                for (int ner = 0; ner < TestModels.SCHEMA.features().get(1).size(); ner++) {
                    Shape shape = new Shape(1, length);
                    List<NDArray> tags =
                            List.of(
                                    manager.full(shape, pos).toType(DataType.INT64, false),
                                    manager.full(shape, ner).toType(DataType.INT64, false));
                    Batch asked =
                            new Batch(
                                    batch.tokens(),
                                    batch.targets(),
                                    batch.tags(),
                                    tags,
                                    Optional.empty(),
                                    Optional.empty());
                    NDList scores = new NDList(model.score(asked, manager).tagNll());
                    float[] first = scores.get(0).toFloatArray();
                    float[] second = scores.get(1).toFloatArray();
                    for (int i = 0; i < length; i++) {
                        total[i] += Math.exp(-first[i] - second[i]);
                    }
                }
            }
            for (double sum : total) {
                assertThat(sum).isCloseTo(1, within(1e-5));
            }
        }
    }

    @Test
    void trainingNeedsTagsToPredict() {
        try (LimeDecoder model =
                SelfFedModels.of(TestModels.micro(), TagHeadConfig.Input.STATE, manager)) {
            Batch batch = TestModels.batch(manager, model.config(), TestModels.SCHEMA, ROWS, 5);
            assertThatThrownBy(() -> model.lossAndGradients(batch, manager))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("without tags to predict");
        }
    }

    @Test
    void headOfALimePlusOneModelMustPredictItsTables() {
        MetadataSchema other = new MetadataSchema(List.of(new Feature("x", List.of("NONE", "a"))));
        TagHeadConfig head = new TagHeadConfig(other, TagHeadConfig.Input.PREVIOUS_STATE);
        assertThatThrownBy(() -> new ModelFeatures(TestModels.SCHEMA, Optional.of(head)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("expected the same features");
    }

    /** Models without a tag head keep their weights: a head has no effect on other arms. */
    @Test
    void headDoesNotChangeTheInitialWeightsOfTheRest() {
        try (LimeDecoder with =
                        SelfFedModels.of(
                                TestModels.micro(), TagHeadConfig.Input.PREVIOUS_STATE, manager);
                LimeDecoder without =
                        LimeDecoder.create(
                                TestModels.micro(),
                                TestModels.SCHEMA,
                                Precision.F32,
                                Recompute.NONE,
                                manager,
                                SelfFedModels.SEED)) {
            without.parameters()
                    .forEach(
                            (name, weight) -> {
                                if (!name.startsWith("embedding.meta")) {
                                    assertThat(with.parameter(name).contentEquals(weight))
                                            .as(name)
                                            .isTrue();
                                }
                            });
        }
    }
}
