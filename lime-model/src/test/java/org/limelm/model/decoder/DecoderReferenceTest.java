package org.limelm.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.device.Precision;

/** Compares the kernels with {@link PlainDecoder}. */
class DecoderReferenceTest {
    record Variant(String name, ModelConfig config, MetadataSchema tables, boolean documents) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Variant> variants() {
        MetadataConfig fixed = MetadataConfig.defaults();
        MetadataConfig half =
                new MetadataConfig(
                        MetadataConfig.WeightMode.FIXED, 0.5, MetadataConfig.TableInit.NORMAL, 0.3);
        Activation geglu = Activation.GEGLU;
        Activation swiglu = Activation.SWIGLU;
        return Stream.of(
                new Variant(
                        "baseline, one key head per query head, GEGLU, tied",
                        TestModels.config(4, geglu, true, false, fixed),
                        MetadataSchema.EMPTY,
                        false),
                new Variant(
                        "lime with learned weights, grouped queries, SwiGLU, untied",
                        TestModels.config(2, swiglu, false, false, TestModels.learned()),
                        TestModels.SCHEMA,
                        false),
                new Variant(
                        "lime with fixed weights, one key head, embedding scale, documents",
                        TestModels.config(1, geglu, true, true, half),
                        TestModels.SCHEMA,
                        true),
                new Variant(
                        "lime with normalized queries and keys, soft-capped logits, grouped queries",
                        TestModels.config(2, geglu, true, false, half)
                                .withQueryKeyNorm(true)
                                .withLogitSoftCap(2),
                        TestModels.SCHEMA,
                        true),
                new Variant(
                        "lime with zero tables, documents, SwiGLU, untied",
                        TestModels.config(2, swiglu, false, true, fixed),
                        TestModels.SCHEMA,
                        true));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void float32LossAndGradientsMatchTheReference(Variant variant) {
        compare(variant, Precision.F32, Recompute.NONE);
    }

    @ParameterizedTest
    @MethodSource("variants")
    void bfloat16GradientsAlignWithTheReference(Variant variant) {
        compare(variant, Precision.BF16, Recompute.everyNth(2));
    }

    private static void compare(Variant variant, Precision precision, Recompute recompute) {
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder model =
                        LimeDecoder.create(
                                variant.config(),
                                variant.tables(),
                                precision,
                                recompute,
                                manager,
                                11)) {
            Batch batch = TestModels.batch(manager, variant.config(), variant.tables(), 3, 5);
            if (variant.documents()) {
                batch = withDocuments(batch, manager);
            }
            LossAndGradients actual = model.lossAndGradients(batch, manager);
            LossAndGradients expected = new PlainDecoder(model, manager).lossAndGradients(batch);

            double tolerance = precision == Precision.F32 ? 1e-5 : 2e-2;
            double loss = expected.loss().getDouble();
            assertThat((double) actual.loss().getFloat()).isCloseTo(loss, within(tolerance * loss));
            List<String> names = List.copyOf(model.parameters().keySet());
            for (int i = 0; i < names.size(); i++) {
                NDArray found = actual.gradients().get(i).toType(DataType.FLOAT64, true);
                NDArray right = expected.gradients().get(i);
                assertThat(found.getShape()).as(names.get(i)).isEqualTo(right.getShape());
                if (precision == Precision.F32) {
                    double error = norm(found.sub(right)) / norm(right);
                    assertThat(error).as("relative error of " + names.get(i)).isLessThan(1e-5);
                } else {
                    double cosine =
                            found.mul(right).sum().getDouble() / (norm(found) * norm(right));
                    assertThat(cosine).as("cosine of " + names.get(i)).isGreaterThan(0.999);
                }
            }
        }
    }

    /**
     * Returns the batch with document ids: in row b, the document changes after 5 + 3b positions.
     */
    static Batch withDocuments(Batch batch, NDManager manager) {
        int rows = (int) batch.tokens().getShape().get(0);
        int length = (int) batch.tokens().getShape().get(1);
        long[] ids = new long[rows * length];
        for (int i = 0; i < ids.length; i++) {
            int row = i / length;
            ids[i] = i % length < 5 + 3 * row ? 0 : 1;
        }
        return new Batch(
                batch.tokens(),
                batch.targets(),
                batch.tags(),
                Optional.of(manager.create(ids, batch.tokens().getShape())));
    }

    private static double norm(NDArray x) {
        return Math.sqrt(x.mul(x).sum().getDouble());
    }
}
