package org.limelm.train.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.stream.IntStream;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.decoder.Gradients;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.Objective;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;
import org.limelm.train.data.HostBatch;

/**
 * Compares the gradients of all weights.
 *
 * @param documents whether attention is limited to documents
 * @param rows rows of a batch
 * @param microBatches how many batches are accumulated
 */
record GradientCheck(
        String name,
        ModelConfig model,
        Precision precision,
        Objective objective,
        Recompute recompute,
        boolean documents,
        int rows,
        int microBatches)
        implements DeviceCheck {
    private static final MetadataSchema TABLES = AnnotatorOptions.defaults().schema();
    private static final double TOLERANCE_F32 = 1e-3;
    private static final double TOLERANCE_BF16 = 5e-2;
    private static final int TWO_ROWS = 2;
    private static final int DOCUMENT = 50; // tokens, no divisor of the context

    GradientCheck(String name, ModelConfig model, Precision precision) {
        this(name, model, precision, Objective.CROSS_ENTROPY, Recompute.NONE, false, TWO_ROWS, 1);
    }

    @Override
    public double tolerance() {
        return precision == Precision.F32 ? TOLERANCE_F32 : TOLERANCE_BF16;
    }

    @Override
    public double distance(Device device) {
        float[] expected = gradients(Device.cpu(), Precision.F32, Recompute.NONE);
        return DeviceCheck.relative(gradients(device, precision, recompute), expected);
    }

    private float[] gradients(Device device, Precision in, Recompute layers) {
        HostBatch batch = batch();
        try (NDManager manager = NDManager.newBaseManager(device, "PyTorch");
                LimeDecoder decoder =
                        LimeDecoder.create(model, TABLES, in, layers, manager, name.hashCode());
                Gradients gradients = Gradients.of(decoder)) {
            for (NDArray bucket : gradients.buckets()) {
                bucket.addi(Float.NaN); // a gradient that is not written is found
            }
            double targets = (double) batch.predictedTokens() * microBatches;
            for (int i = 0; i < microBatches; i++) {
                decoder.accumulate(
                                batch.toBatch(manager),
                                targets,
                                objective,
                                gradients,
                                bucket -> {},
                                manager)
                        .close();
            }
            FloatBuffer all = FloatBuffer.allocate(Math.toIntExact(decoder.parameterCount()));
            for (NDArray bucket : gradients.buckets()) {
                all.put(bucket.toFloatArray());
            }
            return all.array();
        }
    }

    private HostBatch batch() {
        BenchSettings settings = new BenchSettings(model, Device.cpu(), rows, 1, Recompute.NONE);
        HostBatch random = Trial.batch(settings, TABLES);
        if (!documents) {
            return random;
        }
        long[] ids =
                IntStream.range(0, random.tokens().length)
                        .mapToLong(i -> i % model.contextLength() / DOCUMENT)
                        .toArray();
        return new HostBatch(
                random.rows(),
                random.length(),
                random.tokens(),
                random.targets(),
                random.tags(),
                random.tagTargets(),
                Optional.of(ids),
                random.targetBytes(),
                random.origins());
    }
}
