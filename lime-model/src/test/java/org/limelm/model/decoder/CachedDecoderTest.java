package org.limelm.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.limelm.model.decoder.Decoding.assertClose;
import static org.limelm.model.decoder.Decoding.change;
import static org.limelm.model.decoder.Decoding.error;
import static org.limelm.model.decoder.Decoding.extend;
import static org.limelm.model.decoder.Decoding.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.core.LimeException;

class CachedDecoderTest {
    static Stream<ModelConfig> architectures() {
        return Stream.of(
                TestModels.config(4, Activation.GEGLU, true, true, TestModels.learned()),
                TestModels.config(2, Activation.SWIGLU, false, false, TestModels.learned()),
                TestModels.config(2, Activation.SWIGLU, false, false, TestModels.learned())
                        .withHiddenSize(64)
                        .withHeadDim(32)
                        .withFfnSize(80)
                        .withVocabularySize(100),
                TestModels.config(1, Activation.GEGLU, true, false, TestModels.learned())
                        .withHeadDim(128),
                TestModels.config(2, Activation.GEGLU, true, false, TestModels.learned())
                        .withQueryKeyNorm(true)
                        .withLogitSoftCap(0.5));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 9})
    void anyBatchSizeIsSupported(int texts) {
        ModelConfig config = TestModels.micro();
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder model = model(config, manager);
                CachedDecoder cached = CachedDecoder.of(model, texts);
                KvCache cache = cached.newCache(texts, 20)) {
            Batch batch = TestModels.batch(manager, config, TestModels.SCHEMA, texts, 6);
            NDArray expected = model.logits(batch, manager);
            assertClose(extend(cached, cache, batch, 0, 19, manager), expected, 18);
            assertClose(extend(cached, cache, batch, 19, 20, manager), expected, 19);
        }
    }

    /** In half precision, infinity would become a large number that the logits do not reveal. */
    @Test
    void nonFiniteWeightsAreRejected() {
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder model = model(TestModels.micro(), manager)) {
            change(model.parameter("layers.1.ffn.gate_up"), values -> values[5] = Float.NaN);
            assertThatThrownBy(() -> CachedDecoder.of(model, 2))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("layers.1.ffn.gate_up contains NaN");
        }
    }

    @Test
    void outOfRangeIdsAreRejected() {
        ModelConfig config = TestModels.micro();
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder model = model(config, manager);
                CachedDecoder cached = CachedDecoder.of(model, 1);
                KvCache cache = cached.newCache(1, 6)) {
            List<long[]> tags = List.of(new long[] {1}, new long[] {2});
            assertThatThrownBy(() -> cached.extend(cache, new long[] {64}, tags))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("token id 64, expected 0 to 63");
            assertThatThrownBy(() -> cached.extend(cache, new long[] {-1}, tags))
                    .isInstanceOf(LimeException.class);
            List<long[]> wrong = List.of(new long[] {1}, new long[] {3});
            assertThatThrownBy(() -> cached.extend(cache, new long[] {1}, wrong))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("tag id 3, expected 0 to 2");
            assertThat(cache.length()).isZero();
        }
    }

    @Test
    void cachesOfAnotherDecoderAreRejected() {
        ModelConfig config = TestModels.micro();
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder model = model(config, manager);
                CachedDecoder one = CachedDecoder.of(model, 1);
                CachedDecoder other = CachedDecoder.of(model, 1);
                KvCache cache = other.newCache(1, 6)) {
            List<long[]> tags = List.of(new long[] {1}, new long[] {2});
            assertThatThrownBy(() -> one.extend(cache, new long[] {1}, tags))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("another decoder");
        }
    }

    @Test
    void decodersOfAClosedModelFail() {
        ModelConfig config = TestModels.micro();
        try (NDManager manager = NDManager.newBaseManager()) {
            LimeDecoder model = model(config, manager);
            try (CachedDecoder cached = CachedDecoder.of(model, 1);
                    KvCache cache = cached.newCache(1, 6)) {
                model.close();
                List<long[]> tags = List.of(new long[] {1}, new long[] {2});
                assertThatThrownBy(() -> cached.extend(cache, new long[] {1}, tags))
                        .isInstanceOf(IllegalStateException.class);
            }
        }
    }

    @Test
    void closedDecodersAndCachesFail() {
        ModelConfig config = TestModels.micro();
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder model = model(config, manager)) {
            CachedDecoder cached = CachedDecoder.of(model, 1);
            KvCache closed = cached.newCache(1, 6);
            KvCache open = cached.newCache(1, 6);
            List<long[]> tags = List.of(new long[] {1}, new long[] {2});
            cached.extend(closed, new long[] {1}, tags);
            closed.close();
            assertThatThrownBy(() -> cached.extend(closed, new long[] {1}, tags))
                    .isInstanceOf(IllegalStateException.class);
            cached.extend(open, new long[] {1}, tags);
            cached.close();
            assertThatThrownBy(() -> cached.extend(open, new long[] {1}, tags))
                    .isInstanceOf(IllegalStateException.class);
            open.close();
        }
    }

    @Test
    void decoderIsThreadSafe() throws Exception {
        ModelConfig config = TestModels.micro();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder model = model(config, manager);
                CachedDecoder cached = CachedDecoder.of(model, 2)) {
            List<Batch> batches = new ArrayList<>();
            List<NDArray> expected = new ArrayList<>();
            List<Future<Double>> errors = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                batches.add(TestModels.batch(manager, config, TestModels.SCHEMA, 2, 30 + i));
                expected.add(model.logits(batches.get(i), manager));
            }
            for (int i = 0; i < 6; i++) {
                Batch batch = batches.get(i);
                NDArray all = expected.get(i);
                errors.add(threads.submit(() -> worstError(cached, config, batch, all)));
            }
            for (Future<Double> error : errors) {
                assertThat(error.get()).isLessThan(1e-5);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static double worstError(
            CachedDecoder cached, ModelConfig config, Batch batch, NDArray expected) {
        double worst = 0;
        try (NDManager manager = NDManager.newBaseManager();
                KvCache cache = cached.newCache(2, config.contextLength())) {
            for (int t = 0; t < config.contextLength(); t++) {
                NDArray logits = extend(cached, cache, batch, t, t + 1, manager);
                worst = Math.max(worst, error(logits, expected, t));
            }
        }
        return worst;
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void cachedLogitsMatchTheFullPassAtEveryPosition(ModelConfig config) {
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder model = model(config, manager);
                CachedDecoder cached = CachedDecoder.of(model, 2)) {
            Batch batch = TestModels.batch(manager, config, TestModels.SCHEMA, 2, 3);
            NDArray expected = model.logits(batch, manager); // (B, T, V)
            int length = config.contextLength();
            for (int prompt : new int[] {1, 5, length}) {
                try (KvCache cache = cached.newCache(2, length)) {
                    NDArray logits = extend(cached, cache, batch, 0, prompt, manager);
                    assertClose(logits, expected, prompt - 1);
                    for (int t = prompt; t < length; t++) {
                        logits = extend(cached, cache, batch, t, t + 1, manager);
                        assertClose(logits, expected, t);
                    }
                }
            }
        }
    }

    @Test
    void cacheCanBeExtendedInPartsAndTruncated() {
        ModelConfig config = TestModels.micro();
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder model = model(config, manager);
                CachedDecoder cached = CachedDecoder.of(model, 2);
                KvCache cache = cached.newCache(2, 20)) {
            Batch batch = TestModels.batch(manager, config, TestModels.SCHEMA, 2, 4);
            NDArray expected = model.logits(batch, manager);
            extend(cached, cache, batch, 0, 6, manager);
            assertClose(extend(cached, cache, batch, 6, 13, manager), expected, 12);
            cache.truncate(4);
            assertClose(extend(cached, cache, batch, 4, 9, manager), expected, 8);
            assertThat(cache.length()).isEqualTo(9);
        }
    }

    @Test
    void exceedingTheCacheCapacityIsRejected() {
        ModelConfig config = TestModels.micro();
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder model = model(config, manager);
                CachedDecoder cached = CachedDecoder.of(model, 2);
                KvCache cache = cached.newCache(2, 6)) {
            Batch batch = TestModels.batch(manager, config, TestModels.SCHEMA, 2, 4);
            extend(cached, cache, batch, 0, 6, manager);
            assertThatThrownBy(() -> extend(cached, cache, batch, 6, 7, manager))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("cannot append 1 tokens, 6 of 6 positions are in use");
            Batch wider = TestModels.batch(manager, config, TestModels.SCHEMA, 3, 4);
            cache.truncate(0);
            assertThatThrownBy(() -> extend(cached, cache, wider, 0, 1, manager))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("3 tokens, expected (2, T)");
            assertThatThrownBy(() -> cached.newCache(1, 25))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("context length 24");
            assertThatThrownBy(() -> cached.newCache(0, 6))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("0 texts of 6 positions");
        }
    }
}
