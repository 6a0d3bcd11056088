package org.limelm.train.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.decoder.CachedDecoder;
import org.limelm.model.decoder.KvCache;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;

/** Compares the logits after tokens that were decoded one by one. */
record DecodingCheck(String name, ModelConfig model, Precision precision) implements DeviceCheck {
    private static final double TOLERANCE_F32 = 1e-3;
    private static final double TOLERANCE_BF16 = 5e-2;
    private static final int PROMPT = 20;
    private static final int TOKENS = 8;

    @Override
    public double tolerance() {
        return precision == Precision.F32 ? TOLERANCE_F32 : TOLERANCE_BF16;
    }

    @Override
    public double distance(Device device) {
        return DeviceCheck.relative(logits(device, precision), logits(Device.cpu(), Precision.F32));
    }

    private float[] logits(Device device, Precision in) {
        long[] tokens = new Random(0).longs(PROMPT + TOKENS, 0, model.vocabularySize()).toArray();
        try (NDManager manager = NDManager.newBaseManager(device, "PyTorch");
                LimeDecoder decoder =
                        LimeDecoder.create(
                                model, MetadataSchema.EMPTY, in, Recompute.NONE, manager, 1L);
                CachedDecoder cached = CachedDecoder.of(decoder, 1);
                KvCache cache = cached.newCache(1, tokens.length)) {
            float[] last = cached.extend(cache, Arrays.copyOf(tokens, PROMPT), List.of());
            for (int i = PROMPT; i < tokens.length; i++) {
                last = cached.extend(cache, new long[] {tokens[i]}, List.of());
            }
            return last;
        }
    }
}
