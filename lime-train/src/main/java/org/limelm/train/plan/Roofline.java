package org.limelm.train.plan;

import java.util.OptionalDouble;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.device.Precision;

/**
 * A model of the time that a GPU needs for training, after Williams et al., Roofline, 2009: every
 * operation takes as long as its arithmetic at a share of the device's peak, or its memory traffic
 * at a share of the bandwidth, one after the other. Launches, the host, loading, communication and
 * the products of Muon are free. The shares are those in a trace of {@code lime-500m} on an H100
 * (docs/gpu.md), and are assumed to be the same for other models and GPUs: the result is modelled,
 * not measured.
 *
 * @param productSeconds matrix products of a micro batch
 * @param attentionSeconds attention of a micro batch
 * @param trafficSeconds operations of a micro batch between the products
 */
record Roofline(double productSeconds, double attentionSeconds, double trafficSeconds) {
    /** Share of the FLOP/s in matrix products: 660 of 989 TFLOP/s. */
    static final double PRODUCT_SHARE = 0.67;

    /** Share of the FLOP/s in attention, of the operations that the MFU counts. */
    static final double ATTENTION_SHARE = 0.25;

    /** Share of the bandwidth: 2.9 of 3.35 TB/s. */
    static final double TRAFFIC_SHARE = 0.86;

    private static final int F32 = 4;
    private static final int BF16 = 2;

    /** Bytes per width of a block: norm, sum with the stream, their gradients, one cast. */
    private static final int STREAM_BYTES = 7 * F32 + 3 * BF16;

    /** Values of width F: the gate forward reads 2, writes 1; backward reads 3, writes 2. */
    private static final int GATE_VALUES = 8;

    private static final int GATE_VALUES_AGAIN = 3;

    /** Passes over queries and keys: norms and rotation, forward and backward, and a copy. */
    private static final int ROTATION_VALUES = 6;

    private static final int ROTATION_VALUES_AGAIN = 2;

    /** The loss reads the logits and overwrites them with their gradients. */
    private static final int LOGIT_VALUES = 2;

    /** Returns the seconds of a micro batch in bfloat16. */
    private static Roofline of(TrainingSetup setup, DeviceSpec device) {
        ModelConfig model = setup.model();
        double tokens = (double) setup.batchSize() * model.contextLength();
        double queryWidth = (double) model.numHeads() * model.headDim();
        double kvWidth = (double) model.numKvHeads() * model.headDim();
        double width = model.hiddenSize();
        double gate = model.ffnSize();
        double again = setup.recompute().count(model.numLayers());

        double attention = 6.0 * model.numLayers() * queryWidth * model.contextLength();
        double products = model.flopsPerToken(model.contextLength()) - attention;
        double productsAgain = again * 2 * width * (queryWidth + 2 * kvWidth + 2 * gate);
        double attentionAgain = again * 2 * queryWidth * model.contextLength();

        double heads = BF16 * (queryWidth + kvWidth);
        double layer =
                2 * STREAM_BYTES * width + GATE_VALUES * BF16 * gate + ROTATION_VALUES * heads;
        double layerAgain =
                2 * (F32 + BF16) * width
                        + GATE_VALUES_AGAIN * BF16 * gate
                        + ROTATION_VALUES_AGAIN * heads;
        double logits = (double) LOGIT_VALUES * BF16 * model.vocabularySize();
        double perToken = model.numLayers() * layer + again * layerAgain + logits;
        double gradients = (double) (F32 + BF16) * setup.size().matrices();

        double flops = device.flopsPerSecond(Precision.BF16);
        return new Roofline(
                tokens * (products + productsAgain) / (PRODUCT_SHARE * flops),
                tokens * (attention + attentionAgain) / (ATTENTION_SHARE * flops),
                (tokens * perToken + gradients) / (TRAFFIC_SHARE * device.bytesPerSecond()));
    }

    double microBatchSeconds() {
        return productSeconds + attentionSeconds + trafficSeconds;
    }

    /**
     * Returns the modelled model FLOPs utilization, or empty if the kernels are not those modelled:
     * on a CPU, in float32, and without flash attention.
     *
     * @param microSteps micro steps of an optimizer step
     * @param updateSeconds seconds of the update at the full bandwidth
     */
    static OptionalDouble mfu(
            TrainingSetup setup, DeviceSpec device, int microSteps, double updateSeconds) {
        ModelConfig model = setup.model();
        if (!ActivationMemory.usesRowKernels(model, setup.precision(), device.gpu())) {
            return OptionalDouble.empty();
        }
        double tokens = (double) microSteps * setup.batchSize() * model.contextLength();
        double seconds =
                microSteps * of(setup, device).microBatchSeconds() + updateSeconds / TRAFFIC_SHARE;
        return OptionalDouble.of(
                tokens
                        * model.flopsPerToken(model.contextLength())
                        / (seconds * device.flopsPerSecond(Precision.BF16)));
    }
}
