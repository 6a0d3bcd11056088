package org.limelm.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.core.LimeException;
import org.limelm.model.torch.MatrixFormat;
import org.limelm.model.torch.Precision;
import org.limelm.model.torch.Threads;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a barrier may hang
class CachedDecoderTest {
    static Stream<ModelConfig> architectures() {
        return Stream.of(
                TestModels.config(4, Activation.GEGLU, true, true, TestModels.learned()),
                TestModels.config(2, Activation.SWIGLU, false, false, TestModels.learned()),
                vectors(TestModels.config(4, Activation.GEGLU, true, true, TestModels.learned())),
                vectors(TestModels.config(2, Activation.SWIGLU, false, false, TestModels.learned()))
                        .withHiddenSize(64)
                        .withHeadDim(32)
                        .withFfnSize(80)
                        .withVocabularySize(100),
                vectors(TestModels.config(1, Activation.GEGLU, true, false, TestModels.learned()))
                        .withHeadDim(128));
    }

    /** Makes a model that machine code can read: all widths are those of whole vectors. */
    private static ModelConfig vectors(ModelConfig config) {
        return config.withHeadDim(16);
    }

    /** Half precision rounds weights by 2^-12 of their size at most. */
    static double tolerance(MatrixFormat format) {
        return format == MatrixFormat.HALF ? 1e-3 : 1e-5;
    }

    static Stream<MatrixFormat> formats() {
        return Stream.of(MatrixFormat.values()).filter(CachedDecoderTest::available);
    }

    private static boolean available(MatrixFormat format) {
        Device cpu = Device.cpu();
        return switch (format) {
            case BLOCKS -> Processors.haveAvx512();
            case HALF -> MatrixFormat.fastest(cpu, Precision.BF16, 1) == format;
            case SPLIT -> MatrixFormat.fastest(cpu, Precision.F32, 1) == format;
            case PACKED -> MatrixFormat.fastest(cpu, Precision.F32, 8) == format;
            case PLAIN -> true;
        };
    }

