package org.limelm.train.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.limelm.core.ConfigException;
import org.limelm.model.device.Precision;

/**
 * The properties of a device that a plan uses.
 *
 * @param name its name on the command line
 * @param source the source of the figures
 * @param bf16FlopsPerSecond dense bfloat16 matrix products with float32 accumulation
 * @param f32FlopsPerSecond float32 matrix products without tensor cores
 * @param bytesPerSecond memory bandwidth
 * @param memoryBytes memory size
 * @param gpu whether it is a GPU with separate memory
 */
public record DeviceSpec(
        String name,
        String source,
        double bf16FlopsPerSecond,
        double f32FlopsPerSecond,
        double bytesPerSecond,
        long memoryBytes,
        boolean gpu) {

    private static final List<DeviceSpec> KNOWN =
            List.of(
                    new DeviceSpec(
                            "h100-80g",
                            "NVIDIA H100 Tensor Core GPU datasheet, SXM5",
                            989.4e12,
                            67e12,
                            3.35e12,
                            80_000_000_000L,
                            true),
                    new DeviceSpec(
                            "a100-80g",
                            "NVIDIA A100 Tensor Core GPU datasheet, 80GB SXM",
                            312e12,
                            19.5e12,
                            2.039e12,
                            80_000_000_000L,
                            true),
                    new DeviceSpec(
                            "a100-40g",
                            "NVIDIA A100 Tensor Core GPU datasheet, 40GB SXM",
                            312e12,
                            19.5e12,
                            1.555e12,
                            40_000_000_000L,
                            true),
                    new DeviceSpec(
                            "rtx4090",
                            "NVIDIA Ada GPU Architecture whitepaper, appendix A",
                            165.2e12,
                            82.6e12,
                            1.008e12,
                            24_000_000_000L,
                            true));

    /** Checks that the figures are positive. */
    public DeviceSpec {
        requirePositive("FLOP/s", bf16FlopsPerSecond);
        requirePositive("FLOP/s of f32", f32FlopsPerSecond);
        requirePositive("bytes per second", bytesPerSecond);
        requirePositive("bytes of memory", (double) memoryBytes);
    }

    private static void requirePositive(String what, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new ConfigException("[device] " + what + " " + value + ", expected above 0");
        }
    }

    /** Returns the known devices, with the figures of their datasheets. */
    public static List<DeviceSpec> known() {
        return KNOWN;
    }

    /**
     * Returns a device by its name.
     *
     * @throws ConfigException listing the known names if there is no device of this name
     */
    public static DeviceSpec named(String name) {
        Optional<DeviceSpec> found =
                KNOWN.stream().filter(device -> device.name().equals(name)).findFirst();
        List<DeviceSpec> variants =
                KNOWN.stream().filter(device -> device.name().startsWith(name + "-")).toList();
        return found.or(
                        () ->
                                variants.size() == 1
                                        ? Optional.of(variants.get(0))
                                        : Optional.empty())
                .orElseThrow(
                        () ->
                                new ConfigException(
                                        ("[device] '%s' is unknown, expected cpu or one of %s. Hint:"
                                                        + " describe other devices with --flops,"
                                                        + " --bandwidth and --memory")
                                                .formatted(
                                                        name,
                                                        Arrays.toString(
                                                                KNOWN.stream()
                                                                        .map(DeviceSpec::name)
                                                                        .toArray()))));
    }

    /** Returns the FLOP/s of matrix products in a format. */
    public double flopsPerSecond(Precision precision) {
        return switch (precision) {
            case BF16 -> bf16FlopsPerSecond;
            case F32 -> f32FlopsPerSecond;
        };
    }
}
