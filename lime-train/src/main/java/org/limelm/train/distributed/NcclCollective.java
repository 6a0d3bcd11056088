package org.limelm.train.distributed;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.limelm.core.LimeException;
import org.limelm.model.internal.torch.CudaStreams;
import org.limelm.model.internal.torch.TensorAddress;

/**
 * Processes with one GPU each: arrays are summed and broadcast by NCCL, everything else by another
 * collective. NCCL's communicator is created at the first operation on an array, on that array's
 * GPU, together with a stream of its own: an operation waits for the work that the engine has
 * queued before it, and runs concurrently with what it queues after.
 *
 * <p>Tested against a library with the same interface that records its calls; never run on a GPU.
 */
public final class NcclCollective implements Collective {
    private static final Duration POLL_INTERVAL = Duration.ofNanos(50_000);

    private final Collective host;
    private final Nccl nccl;
    private final Gpu gpu;
    private Optional<Pointer> communicator = Optional.empty();
    private Device device = Device.cpu();
    private long stream;

    /** The CUDA operations needed. */
    interface Gpu {
        /** Rejects an array that is not accessible to NCCL. */
        void require(NDArray array);

        /** Runs an action with a GPU as the current device of the calling thread. */
        void with(Device device, Runnable body);

        /** Creates a stream that runs concurrently with the engine's. */
        long newStream(Device device);

        void closeStream(Device device, long stream);

        /** Makes a stream wait for all work queued so far on the engine's current stream. */
        void waitForEngine(Device device, long stream);

        boolean isDone(long stream);
    }

    private static final class RealGpu implements Gpu {
        @Override
        public void require(NDArray array) {
            if (!array.getDevice().isGpu()) {
                throw new LimeException(
                        "[nccl] an array is on %s, expected a GPU. Hint: set training.device=cuda, or distributed.collective=mpi"
                                .formatted(array.getDevice()));
            }
        }

        @Override
        public void with(Device device, Runnable body) {
            CudaStreams.with(device, body);
        }

        @Override
        public long newStream(Device device) {
            return CudaStreams.create();
        }

        @Override
        public void closeStream(Device device, long stream) {
            CudaStreams.with(device, () -> CudaStreams.destroy(stream));
        }

        @Override
        public void waitForEngine(Device device, long stream) {
            CudaStreams.await(stream, CudaStreams.current(device));
        }

        @Override
        public boolean isDone(long stream) {
            return CudaStreams.isDone(stream);
        }
    }

    /** Joins with a custom library and GPU, for tests. */
    NcclCollective(Collective host, Nccl nccl, Gpu gpu) {
        this.host = host;
        this.nccl = nccl;
        this.gpu = gpu;
    }

    /**
     * Joins the processes of another collective, which is closed with this one.
     *
     * @throws LimeException if there is no NCCL
     */
    public static NcclCollective over(Collective host) {
        Engine.getEngine("PyTorch"); // loads the NCCL library that libtorch depends on
        return new NcclCollective(host, Nccl.load(), new RealGpu());
    }

    @Override
    public int rank() {
        return host.rank();
    }

    @Override
    public int size() {
        return host.size();
    }

    @Override
    public void allReduceSum(NDArray array) {
        enqueue(
                array,
                memory -> {
                    MpiCollective.requireFloat32(memory);
                    Pointer values = new Pointer(memory.address());
                    check(
                            nccl.ncclAllReduce(
                                    values,
                                    values,
                                    memory.elements(),
                                    Nccl.FLOAT32,
                                    Nccl.SUM,
                                    communicator(),
                                    Pointer.createConstant(stream)),
                            "ncclAllReduce");
                });
    }

    @Override
    public boolean queues() {
        return true;
    }

    /** Broadcasts all arrays in one group, which NCCL runs as one operation. */
    @Override
    public void broadcastAll(List<NDArray> arrays, IntUnaryOperator root) {
        if (arrays.isEmpty()) {
            return;
        }
        prepare(arrays.get(0)); // a communicator cannot be created within a group
        check(nccl.ncclGroupStart(), "ncclGroupStart");
        Collective.super.broadcastAll(
                arrays, root); // a failure ends the job, and with it the group
        check(nccl.ncclGroupEnd(), "ncclGroupEnd");
    }

