package org.limelm.model.device;

import ai.djl.Device;
import java.util.Set;
import org.limelm.core.LimeException;
import org.limelm.model.internal.torch.TorchContext;

/**
 * How libtorch computes on GPUs. On a CPU nothing changes: results there are deterministic, and
 * float32 is float32.
 *
 * @param deterministic whether equal passes give equal bits; some operators are then slower
 * @param tf32 whether products of float32 matrices use TF32: 10 bits of significand instead of 23
 */
public record GpuMath(boolean deterministic, boolean tf32) {
    private static final String WORKSPACE = "CUBLAS_WORKSPACE_CONFIG";
    private static final String LARGE = ":4096:8";

    /** The values with which cuBLAS is deterministic. */
    private static final Set<String> DETERMINISTIC_WORKSPACES = Set.of(LARGE, ":16:8");

    /**
     * Applies the settings to the process if the device is a GPU. Models choose their kernels when
     * they are created, so this comes first.
     *
     * @throws LimeException if results cannot be made deterministic
     */
    public void use(Device device) {
        if (!device.isGpu()) {
            return;
        }
        if (deterministic) {
            requireWorkspace(System.getenv().getOrDefault(WORKSPACE, ""));
        }
        if (deterministic != TorchContext.isDeterministic()) {
            TorchContext.setDeterministic(deterministic);
        }
        if (tf32 != TorchContext.isTf32()) {
            TorchContext.setTf32(tf32);
        }
    }

    /** Returns whether equal passes on a device give equal bits. */
    public static boolean isDeterministic(Device device) {
        return !device.isGpu() || TorchContext.isDeterministic();
    }

    static void requireWorkspace(String value) {
        if (!DETERMINISTIC_WORKSPACES.contains(value)) {
            throw new LimeException(
                    "[training] deterministic results need the environment variable "
                            + WORKSPACE
                            + "="
                            + LARGE
                            + " or :16:8, found '"
                            + value
                            + "'. Hint: run export "
                            + WORKSPACE
                            + "="
                            + LARGE
                            + " before Java starts; ./lime sets it where it is not set");
        }
    }
}
