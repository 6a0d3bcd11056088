package org.limelm.train.bench;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.decoder.CachedDecoder;
import org.limelm.model.decoder.KvCache;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.ModelFeatures;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;
import org.limelm.train.internal.measure.MemoryBandwidth;
import org.limelm.train.plan.ModelSize;

/**
 * Measures decoding token by token, including the copy of the logits to the host. Decoding is
 * memory-bound: a step reads every matrix once, whatever the batch size. The limit does not count
 * embedding look-ups and the KV cache, and assumes that the matrices exceed the processor's caches;
 * those of a small model may fit.
 */
final class DecodeSection implements BenchSection {
    private static final List<Integer> BATCHES = List.of(1, 8);
    private static final int MAX_TOKENS = 64;
    private static final int MAX_PROMPT = 16;
    private static final double WARM_UP_SECONDS = 1;

    @Override
    public List<Figure> run(BenchSettings settings, Consumer<String> progress) {
        List<Figure> figures = new ArrayList<>();
        for (Precision precision : Precision.values()) {
            try (NDManager manager = NDManager.newBaseManager(settings.device(), "PyTorch");
                    MemoryBandwidth bandwidth = new MemoryBandwidth(settings.device());
                    LimeDecoder model =
                            LimeDecoder.create(
                                    settings.model(),
                                    MetadataSchema.EMPTY,
                                    precision,
                                    Recompute.NONE,
                                    manager,
                                    1L)) {
                for (int batch : BATCHES) {
                    try (CachedDecoder decoder = CachedDecoder.of(model, batch);
                            Reader reader = new Reader(decoder, settings.model(), batch)) {
                        progress.accept(
                                String.format(
                                        Locale.ROOT,
                                        "decoding, %s, batch %d, matrices %s",
                                        precision.label(),
                                        batch,
                                        decoder.format()));
                        figures.add(measure(settings, precision, batch, reader, bandwidth));
                    }
                }
            }
        }
        return figures;
    }

    private static Figure measure(
            BenchSettings settings,
            Precision precision,
            int batch,
            Reader reader,
            MemoryBandwidth bandwidth) {
        double bytes =
                (precision == Precision.BF16 ? 2.0 : 4.0)
                        * ModelSize.of(settings.model(), ModelFeatures.NONE).matrices();
        int tokens = reader.warmUp();
        double[] speeds = new double[settings.steps()];
        double[] bounds = new double[settings.steps()];
        for (int i = 0; i < speeds.length; i++) {
            bounds[i] = batch * bandwidth.readBytesPerSecond() / bytes;
            speeds[i] = batch * tokens / reader.seconds(tokens);
        }
        Samples speed = new Samples(speeds);
        Samples bound = new Samples(bounds);
        return Figure.of("decode", "batch " + batch + ", " + precision.label(), "tokens/s", speed)
                .within(
                        new Figure.Limit("memory bandwidth", bound.median()),
                        speed.per(bound).median());
    }

    /** Decodes the same tokens after the same prompt repeatedly. */
    private static final class Reader implements AutoCloseable {
        private final CachedDecoder decoder;
        private final KvCache cache;
        private final long[] ids;
        private final int maxTokens;
        private final int prompt;

        Reader(CachedDecoder decoder, ModelConfig model, int batch) {
            this.decoder = decoder;
            maxTokens = Math.min(MAX_TOKENS, model.contextLength() / 2);
            prompt = Math.min(MAX_PROMPT, model.contextLength() - maxTokens);
            cache = decoder.newCache(batch, prompt + maxTokens);
            ids = new long[batch];
            Arrays.fill(ids, 1);
            long[] first = new long[batch * prompt];
            Arrays.fill(first, 1);
            decoder.extend(cache, first, List.of());
        }

        /** Decodes for a while and returns the number of tokens per sample. */
        int warmUp() {
            int tokens = 0;
            double seconds = 0;
            while (tokens < maxTokens && seconds < WARM_UP_SECONDS) {
                seconds += seconds(1);
                tokens++;
            }
            while (seconds < WARM_UP_SECONDS) {
                seconds += seconds(tokens);
            }
            return tokens;
        }

        /** Decodes tokens one by one and returns the elapsed seconds. */
        double seconds(int tokens) {
            long start = System.nanoTime();
            for (int token = 0; token < tokens; token++) {
                decoder.extend(cache, ids, List.of());
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            cache.truncate(prompt);
            return seconds;
        }

        @Override
        public void close() {
            cache.close();
        }
    }
}
