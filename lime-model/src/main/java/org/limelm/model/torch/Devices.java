package org.limelm.model.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;

/** Chooses the device by name. A device that was asked for and is absent is an error. */
public final class Devices {
    private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,3}))?");

    private Devices() {}

    /**
     * Returns the named device.
     *
     * @param name {@code auto} (the first GPU if there is one, else the CPU), {@code cpu}, {@code
     *     cuda} (the first GPU) or {@code cuda:N}
     * @throws ConfigException if the name is none of these
     * @throws LimeException if the GPU asked for is not there
     */
    public static Device of(String name) {
        int gpus = Engine.getEngine("PyTorch").getGpuCount();
        if (name.equals("auto")) {
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
            throw new LimeException(
                    "[device] '"
                            + name
                            + "' was asked for, found "
                            + gpus
                            + " GPU(s). Hint: the GPU build of libtorch is chosen by"
                            + " PYTORCH_FLAVOR and PYTORCH_LIBRARY_PATH; use device=cpu to run"
                            + " without a GPU.");
        }
        return Device.gpu(index);
    }
}
