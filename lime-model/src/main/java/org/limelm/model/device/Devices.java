package org.limelm.model.device;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.model.internal.torch.TorchNatives;

/** Resolves device names. A requested device that is not available is an error. */
public final class Devices {
    private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,3}))?");

    private static final String CUDART_HINT =
            "set LIME_JAVA_OPTS=-Djna.library.path=FOLDER to the folder of libcudart.so.12, or"
                    + " put a link libcudart.so to it into a folder of LD_LIBRARY_PATH";

    private Devices() {}

    /**
     * Returns the named device.
     *
     * @param name {@code auto} (the first GPU if there is one, else the CPU), {@code cpu}, {@code
     *     cuda} (the first GPU) or {@code cuda:N}
     * @throws ConfigException if the name is none of these
     * @throws LimeException if the requested GPU is not available
     */
    public static Device of(String name) {
        Engine engine = Engine.getEngine("PyTorch");
        int gpus = engine.getGpuCount();
        if (name.equals("auto")) {
            if (gpus == 0 && engine.hasCapability(StandardCapabilities.CUDA)) {
                throw new LimeException(
                        "[device] libtorch finds a GPU, but libcudart, which counts GPUs, was not found."
                                + " Hint: "
                                + CUDART_HINT);
            }
            return gpus > 0 ? Device.gpu(0) : Device.cpu();
        }
        if (name.equals("cpu")) {
            return Device.cpu();
        }
        Matcher cuda = CUDA.matcher(name);
        if (!cuda.matches()) {
            throw new ConfigException(
                    "[device] '" + name + "' is unknown, expected auto, cpu, cuda or cuda:N");
        }
        int index = cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1));
        if (index >= gpus) {
            throw new LimeException(unavailable(name, gpus, engine));
        }
        return Device.gpu(index);
    }

    /** Describes the libtorch in use and what is missing to use a GPU. */
    private static String unavailable(String name, int gpus, Engine engine) {
        TorchNatives natives = TorchNatives.configured();
        String hint;
        if (!natives.forGpu()) {
            hint =
                    "GPUs need libtorch of flavor cu128: PYTORCH_LIBRARY_PATH, PYTORCH_FLAVOR=cu128"
                            + " and PYTORCH_VERSION=2.7.1, see docs/gpu.md; or choose device=cpu";
        } else if (engine.hasCapability(StandardCapabilities.CUDA)) {
            hint = gpus == 0 ? CUDART_HINT : "GPUs are counted from cuda:0";
        } else {
            hint =
                    "libtorch finds no GPU; check that the driver is installed (nvidia-smi) and that"
                            + " CUDA_VISIBLE_DEVICES is correct";
        }
        return String.format(
                Locale.ROOT,
                "[device] '%s' was requested, found %d GPU(s) with libtorch of flavor %s from %s."
                        + " Hint: %s",
                name,
                gpus,
                natives.flavor(),
                natives.source().label(),
                hint);
    }
}