    @Override
    public void broadcast(NDArray array, int root) {
        enqueue(
                array,
                memory -> {
                    Pointer values = new Pointer(memory.address());
                    check(
                            nccl.ncclBroadcast(
                                    values,
                                    values,
                                    memory.bytes(),
                                    Nccl.INT8,
                                    root,
                                    communicator(),
                                    Pointer.createConstant(stream)),
                            "ncclBroadcast");
                });
    }

    /** Creates communicator and stream on the GPU of the first array. */
    private void prepare(NDArray array) {
        gpu.require(array);
        if (communicator.isEmpty()) {
            device = array.getDevice();
            gpu.with(
                    device,
                    () -> {
                        communicator = Optional.of(join());
                        stream = gpu.newStream(device);
                    });
        }
    }

    private void enqueue(NDArray array, Consumer<TensorAddress> call) {
        prepare(array);
        if (!array.getDevice().equals(device)) {
            throw new LimeException(
                    "[nccl] an array is on %s, expected %s, the GPU of this process"
                            .formatted(array.getDevice(), device));
        }
        gpu.with(
                device,
                () -> {
                    gpu.waitForEngine(device, stream);
                    TensorAddress.use(array, call);
                });
        checkAsync();
    }

    private Pointer communicator() {
        return communicator.orElseThrow();
    }

    private Pointer join() {
        Nccl.UniqueId id = new Nccl.UniqueId();
        if (host.rank() == 0) {
            check(nccl.ncclGetUniqueId(id), "ncclGetUniqueId");
        }
        Nccl.UniqueId.Value shared = new Nccl.UniqueId.Value();
        byte[] bytes = host.broadcast(id.internal, 0);
        System.arraycopy(bytes, 0, shared.internal, 0, Nccl.UniqueId.BYTES);
        PointerByReference handle = new PointerByReference();
        check(nccl.ncclCommInitRank(handle, host.size(), shared, host.rank()), "ncclCommInitRank");
        return handle.getValue();
    }

    /** Checks for an asynchronous error, such as a lost peer or link. */
    private void checkAsync() {
        IntByReference error = new IntByReference();
        int code = nccl.ncclCommGetAsyncError(communicator(), error);
        check(code, "ncclCommGetAsyncError");
        check(error.getValue(), "work on the GPU");
    }

    private void check(int code, String function) {
        if (code != Nccl.SUCCESS && code != Nccl.IN_PROGRESS) {
            throw new LimeException(
                    "[nccl] %s failed with error %d: %s"
                            .formatted(function, code, nccl.ncclGetErrorString(code)));
        }
    }

    @Override
    public void awaitPending() {
        if (communicator.isEmpty()) {
            return;
        }
        gpu.with(
                device,
                () -> {
                    while (!gpu.isDone(stream)) {
                        checkAsync();
                        Pause.of(POLL_INTERVAL);
                    }
                });
        checkAsync();
    }

    @Override
    public void allReduceSum(double[] values) {
        host.allReduceSum(values);
    }

    @Override
    public byte[] broadcast(byte[] bytes, int root) {
        return host.broadcast(bytes, root);
    }

    @Override
    public void barrier(Duration limit) {
        host.barrier(limit);
    }

    /**
     * Ends the job. NCCL's communicator is aborted only if the process is alone and continues;
     * otherwise the process exits first, since aborting could wait for stalled work.
     */
    @Override
    public void abort(int status, String reason) {
        host.abort(status, reason);
        communicator.ifPresent(nccl::ncclCommAbort);
        communicator = Optional.empty();
    }

    @Override
    public void close() {
        try {
            communicator.ifPresent(
                    handle -> {
                        check(nccl.ncclCommDestroy(handle), "ncclCommDestroy");
                        gpu.closeStream(device, stream);
                    });
        } finally {
            communicator = Optional.empty();
            host.close();
        }
    }
}
