package org.limelm.train.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.limelm.core.ConfigException;
import org.limelm.model.device.Precision;

/**
 * What a plan needs to know of a device.
 *
 * @param name what the command line calls it
 * @param source where the figures are from
 * @param bf16FlopsPerSecond dense matrix products of bfloat16, summed in float32
 * @param f32FlopsPerSecond matrix products of float32 without tensor cores
 * @param bytesPerSecond of its memory
 * @param memoryBytes of its memory
 * @param gpu whether the host's memory is another one
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

    /** Checks that the figures are above 0. */
    public DeviceSpec {
        above0("FLOP/s", bf16FlopsPerSecond);
        above0("FLOP/s of f32", f32FlopsPerSecond);
        above0("bytes per second", bytesPerSecond);
        above0("bytes of memory", (double) memoryBytes);
    }

    private static void above0(String what, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new ConfigException("[device] " + what + " " + value + ", expected above 0");
        }
    }

    /** Returns the devices known by their datasheets. */
    public static List<DeviceSpec> known() {
        return KNOWN;
    }

    /**
     * Returns a device by its name.
     *
     * @throws ConfigException listing the names if there is none of this name
     */
    public static DeviceSpec named(String name) {
        Optional<DeviceSpec> found =
                KNOWN.stream().filter(device -> device.name().equals(name)).findFirst();
        return found.orElseThrow(
                () ->
                        new ConfigException(
                                "[device] '%s' is not known, expected cpu or one of %s. Hint: others are described by --flops, --bandwidth and --memory"
                                        .formatted(
                                                name,
                                                Arrays.toString(
                                                        KNOWN.stream()
                                                                .map(DeviceSpec::name)
                                                                .toArray()))));
    }

    /** Returns the operations per second of matrix products in a format. */
    public double flopsPerSecond(Precision precision) {
        return switch (precision) {
            case BF16 -> bf16FlopsPerSecond;
            case F32 -> f32FlopsPerSecond;
        };
    }
}
