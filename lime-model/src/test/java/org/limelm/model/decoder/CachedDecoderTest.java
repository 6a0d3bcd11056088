package org.limelm.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.limelm.core.LimeException;
import org.limelm.model.torch.Precision;

class CachedDecoderTest {
    static Stream<ModelConfig> architectures() {
        return Stream.of(
                TestModels.config(4, Activation.GEGLU, true, true, TestModels.learned()),
                TestModels.config(2, Activation.SWIGLU, false, false, TestModels.learned()));
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void cachedLogitsEqualUncachedOnesAtEveryPosition(ModelConfig config) {
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder model = model(config, manager);
                CachedDecoder cached = CachedDecoder.of(model)) {
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
    void textMayBeReadInPiecesAndTakenBack() {
        ModelConfig config = TestModels.micro();
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder model = model(config, manager);
                CachedDecoder cached = CachedDecoder.of(model);
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
    void aFullCacheTakesNoMore() {
        ModelConfig config = TestModels.micro();
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder model = model(config, manager);
                CachedDecoder cached = CachedDecoder.of(model);
                KvCache cache = cached.newCache(2, 6)) {
            Batch batch = TestModels.batch(manager, config, TestModels.SCHEMA, 2, 4);
            extend(cached, cache, batch, 0, 6, manager);
            assertThatThrownBy(() -> extend(cached, cache, batch, 6, 7, manager))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("no room for 1 tokens after 6 of 6");
            assertThatThrownBy(() -> cached.newCache(1, 25))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("made for 24");
        }
    }

    private static LimeDecoder model(ModelConfig config, NDManager manager) {
        return LimeDecoder.create(
                config, TestModels.SCHEMA, Precision.F32, Recompute.NONE, manager, 5);
    }

    private static NDArray extend(
            CachedDecoder cached, KvCache cache, Batch batch, int from, int to, NDManager manager) {
        String range = ":, " + from + ":" + to;
        List<NDArray> tags = batch.tags().stream().map(column -> column.get(range)).toList();
        return cached.extend(cache, batch.tokens().get(range), tags, manager);
    }

    private static void assertClose(NDArray logits, NDArray all, int position) {
        NDArray expected = all.get(":, " + position);
        float error = logits.sub(expected).norm().getFloat() / expected.norm().getFloat();
        assertThat(error).as("position " + position).isLessThan(1e-5f);
    }
}