    @ParameterizedTest
    @MethodSource("formats")
    void everyFormatOfMatricesGivesTheSameLogits(MatrixFormat format) {
        for (ModelConfig config : architectures().toList()) {
            try (NDManager manager = NDManager.newBaseManager();
                    LimeDecoder model = model(config, manager)) {
                if (format == MatrixFormat.BLOCKS && config.headDim() % 16 != 0) {
                    continue;
                }
                try (CachedDecoder cached = CachedDecoder.of(model, format);
                        KvCache cache = cached.newCache(3, 12)) {
                    Batch batch = TestModels.batch(manager, config, TestModels.SCHEMA, 3, 6);
                    NDArray expected = model.logits(batch, manager);
                    NDArray first = extend(cached, cache, batch, 0, 7, manager);
                    assertThat(error(first, expected, 6)).isLessThan(tolerance(format));
                    NDArray second = extend(cached, cache, batch, 7, 8, manager);
                    assertThat(error(second, expected, 7)).isLessThan(tolerance(format));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 8, 9, 19})
    void machineCodeReadsAnyNumberOfTexts(int texts) {
        assumeTrue(Processors.haveAvx512(), "no processor with AVX-512");
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
    void machineCodeReadsLongTexts() {
        assumeTrue(Processors.haveAvx512(), "no processor with AVX-512");
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
    void machineCodeReadsHeadsOfAnyWidth(int headDim) {
        assumeTrue(Processors.haveAvx512(), "no processor with AVX-512");
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
    void machineCodeReadsModelsOfLargeWeights(Activation activation) {
        assumeTrue(Processors.haveAvx512(), "no processor with AVX-512");
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
        assumeTrue(Processors.haveAvx512(), "no processor with AVX-512");
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
    void modelsThatVectorsDoNotFitAreReadByLibtorch() {
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
    void machineCodeIsSharedByAnyNumberOfThreads(int threads) throws InterruptedException {
        assumeTrue(Processors.haveAvx512(), "no processor with AVX-512");
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

    @Test
    void idsThatTheModelDoesNotHaveAreRefused() {
        ModelConfig config = vectors(TestModels.micro());
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder model = model(config, manager);
                CachedDecoder cached = CachedDecoder.of(model, 1);
                KvCache cache = cached.newCache(1, 6)) {
            List<long[]> tags = List.of(new long[] {1}, new long[] {2});
            assertThatThrownBy(() -> cached.extend(cache, new long[] {64}, tags))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("token 64, the model has 0 to 63");
            assertThatThrownBy(() -> cached.extend(cache, new long[] {-1}, tags))
                    .isInstanceOf(LimeException.class);
            List<long[]> wrong = List.of(new long[] {1}, new long[] {3});
            assertThatThrownBy(() -> cached.extend(cache, new long[] {1}, wrong))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("tag 3, the model has 0 to 2");
            assertThat(cache.length()).isZero();
        }
    }

    @Test
    void aCacheOfAnotherDecoderIsRefused() {
        ModelConfig config = vectors(TestModels.micro());
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
    void aDecoderWhoseModelIsClosedRefuses() {
        ModelConfig config = vectors(TestModels.micro());
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
    void whatIsClosedIsRefused() {
        ModelConfig config = vectors(TestModels.micro());
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
    void onX86TheFastFormatsAreThere() {
        assumeTrue(Processors.have("avx2"), "no processor with AVX2");
        Device cpu = Device.cpu();
        assertThat(MatrixFormat.fastest(cpu, Precision.BF16, 8)).isEqualTo(MatrixFormat.HALF);
        assertThat(MatrixFormat.fastest(cpu, Precision.F32, 4)).isEqualTo(MatrixFormat.SPLIT);
        assertThat(MatrixFormat.fastest(cpu, Precision.F32, 5)).isEqualTo(MatrixFormat.PACKED);
        assertThat(MatrixFormat.fastest(Device.gpu(), Precision.BF16, 1))
                .isEqualTo(MatrixFormat.PLAIN);
    }

    @ParameterizedTest
    @EnumSource(
            value = MatrixFormat.class,
            names = {"BLOCKS", "HALF"})
    void aDecoderInBfloat16IsAsCloseToFloat32AsItsFullPassIs(MatrixFormat format) {
        assumeTrue(
                format == MatrixFormat.BLOCKS ? Processors.haveBf16() : available(format),
                "not on this processor");
        ModelConfig config = vectors(TestModels.micro());
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder exact = model(config, manager);
                LimeDecoder rounded =
                        withGains(
                                LimeDecoder.create(
                                        config,
                                        TestModels.SCHEMA,
                                        Precision.BF16,
                                        Recompute.NONE,
                                        manager,
                                        5));
                CachedDecoder cached = CachedDecoder.of(rounded, format);
                KvCache cache = cached.newCache(2, 12)) {
            Batch batch = TestModels.batch(manager, config, TestModels.SCHEMA, 2, 8);
            NDArray expected = exact.logits(batch, manager);
            NDArray full = rounded.logits(batch, manager).get(":, 11");
            NDArray logits = extend(cached, cache, batch, 0, 12, manager);
            assertThat(error(logits, expected, 11))
                    .isPositive()
                    .isLessThan(1.2 * error(full, expected, 11));
        }
    }

    @Test
    void severalThreadsReadWithOneDecoder() throws Exception {
        ModelConfig config = vectors(TestModels.micro());
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
    void cachedLogitsEqualUncachedOnesAtEveryPosition(ModelConfig config) {
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
    void textMayBeReadInPiecesAndTakenBack() {
        ModelConfig config = vectors(TestModels.micro());
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
    void whatDoesNotFitIntoTheCacheIsRefused() {
        ModelConfig config = TestModels.micro();
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder model = model(config, manager);
                CachedDecoder cached = CachedDecoder.of(model, 2);
                KvCache cache = cached.newCache(2, 6)) {
            Batch batch = TestModels.batch(manager, config, TestModels.SCHEMA, 2, 4);
            extend(cached, cache, batch, 0, 6, manager);
            assertThatThrownBy(() -> extend(cached, cache, batch, 6, 7, manager))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("no room for 1 tokens after 6 of 6");
            Batch wider = TestModels.batch(manager, config, TestModels.SCHEMA, 3, 4);
            cache.truncate(0);
            assertThatThrownBy(() -> extend(cached, cache, wider, 0, 1, manager))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("3 tokens, expected (2, T)");
            assertThatThrownBy(() -> cached.newCache(1, 25))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("made for 24");
            assertThatThrownBy(() -> cached.newCache(0, 6))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("0 texts of 6 positions");
        }
    }

    /** A new model has gains of 1: other ones show whether each is multiplied where it belongs. */
    private static LimeDecoder model(ModelConfig config, NDManager manager) {
        return withGains(
                LimeDecoder.create(
                        config, TestModels.SCHEMA, Precision.F32, Recompute.NONE, manager, 5));
    }

    private static LimeDecoder withGains(LimeDecoder model) {
        Random random = new Random(3);
        List<String> norms = new ArrayList<>(List.of("final.norm"));
        for (int layer = 0; layer < model.config().numLayers(); layer++) {
            norms.add("layers." + layer + ".attention.norm");
            norms.add("layers." + layer + ".ffn.norm");
        }
        for (String norm : norms) {
            change(
                    model.parameter(norm),
                    values -> {
                        for (int i = 0; i < values.length; i++) {
                            values[i] = 0.5f + random.nextFloat();
                        }
                    });
        }
        return model;
    }

    private static void change(NDArray array, Consumer<float[]> change) {
        float[] values = array.toFloatArray();
        change.accept(values);
        array.set(values);
    }

    private static NDArray extend(
            CachedDecoder cached, KvCache cache, Batch batch, int from, int to, NDManager manager) {
        String range = ":, " + from + ":" + to;
        List<long[]> tags =
                batch.tags().stream().map(column -> column.get(range).toLongArray()).toList();
        float[] logits = cached.extend(cache, batch.tokens().get(range).toLongArray(), tags);
        return manager.create(logits, new Shape(cache.batch(), logits.length / cache.batch()));
    }

    private static void assertClose(NDArray logits, NDArray all, int position) {
        assertThat(error(logits, all, position)).as("position " + position).isLessThan(1e-5);
    }

    private static double error(NDArray logits, NDArray all, int position) {
        NDArray expected = all.get(":, " + position);
        return logits.sub(expected).norm().getFloat() / expected.norm().getFloat();
    }
}
