package org.limelm.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.device.Precision;

class LimeDecoderTest {
    private static final MetadataSchema SCHEMA = TestModels.SCHEMA;
    private static final ModelConfig MICRO = TestModels.micro();

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void zeroTablesAndNoneTagsEqualTheBaselineBitForBit(Precision precision) {
        try (LimeDecoder baseline = model(MICRO, MetadataSchema.EMPTY, precision);
                LimeDecoder lime = model(MICRO, SCHEMA, precision)) {
            Batch plain = TestModels.batch(manager, MICRO, MetadataSchema.EMPTY, 2, 3);
            NDArray none = plain.tokens().zerosLike();
            Batch untagged =
                    new Batch(
                            plain.tokens(), plain.targets(), List.of(none, none), Optional.empty());

            assertThat(bits(lime.logits(untagged, manager)))
                    .isEqualTo(bits(baseline.logits(plain, manager)));
            LossAndGradients expected = baseline.lossAndGradients(plain, manager);
            LossAndGradients actual = lime.lossAndGradients(untagged, manager);
            assertThat(actual.loss().getFloat()).isEqualTo(expected.loss().getFloat());
            List<String> names = new ArrayList<>(lime.parameters().keySet());
            List<String> shared = List.copyOf(baseline.parameters().keySet());
            for (int i = 0; i < shared.size(); i++) {
                assertThat(bits(actual.gradients().get(names.indexOf(shared.get(i)))))
                        .as(shared.get(i))
                        .isEqualTo(bits(expected.gradients().get(i)));
            }
        }
    }

    @Test
    void recomputationIsBitIdentical() {
        try (LimeDecoder keeps = model(MICRO, SCHEMA, Precision.F32);
                LimeDecoder recomputes =
                        LimeDecoder.create(
                                MICRO, SCHEMA, Precision.F32, Recompute.ALL, manager, 7)) {
            Batch batch = TestModels.batch(manager, MICRO, SCHEMA, 2, 4);
            NDList expected = keeps.lossAndGradients(batch, manager).gradients();
            NDList actual = recomputes.lossAndGradients(batch, manager).gradients();
            for (int i = 0; i < expected.size(); i++) {
                assertThat(bits(actual.get(i))).isEqualTo(bits(expected.get(i)));
            }
        }
    }

    @Test
    void logitsNeverDependOnLaterTokensOrTags() {
        ModelConfig config =
                TestModels.config(2, Activation.GEGLU, true, false, TestModels.learned());
        try (LimeDecoder model = model(config, SCHEMA, Precision.F32)) {
            Batch batch = TestModels.batch(manager, config, SCHEMA, 2, 5);
            NDArray before = model.logits(batch, manager);
            for (int cut = 1; cut < config.contextLength(); cut += 4) {
                Batch changed = changeFrom(batch, cut);
                NDArray after = model.logits(changed, manager);
                String past = ":, :" + cut;
                assertThat(bits(after.get(past))).isEqualTo(bits(before.get(past)));
                assertThat(bits(after.get(":, " + cut + ":")))
                        .isNotEqualTo(bits(before.get(":, " + cut + ":")));
            }
        }
    }

    @Test
    void documentMaskSeparatesDocuments() {
        try (LimeDecoder model = model(MICRO, MetadataSchema.EMPTY, Precision.F32)) {
            Batch batch = TestModels.batch(manager, MICRO, MetadataSchema.EMPTY, 1, 6);
            Batch masked = DecoderReferenceTest.withDocuments(batch, manager); // cut after 5
            NDArray tokens = batch.tokens().duplicate();
            tokens.set(
                    new NDIndex(":, :5"), tokens.get(":, :5").add(1).mod(MICRO.vocabularySize()));
            Batch otherFirst = new Batch(tokens, batch.targets(), List.of(), masked.documentIds());
            Batch unmasked = new Batch(tokens, batch.targets(), List.of(), Optional.empty());

            NDArray expected = model.logits(masked, manager).get(":, 5:");
            assertThat(bits(model.logits(otherFirst, manager).get(":, 5:")))
                    .isEqualTo(bits(expected));
            assertThat(bits(model.logits(unmasked, manager).get(":, 5:")))
                    .isNotEqualTo(bits(expected));
        }
    }

