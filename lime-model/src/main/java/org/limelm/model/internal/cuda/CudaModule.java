package org.limelm.model.internal.cuda;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.lang.ref.Reference;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.limelm.model.internal.torch.CudaStreams;
import org.limelm.model.internal.torch.TensorAddress;

/**
 * CUDA kernels compiled for a GPU. They run on libtorch's current stream, in order with its own
 * operators. Never unloaded.
 */
public final class CudaModule {
    private static final int INVALID_CONTEXT = 201;
    private static final int INVALID_HANDLE = 400;
    private static final int MAX_ARGUMENTS = 24;

    private final CudaDriver driver = CudaDriver.instance();
    private final Device device;
    private final Pointer context; // libtorch's, of the GPU
    private final Pointer module;
    private final Map<String, Pointer> functions = new ConcurrentHashMap<>();
    private final ThreadLocal<Arguments> arguments = ThreadLocal.withInitial(Arguments::new);

    /**
     * The size of a launch.
     *
     * @param blocks number of blocks
     * @param threadsX threads per block
     * @param threadsY second dimension of a block
     * @param sharedBytes dynamic shared memory per block
     */
    public record Grid(int blocks, int threadsX, int threadsY, int sharedBytes) {
        /** A launch of one-dimensional blocks without dynamic shared memory. */
        public static Grid of(long blocks, int threads) {
            return new Grid(Math.toIntExact(blocks), threads, 1, 0);
        }
    }

    private CudaModule(Device device, Pointer context, Pointer module) {
        this.device = device;
        this.context = context;
        this.module = module;
    }

    /**
     * Compiles kernels for a GPU.
     *
     * @param source CUDA C++ with {@code extern "C"} kernels
     * @param name its name in messages
     * @throws UnsatisfiedLinkError if driver or compiler are not installed
     * @throws org.limelm.core.LimeException if the source does not compile
     */
    public static CudaModule compile(String source, String name, Device device) {
        CudaDriver driver = CudaDriver.instance();
        PointerByReference context = new PointerByReference();
        PointerByReference loaded = new PointerByReference();
        CudaDriver.check(
                driver.cuDevicePrimaryCtxRetain(context, device.getDeviceId()),
                "cuDevicePrimaryCtxRetain");
        try (Memory ptx = Nvrtc.compile(source, name)) {
            CudaStreams.with(
                    device,
                    () -> {
                        CudaDriver.check(
                                driver.cuCtxSetCurrent(context.getValue()), "cuCtxSetCurrent");
                        CudaDriver.check(driver.cuModuleLoadData(loaded, ptx), "cuModuleLoadData");
                    });
        }
        return new CudaModule(device, context.getValue(), loaded.getValue());
    }

    /**
     * Enqueues a kernel.
     *
     * @param function name of the kernel
     * @param values its arguments, with the types of its parameters: contiguous arrays on the GPU,
     *     {@code int}, {@code long}, {@code float}, and empty {@code Optional} for a null pointer
     */
    public void launch(String function, Grid grid, Object... values) {
        Pointer kernel = functions.computeIfAbsent(function, this::find);
        Arguments packed = arguments.get();
        packed.set(values);
        try {
            int code = enqueue(kernel, grid, packed);
            if (code == INVALID_CONTEXT || code == INVALID_HANDLE) {
                // The thread has not used a GPU before, or has used another one last.
                CudaStreams.with(
                        device,
                        () -> {
                            CudaDriver.check(driver.cuCtxSetCurrent(context), "cuCtxSetCurrent");
                            CudaDriver.check(
                                    enqueue(kernel, grid, packed), "launch of " + function);
                        });
                return;
            }
            CudaDriver.check(code, "launch of " + function);
        } finally {
            Reference.reachabilityFence(values);
        }
    }

    private int enqueue(Pointer kernel, Grid grid, Arguments packed) {
        return driver.cuLaunchKernel(
                kernel,
                grid.blocks(),
                1,
                1,
                grid.threadsX(),
                grid.threadsY(),
                1,
                grid.sharedBytes(),
                Pointer.createConstant(CudaStreams.current(device)),
                packed.pointers,
                null);
    }

    private Pointer find(String function) {
        PointerByReference found = new PointerByReference();
        CudaDriver.check(driver.cuModuleGetFunction(found, module, function), function);
        return found.getValue();
    }

    /** Memory for the arguments of one launch and the pointers to them. */
    private static final class Arguments {
        private final Memory slots = new Memory((long) MAX_ARGUMENTS * Long.BYTES);
        private final Memory pointers = new Memory((long) MAX_ARGUMENTS * Native.POINTER_SIZE);

        Arguments() {
            for (int i = 0; i < MAX_ARGUMENTS; i++) {
                pointers.setPointer(
                        (long) i * Native.POINTER_SIZE, slots.share((long) i * Long.BYTES));
            }
        }

        void set(@Nullable Object... values) {
            for (int i = 0; i < values.length; i++) {
                long at = (long) i * Long.BYTES;
                Object value = values[i];
                if (value instanceof NDArray array) {
                    slots.setLong(at, TensorAddress.first(array));
                } else if (value instanceof Integer number) {
                    slots.setInt(at, number);
                } else if (value instanceof Long number) {
                    slots.setLong(at, number);
                } else if (value instanceof Float number) {
                    slots.setFloat(at, number);
                } else if (value instanceof Optional<?> none && none.isEmpty()) {
                    slots.setLong(at, 0);
                } else {
                    throw new IllegalArgumentException("[cuda] argument " + i + ": " + value);
                }
            }
        }
    }
}
