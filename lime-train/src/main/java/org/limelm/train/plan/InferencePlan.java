package org.limelm.train.plan;

import java.util.Locale;
import java.util.Optional;
import org.limelm.core.ConfigException;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.ModelFeatures;
import org.limelm.model.device.Precision;
import org.limelm.train.config.RunConfig;

/**
 * The resources that text generation needs on one device.
 *
 * @param arm the trained arm with its annotation mode
 * @param size the model's parameter counts
 * @param device the device
 * @param precision compute format
 * @param rows texts generated in parallel
 * @param positions length of prompt plus generated text
 * @param memory memory of the device by part
 * @param mostTokensPerSecond upper bound over all rows: every token reads all weights once, at the
 *     memory bandwidth of the device
 */
public record InferencePlan(
        String arm,
        ModelSize size,
        DeviceSpec device,
        Precision precision,
        int rows,
        int positions,
        MemoryPlan memory,
        double mostTokensPerSecond) {

    /**
     * Plans generation by the model of a configuration.
     *
     * @param rows texts generated in parallel
     * @param positions length of prompt plus generated text
     */
    public static InferencePlan of(RunConfig config, DeviceSpec device, int rows, int positions) {
        ModelConfig model = config.model();
        if (rows < 1) {
            throw new ConfigException("[plan] rows " + rows + ", expected at least 1");
        }
        if (positions < 1 || positions > model.contextLength()) {
            throw new ConfigException(
                    "[plan] positions %d, expected 1 to model.contextLength, %d"
                            .formatted(positions, model.contextLength()));
        }
        ModelFeatures features = config.arm().modelFeatures(config.data().schema());
        Precision precision = config.training().precision();
        ModelSize size = ModelSize.of(model, features);
        double bytesPerToken = (precision == Precision.BF16 ? 2.0 : 4.0) * size.matrices();
        return new InferencePlan(
                config.armLabel(),
                size,
                device,
                precision,
                rows,
                positions,
                MemoryPlan.inference(model, features, precision, rows, positions, device.gpu()),
                rows * device.bytesPerSecond() / bytesPerToken);
    }

    /** Returns whether the plan fits into the memory of the device. */
    public boolean fits() {
        return memory.totalBytes() <= device.memoryBytes();
    }

    /** Returns why the plan does not fit, or empty if it fits. */
    public Optional<String> refusal() {
        return fits()
                ? Optional.empty()
                : Optional.of(
                        String.format(
                                Locale.ROOT,
                                "[plan] generation with %s needs %.1f GB, %s has %.1f GB. Hint: use"
                                        + " fewer rows or positions, or a larger device",
                                arm,
                                memory.totalBytes() / 1e9,
                                device.name(),
                                device.memoryBytes() / 1e9));
    }
}
