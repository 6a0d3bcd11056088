package org.limelm.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.limelm.model.decoder.Decoding.assertClose;
import static org.limelm.model.decoder.Decoding.change;
import static org.limelm.model.decoder.Decoding.error;
import static org.limelm.model.decoder.Decoding.extend;
import static org.limelm.model.decoder.Decoding.model;
import static org.limelm.model.decoder.Decoding.vectors;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.model.torch.MatrixFormat;
import org.limelm.model.torch.Threads;

/** Machine code against the full pass; {@link CachedDecoderTest} has what all formats share. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a barrier may hang
class MachineCodeTest {
    @BeforeEach
    void skipWithoutAvx512() {
        assumeTrue(Processors.haveAvx512(), "no processor with AVX-512");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 8, 9, 19})
    void readsAnyNumberOfTexts(int texts) {
        ModelConfig config = vectors(TestModels.micro());
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder model = model(config, manager);
                CachedDecoder cached = CachedDecoder.of(model, texts);
                KvCache cache = cached.newCache(texts, 20)) {
            assertThat(cached.format()).isEqualTo(MatrixFormat.BLOCKS);
            Batch batch = TestModels.batch(manager, config, TestModels.SCHEMA, texts, 6);
            NDArray expected = model.logits(batch, manager);
            assertClose(extend(cached, cache, batch, 0, 3, manager), expected, 2);
            for (int t = 3; t < 20; t++) {
                assertClose(extend(cached, cache, batch, t, t + 1, manager), expected, t);
            }
        }
    }

    @Test
    void readsLongTexts() {
        ModelConfig config = vectors(TestModels.micro()).withContextLength(300);
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder model = model(config, manager);
                CachedDecoder cached = CachedDecoder.of(model, MatrixFormat.BLOCKS);
                KvCache cache = cached.newCache(2, 300)) {
            Batch batch = TestModels.batch(manager, config, TestModels.SCHEMA, 2, 6);
            NDArray expected = model.logits(batch, manager);
            int read = 0;
            for (int end : new int[] {131, 132, 147, 160, 299, 300}) {
                assertClose(extend(cached, cache, batch, read, end, manager), expected, end - 1);
                read = end;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 48, 80, 256})
    void readsHeadsOfAnyWidth(int headDim) {
        ModelConfig config = TestModels.micro().withHeadDim(headDim);
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder model = model(config, manager);
                CachedDecoder cached = CachedDecoder.of(model, MatrixFormat.BLOCKS);
                KvCache cache = cached.newCache(3, 20)) {
            Batch batch = TestModels.batch(manager, config, TestModels.SCHEMA, 3, 6);
            NDArray expected = model.logits(batch, manager);
            assertClose(extend(cached, cache, batch, 0, 18, manager), expected, 17);
            assertClose(extend(cached, cache, batch, 18, 19, manager), expected, 18);
        }
    }

    /** Scores far apart, gates far from zero: where exponentials leave the range of float32. */
    @ParameterizedTest
    @EnumSource(Activation.class)
    void readsModelsOfLargeWeights(Activation activation) {
        ModelConfig config =
                vectors(TestModels.config(2, activation, true, false, TestModels.learned()));
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder model = model(config, manager)) {
            for (String name : List.of("attention.qkv", "ffn.gate_up")) {
                change(
                        model.parameter("layers.0." + name),
                        values -> {
                            for (int i = 0; i < values.length; i++) {
                                values[i] *= 200;
                            }
                        });
            }
            try (CachedDecoder cached = CachedDecoder.of(model, MatrixFormat.BLOCKS);
                    KvCache cache = cached.newCache(2, 20)) {
                Batch batch = TestModels.batch(manager, config, TestModels.SCHEMA, 2, 6);
                NDArray expected = model.logits(batch, manager);
                NDArray logits = extend(cached, cache, batch, 0, 20, manager);
                assertThat(error(logits, expected, 19)).isLessThan(1e-3);
            }
        }
    }

    @Test
    void aWeightThatIsNoNumberShows() {
        ModelConfig config = vectors(TestModels.micro());
        for (String name : List.of("layers.0.attention.qkv", "layers.1.ffn.gate_up")) {
            try (NDManager manager = NDManager.newBaseManager();
                    LimeDecoder model = model(config, manager)) {
                change(model.parameter(name), values -> values[0] = Float.NaN); // query or gate
                try (CachedDecoder cached = CachedDecoder.of(model, MatrixFormat.BLOCKS);
                        KvCache cache = cached.newCache(2, 20)) {
                    Batch batch = TestModels.batch(manager, config, TestModels.SCHEMA, 2, 6);
                    float[] logits = extend(cached, cache, batch, 0, 7, manager).toFloatArray();
                    for (float logit : logits) {
                        assertThat(logit).as(name).isNaN();
                    }
                }
            }
        }
    }

    @Test
    void leavesModelsThatVectorsDoNotFitToLibtorch() {
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder model = model(TestModels.micro().withHeadDim(8), manager);
                CachedDecoder cached = CachedDecoder.of(model, 1)) {
            assertThat(cached.format()).isNotEqualTo(MatrixFormat.BLOCKS);
            assertThatThrownBy(() -> CachedDecoder.of(model, MatrixFormat.BLOCKS))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("multiples of 16");
        }
    }

    /** A share may be empty, a barrier has more threads than the machine has cores. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7})
    void isSharedByAnyNumberOfThreads(int threads) throws InterruptedException {
        ModelConfig config = vectors(TestModels.micro());
        int before = Threads.inUse();
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder model = model(config, manager)) {
            Batch batch = TestModels.batch(manager, config, TestModels.SCHEMA, 2, 6);
            NDArray expected = model.logits(batch, manager);
            Threads.use(threads);
            try (CachedDecoder cached = CachedDecoder.of(model, MatrixFormat.BLOCKS);
                    KvCache cache = cached.newCache(2, 20)) {
                assertClose(extend(cached, cache, batch, 0, 9, manager), expected, 8);
                Thread.sleep(10); // the threads fall asleep
                assertClose(extend(cached, cache, batch, 9, 10, manager), expected, 9);
            }
        } finally {
            Threads.use(before);
        }
    }

    /** Products of bfloat16 with float32 sums, as a full pass has them. */
    @Test
    void isAsExactInBfloat16AsAFullPass() {
        assumeTrue(Processors.haveBf16(), "no processor with products of bfloat16");
        double[] errors = Decoding.bfloat16Errors(MatrixFormat.BLOCKS);
        assertThat(errors[0]).isPositive().isLessThan(1.2 * errors[1]);
    }
}