    @Test
    void scoresMatchLossAndArgmax() {
        try (LimeDecoder model = model(MICRO, SCHEMA, Precision.F32)) {
            Batch batch = TestModels.batch(manager, MICRO, SCHEMA, 2, 8);
            TokenScores scores = model.score(batch, manager);
            NDArray counted = batch.targets().gte(0);
            float count = counted.toType(DataType.FLOAT32, true).sum().getFloat();
            float loss = model.lossAndGradients(batch, manager).loss().getFloat();
            assertThat(scores.nll().sum().getFloat() / count).isCloseTo(loss, within(1e-5f));

            NDArray best = model.logits(batch, manager).argMax(-1);
            assertThat(scores.correct().toFloatArray())
                    .isEqualTo(
                            best.eq(batch.targets()).toType(DataType.FLOAT32, true).toFloatArray());
        }
    }

    @Test
    void accumulatedMicroBatchesEqualTheWholeBatch() {
        try (LimeDecoder model = model(MICRO, SCHEMA, Precision.F32)) {
            Batch whole = TestModels.batch(manager, MICRO, SCHEMA, 4, 9);
            double targets = 0;
            for (long target : whole.targets().toLongArray()) {
                targets += target >= 0 ? 1 : 0;
            }
            LossAndGradients expected = model.lossAndGradients(whole, manager);
            try (Gradients sum = Gradients.of(model, 4096)) {
                NDArray first = model.accumulate(rows(whole, 0, 1), targets, sum, manager);
                NDArray rest = model.accumulate(rows(whole, 1, 4), targets, sum, manager);
                assertThat(first.getFloat() + rest.getFloat())
                        .isCloseTo(expected.loss().getFloat(), within(1e-5f));
                for (int i = 0; i < expected.gradients().size(); i++) {
                    NDArray right = expected.gradients().get(i);
                    assertThat(sum.ordered().get(i).sub(right).norm().getFloat())
                            .isLessThanOrEqualTo(1e-5f * right.norm().getFloat() + 1e-9f);
                }
                sum.reset();
                model.accumulate(whole, targets, sum, manager);
                assertThat(sum.ordered().get(0)).isEqualTo(expected.gradients().get(0));
            }
        }
    }

    @Test
    void bucketsAreReportedOnceAndInOrder() {
        try (LimeDecoder model = model(MICRO, SCHEMA, Precision.F32);
                Gradients gradients = Gradients.of(model, 4096)) {
            Batch batch = TestModels.batch(manager, MICRO, SCHEMA, 2, 9);
            NDList expected = model.lossAndGradients(batch, manager).gradients();
            List<Integer> done = new ArrayList<>();
            List<float[]> seen = new ArrayList<>();
            double targets =
                    Arrays.stream(batch.targets().toLongArray())
                            .filter(target -> target >= 0)
                            .count();
            model.accumulate(
                    batch,
                    targets,
                    Objective.CROSS_ENTROPY,
                    gradients,
                    bucket -> {
                        done.add(bucket);
                        seen.add(gradients.buckets().get(bucket).toFloatArray());
                    },
                    manager);
            assertThat(done).hasSizeGreaterThan(2).isSorted().doesNotHaveDuplicates();
            assertThat(done).hasSize(gradients.buckets().size());
            for (int i = 0; i < seen.size(); i++) {
                assertThat(gradients.buckets().get(i).toFloatArray()).isEqualTo(seen.get(i));
            }
            for (int i = 0; i < expected.size(); i++) {
                assertThat(gradients.ordered().get(i)).isEqualTo(expected.get(i));
            }
        }
    }

