package org.limelm.train.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.decoder.CachedDecoder;
import org.limelm.model.decoder.KvCache;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.torch.MemoryBandwidth;
import org.limelm.model.torch.Precision;
import org.limelm.train.plan.ModelSize;

/**
 * Decoding token by token, logits on the host included. Bound by memory: a step reads every matrix
 * once, whatever the number of texts side by side; a look-up and the cache are left out. Beyond the
 * caches' size, that is; a small model's matrices may stay in them.
 */
final class DecodeSection implements BenchSection {
    private static final List<Integer> BATCHES = List.of(1, 8);
    private static final int MOST_TOKENS = 16;
    private static final int MOST_PROMPT = 64;

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
                                    1L);
                    CachedDecoder decoder = CachedDecoder.of(model)) {
                for (int batch : BATCHES) {
                    progress.accept("decoding, " + precision.label() + ", batch " + batch);
                    figures.add(measure(settings, precision, batch, decoder, bandwidth, manager));
                }
            }
        }
        return figures;
    }

    private static Figure measure(
            BenchSettings settings,
            Precision precision,
            int batch,
            CachedDecoder decoder,
            MemoryBandwidth bandwidth,
            NDManager manager) {
        int steps = settings.steps();
        double[] speeds = new double[steps];
        double[] bounds = new double[steps];
        double bytes =
                (precision == Precision.BF16 ? 2.0 : 4.0)
                        * ModelSize.of(settings.model(), MetadataSchema.EMPTY).matrices();
        int tokens = Math.min(MOST_TOKENS, settings.model().contextLength() / 2);
        int capacity = Math.min(settings.model().contextLength(), MOST_PROMPT + tokens);
        long[] ids = new long[batch];
        Arrays.fill(ids, 1);
        try (KvCache cache = decoder.newCache(batch, capacity);
                NDArray prompt =
                        manager.ones(new Shape(batch, capacity - tokens))
                                .toType(DataType.INT64, false)) {
            try (NDManager scope = manager.newSubManager()) {
                decoder.extend(cache, prompt, List.of(), scope);
            }
            int start = cache.length();
            for (int i = -1; i < steps; i++) {
                long begun = System.nanoTime();
                for (int token = 0; token < tokens; token++) {
                    try (NDManager scope = manager.newSubManager()) {
                        NDArray next = scope.create(ids, new Shape(batch, 1));
                        decoder.extend(cache, next, List.of(), scope).toFloatArray();
                    }
                }
                double seconds = (System.nanoTime() - begun) / 1e9;
                cache.truncate(start);
                if (i >= 0) {
                    speeds[i] = batch * tokens / seconds;
                    bounds[i] = batch * bandwidth.readBytesPerSecond() / bytes;
                }
            }
        }
        Samples speed = new Samples(speeds);
        Samples bound = new Samples(bounds);
        return Figure.of("decode", "batch " + batch + ", " + precision.label(), "tokens/s", speed)
                .within(
                        new Figure.Limit("memory bandwidth", bound.median()),
                        speed.per(bound).median());
    }
}
