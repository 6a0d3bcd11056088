package org.limelm.model.internal.torch;

import ai.djl.Device;
import com.sun.jna.NativeLibrary;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import java.util.List;
import java.util.Optional;
import org.limelm.core.LimeException;

/** The CUDA runtime library that libtorch has loaded. */
public final class CudaRuntime {
    private static final List<String> NAMES =
            List.of("libcudart.so.12", "libcudart.so.13", "cudart64_12", "cudart");
    private static final int MULTIPROCESSORS = 16; // cudaDevAttrMultiProcessorCount
    private static final int CAPABILITY_MAJOR = 75; // cudaDevAttrComputeCapabilityMajor

    private CudaRuntime() {}

    /** Calls a function and returns its error code, 0 on success. */
    static int call(String function, Object... arguments) {
        return library().getFunction(function).invokeInt(arguments);
    }

    private static NativeLibrary library() {
        return Holder.LIBRARY.orElseThrow(
                () ->
                        new LimeException(
                                "[cuda] the CUDA runtime was not found, tried "
                                        + NAMES
                                        + ". Hint: set LIME_JAVA_OPTS=-Djna.library.path=FOLDER to"
                                        + " the folder of libcudart, see docs/gpu.md"));
    }

    /** Looks for the library on first use. */
    private static final class Holder {
        static final Optional<NativeLibrary> LIBRARY =
                NAMES.stream().flatMap(name -> open(name).stream()).findFirst();

        private static Optional<NativeLibrary> open(String name) {
            try {
                return Optional.of(NativeLibrary.getInstance(name));
            } catch (UnsatisfiedLinkError e) {
                return Optional.empty();
            }
        }
    }

    /** Returns the number of multiprocessors of a GPU. */
    public static int multiprocessors(Device device) {
        return attribute(MULTIPROCESSORS, device);
    }

    /** Returns the major number of a GPU's compute capability. */
    public static int capabilityMajor(Device device) {
        return attribute(CAPABILITY_MAJOR, device);
    }

    /**
     * Returns the memory in use on a GPU, in bytes: the driver's, and all that libtorch has
     * allocated, which it does not give back.
     */
    public static long usedBytes(Device device) {
        Memory memory = memory(device);
        return memory.total() - memory.free();
    }

    /** Returns the memory on a GPU that no process uses, in bytes. */
    public static long freeBytes(Device device) {
        return memory(device).free();
    }

    private record Memory(long free, long total) {}

    private static Memory memory(Device device) {
        LongByReference free = new LongByReference();
        LongByReference total = new LongByReference();
        CudaStreams.with(device, () -> check("cudaMemGetInfo", free, total));
        return new Memory(free.getValue(), total.getValue());
    }

    /**
     * Calls a function.
     *
     * @throws LimeException if it fails
     */
    static void check(String function, Object... arguments) {
        int code = call(function, arguments);
        if (code != 0) {
            throw new LimeException("[cuda] " + function + " failed with CUDA error " + code);
        }
    }

    private static int attribute(int attribute, Device device) {
        IntByReference value = new IntByReference();
        check("cudaDeviceGetAttribute", value, attribute, device.getDeviceId());
        return value.getValue();
    }
}
