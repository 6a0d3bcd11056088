package org.limelm.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.device.Precision;

/** Objectives of the caller's own, and the checks of batches that reach a model. */
class ForwardPassTest {
    private static final int ROWS = 3;

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private LimeDecoder model(boolean tied, double softCap) {
        ModelConfig config =
                TestModels.config(2, Activation.GEGLU, tied, true, TestModels.learned())
                        .withLogitSoftCap(softCap);
        return LimeDecoder.create(
                config, TestModels.SCHEMA, Precision.F32, Recompute.NONE, manager, 7);
    }

    /** The gradient of the mean cross-entropy by the logits, (B, T, V). */
    private NDArray crossEntropyByLogits(NDArray logits, Batch batch) {
        int vocabulary = (int) logits.getShape().get(2);
        float[] p = logits.softmax(2).toFloatArray();
        long[] targets = batch.targets().toLongArray();
        float count = (float) SelfFedModels.predicted(batch);
        for (int i = 0; i < targets.length; i++) {
            for (int id = 0; id < vocabulary; id++) {
                int at = i * vocabulary + id;
                boolean counted = targets[i] >= 0;
                p[at] = counted ? (p[at] - (targets[i] == id ? 1 : 0)) / count : 0;
            }
        }
        return manager.create(p, logits.getShape());
    }

    private static List<float[]> copies(Gradients gradients) {
        List<float[]> copies = new ArrayList<>();
        gradients.ordered().forEach(gradient -> copies.add(gradient.toFloatArray()));
        return copies;
    }

    private static void assertClose(List<float[]> found, List<float[]> expected) {
        for (int i = 0; i < expected.size(); i++) {
            for (int j = 0; j < expected.get(i).length; j++) {
                assertThat(found.get(i)[j]).isCloseTo(expected.get(i)[j], within(2e-6f));
            }
        }
    }

    /** With the gradient of the cross-entropy, the result is that of the fused pass. */
    @ParameterizedTest
    @CsvSource({"true,0", "false,0", "true,2"})
    void gradientOfTheLogitsReachesAllWeights(boolean tied, double softCap) {
        try (LimeDecoder model = model(tied, softCap);
                Gradients fused = Gradients.of(model);
                Gradients own = Gradients.of(model)) {
            Batch batch = TestModels.batch(manager, model.config(), TestModels.SCHEMA, ROWS, 5);
            model.accumulate(batch, SelfFedModels.predicted(batch), fused, manager);
            try (ForwardPass pass = model.forwardPass(batch, manager)) {
                assertThat(pass.logits().toFloatArray())
                        .containsExactly(
                                model.logits(batch, manager).toFloatArray(), within(1e-6f));
                NDArray gradient = crossEntropyByLogits(pass.logits(), batch);
                pass.backward(Optional.of(gradient), Optional.empty(), own);
            }
            assertClose(copies(own), copies(fused));
        }
    }

    /** A head of the caller's: the gradient of the states is checked against the loss itself. */
    @Test
    void gradientOfTheStatesReachesAllWeightsButTheHead() {
        try (LimeDecoder model = model(false, 0);
                Gradients gradients = Gradients.of(model)) {
            Batch batch = TestModels.batch(manager, model.config(), TestModels.SCHEMA, ROWS, 5);
            Shape shape =
                    new Shape(ROWS, model.config().contextLength(), model.config().hiddenSize());
            NDArray probe = manager.randomNormal(0, 1, shape, manager.create(0f).getDataType());
            gradients.buckets().forEach(bucket -> bucket.addi(5)); // old values must not remain
            try (ForwardPass pass = model.forwardPass(batch, manager)) {
                pass.backward(Optional.empty(), Optional.of(probe), gradients);
                assertThatThrownBy(
                                () ->
                                        pass.backward(
                                                Optional.empty(), Optional.of(probe), gradients))
                        .isInstanceOf(IllegalStateException.class);
            }
            int index = new ArrayList<>(model.parameters().keySet()).indexOf("layers.0.ffn.down");
            NDArray weight = model.parameter("layers.0.ffn.down");
            NDArray direction = manager.randomNormal(0, 1, weight.getShape(), weight.getDataType());
            double expected = gradients.ordered().get(index).mul(direction).sum().getFloat();
            NDArray start = weight.duplicate();
            start.add(direction.mul(1e-3f)).copyTo(weight);
            double above = probed(model, batch, probe);
            start.sub(direction.mul(1e-3f)).copyTo(weight);
            double below = probed(model, batch, probe);
            assertThat((above - below) / 2e-3)
                    .isCloseTo(expected, within(0.02 * Math.abs(expected) + 0.05));
            NDArray head =
                    gradients
                            .ordered()
                            .get(
                                    new ArrayList<>(model.parameters().keySet())
                                            .indexOf("head.weight"));
            assertThat(head.abs().sum().getFloat()).isZero();
        }
    }

    private double probed(LimeDecoder model, Batch batch, NDArray probe) {
        try (ForwardPass pass = model.forwardPass(batch, manager)) {
            return pass.states().mul(probe).sum().getFloat();
        }
    }

    @Test
    void gradientsOfOtherShapesAreRefused() {
        try (LimeDecoder model = model(true, 0);
                Gradients gradients = Gradients.of(model)) {
            Batch batch = TestModels.batch(manager, model.config(), TestModels.SCHEMA, ROWS, 5);
            try (ForwardPass pass = model.forwardPass(batch, manager)) {
                NDArray wrong = manager.zeros(new Shape(ROWS, 24, 7));
                assertThatThrownBy(
                                () ->
                                        pass.backward(
                                                Optional.of(wrong), Optional.empty(), gradients))
                        .isInstanceOf(LimeException.class)
                        .hasMessageContaining("gradient of the logits of shape (3, 24, 7)");
            }
        }
    }

    @Test
    void idsOutOfRangeAreNamedBeforeAKernelSeesThem() {
        try (LimeDecoder model = model(true, 0)) {
            MetadataSchema schema = TestModels.SCHEMA;
            Batch good = TestModels.batch(manager, model.config(), schema, 1, 5);
            assertThatThrownBy(() -> model.score(with(good, good.tokens().add(64), 0), manager))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("[model] tokens contain id")
                    .hasMessageContaining("expected 0 to 63");
            assertThatThrownBy(() -> model.score(with(good, good.tokens(), 3), manager))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("[model] ner tags contain id")
                    .hasMessageContaining("expected 0 to 2");
            assertThatThrownBy(() -> model.score(withTargets(good, -7), manager))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining(
                            "[model] targets contain id -7, expected 0 to 63, or -100");
        }
    }

    private Batch withTargets(Batch batch, long first) {
        long[] targets = batch.targets().toLongArray();
        targets[0] = first;
        return new Batch(
                batch.tokens(),
                manager.create(targets, batch.targets().getShape()),
                batch.tags(),
                Optional.empty());
    }

    private static Batch with(Batch batch, NDArray tokens, int addedToNer) {
        return new Batch(
                tokens,
                batch.targets(),
                List.of(batch.tags().get(0), batch.tags().get(1).add(addedToNer)),
                Optional.empty());
    }
}