    @Test
    void weightsDependOnlyOnSeedAndName() {
        try (LimeDecoder one = model(MICRO, MetadataSchema.EMPTY, Precision.F32);
                LimeDecoder two = model(MICRO, SCHEMA, Precision.BF16);
                LimeDecoder other =
                        LimeDecoder.create(
                                MICRO, SCHEMA, Precision.F32, Recompute.NONE, manager, 8)) {
            one.parameters()
                    .forEach(
                            (name, weight) ->
                                    assertThat(bits(two.parameter(name)))
                                            .as(name)
                                            .isEqualTo(bits(weight)));
            String matrix = "layers.0.attention.qkv";
            assertThat(bits(other.parameter(matrix))).isNotEqualTo(bits(one.parameter(matrix)));
            assertThat(one.parameter("layers.0.ffn.norm").toFloatArray()).containsOnly(1f);
            float[] values = one.parameter(matrix).toFloatArray();
            double squares = 0;
            for (float value : values) {
                squares += (double) value * value;
            }
            assertThat(Math.sqrt(squares / values.length)).isCloseTo(0.02, within(0.001));
        }
    }

    @Test
    void onlyMatricesReceiveWeightDecay() {
        ModelConfig untied =
                TestModels.config(2, Activation.GEGLU, false, false, TestModels.learned());
        try (LimeDecoder tied = model(MICRO, SCHEMA, Precision.F32);
                LimeDecoder own = model(untied, SCHEMA, Precision.F32)) {
            assertThat(tied.isMatrix("embedding.token.weight")).isTrue();
            assertThat(own.isMatrix("embedding.token.weight")).isFalse();
            assertThat(own.isMatrix("head.weight")).isTrue();
            assertThat(own.isMatrix("layers.1.ffn.down")).isTrue();
            assertThat(own.isMatrix("layers.1.ffn.norm")).isFalse();
            assertThat(own.isMatrix("embedding.meta.pos")).isFalse();
            assertThat(own.isMatrix("embedding.meta.pos.scale")).isFalse();
        }
    }

    @Test
    void flopsPerTokenFollowTheFormula() {
        // 6 layers of 4·256² + 3·256·704, tied head of 8192·256: 6 × 6.9 M + 6·6·256·256
        assertThat(ModelPresets.mini().flopsPerToken(256)).isCloseTo(43.8e6, within(0.1e6));
    }

    @Test
    void invalidBatchesAreRejected() {
        try (LimeDecoder model = model(MICRO, SCHEMA, Precision.F32)) {
            Batch untagged = TestModels.batch(manager, MICRO, MetadataSchema.EMPTY, 2, 3);
            assertThatThrownBy(() -> model.logits(untagged, manager))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("0 columns of tags, expected one for each of [pos, ner]");
            NDArray tooLong = manager.zeros(new Shape(1, 25));
            Batch oversized =
                    new Batch(tooLong, tooLong, List.of(tooLong, tooLong), Optional.empty());
            assertThatThrownBy(() -> model.logits(oversized, manager))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("contextLength 24");
        }
    }

    private LimeDecoder model(ModelConfig config, MetadataSchema schema, Precision precision) {
        return LimeDecoder.create(config, schema, precision, Recompute.NONE, manager, 7);
    }

    private Batch changeFrom(Batch batch, int cut) {
        NDArray tokens = batch.tokens().duplicate();
        String future = ":, " + cut + ":";
        NDIndex index = new NDIndex(future);
        tokens.set(index, tokens.get(future).add(1).mod(64));
        List<NDArray> tags = new ArrayList<>();
        for (NDArray column : batch.tags()) {
            NDArray changed = column.duplicate();
            changed.set(index, changed.get(future).add(1).mod(3));
            tags.add(changed);
        }
        return new Batch(tokens, batch.targets(), tags, Optional.empty());
    }

    private static Batch rows(Batch batch, int from, int to) {
        String range = from + ":" + to;
        return new Batch(
                batch.tokens().get(range),
                batch.targets().get(range),
                batch.tags().stream().map(column -> column.get(range)).toList(),
                Optional.empty());
    }

    private static int[] bits(NDArray array) {
        float[] values = array.toFloatArray();
        int[] bits = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            bits[i] = Float.floatToIntBits(values[i] + 0f); // −0 counts as 0
        }
        return bits;
    }
}
