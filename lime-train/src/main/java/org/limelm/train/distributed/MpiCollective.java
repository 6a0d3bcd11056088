package org.limelm.train.distributed;

import ai.djl.ndarray.NDArray;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.limelm.core.LimeException;
import org.limelm.model.internal.torch.TensorAddress;

/**
 * Processes started by {@code mpirun} or {@code srun}, joined by Open MPI. Arrays must be on the
 * CPU. Sums are in float32, in an order chosen by Open MPI that is the same in every run with the
 * same number of processes.
 *
 * <p>MPI can be initialized and finalized only once per process, so a process can have only one
 * instance.
 */
public final class MpiCollective implements Collective {
    private static final int SERIALIZED = 2; // one thread at a time
    private static final int MULTIPLE = 3;
    private static final int ELEMENTS_PER_CALL = 1 << 30; // MPI counts are ints
    private static final Pointer IN_PLACE = Pointer.createConstant(1);
    private static final Duration ABORT_TIMEOUT = Duration.ofSeconds(3);

    private final OpenMpi.Functions mpi;
    private final String version;
    private final Pointer world;
    private final Pointer floats;
    private final Pointer doubles;
    private final Pointer bytes;
    private final Pointer sum;
    private final int elementsPerCall;
    private final int rank;
    private final int size;
    private final AtomicBoolean closed = new AtomicBoolean();

    private MpiCollective(OpenMpi library, int elementsPerCall) {
        this.mpi = library.functions();
        this.version = library.version();
        this.world = library.handle("ompi_mpi_comm_world");
        this.floats = library.handle("ompi_mpi_float");
        this.doubles = library.handle("ompi_mpi_double");
        this.bytes = library.handle("ompi_mpi_byte");
        this.sum = library.handle("ompi_mpi_op_sum");
        this.elementsPerCall = elementsPerCall;
        IntByReference value = new IntByReference();
        OpenMpi.check(mpi.MPI_Comm_rank(world, value), "MPI_Comm_rank");
        rank = value.getValue();
        OpenMpi.check(mpi.MPI_Comm_size(world, value), "MPI_Comm_size");
        size = value.getValue();
    }

    /**
     * Joins the other processes.
     *
     * @throws LimeException if there is no Open MPI, or this process has already initialized MPI
     */
    public static MpiCollective open() {
        return open(ELEMENTS_PER_CALL);
    }

    /** Joins with a custom limit of elements per call, for tests. */
    static MpiCollective open(int elementsPerCall) {
        OpenMpi library = OpenMpi.load();
        OpenMpi.Functions mpi = library.functions();
        IntByReference value = new IntByReference();
        OpenMpi.check(mpi.MPI_Initialized(value), "MPI_Initialized");
        if (value.getValue() != 0) {
            throw new LimeException(
                    "[mpi] this process has already initialized MPI, expected one job per process");
        }
        int code = mpi.MPI_Init_thread(Pointer.NULL, Pointer.NULL, MULTIPLE, value);
        OpenMpi.check(code, "MPI_Init_thread");
        if (value.getValue() < SERIALIZED) {
            throw new LimeException(
                    "[mpi] %s has thread level %d, expected at least %d (serialized)"
                            .formatted(library.version(), value.getValue(), SERIALIZED));
        }
        return new MpiCollective(library, elementsPerCall);
    }

    /** Returns the library's name and version. */
    public String version() {
        return version;
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void allReduceSum(NDArray array) {
        requireCpu(array);
        TensorAddress.use(
                array,
                memory -> {
                    requireFloat32(memory);
                    Pointer values = new Pointer(memory.address());
                    for (long at = 0; at < memory.elements(); at += elementsPerCall) {
                        allReduce(
                                values.share(at * Float.BYTES),
                                (int) Math.min(elementsPerCall, memory.elements() - at),
                                floats);
                    }
                });
    }

    @Override
    public void allReduceSum(double[] values) {
        if (values.length == 0) {
            return;
        }
        try (Memory buffer = new Memory((long) values.length * Double.BYTES)) {
            buffer.write(0, values, 0, values.length);
            allReduce(buffer, values.length, doubles);
            buffer.read(0, values, 0, values.length);
        }
    }

    private void allReduce(Pointer values, int count, Pointer type) {
        int code = mpi.MPI_Allreduce(IN_PLACE, values, count, type, sum, world);
        OpenMpi.check(code, "MPI_Allreduce");
    }

    @Override
    public void broadcast(NDArray array, int root) {
        requireCpu(array);
        TensorAddress.use(
                array, memory -> broadcast(new Pointer(memory.address()), memory.bytes(), root));
    }

    @Override
    public byte[] broadcast(byte[] content, int root) {
        try (Memory length = new Memory(Long.BYTES)) {
            length.setLong(0, content.length);
            broadcast(length, Long.BYTES, root);
            int count = Math.toIntExact(length.getLong(0));
            if (count == 0) {
                return new byte[0];
            }
            try (Memory buffer = new Memory(count)) {
                if (rank == root) {
                    buffer.write(0, content, 0, count);
                }
                broadcast(buffer, count, root);
                return buffer.getByteArray(0, count);
            }
        }
    }

    private void broadcast(Pointer from, long count, int root) {
        for (long at = 0; at < count; at += elementsPerCall) {
            int part = (int) Math.min(elementsPerCall, count - at);
            OpenMpi.check(mpi.MPI_Bcast(from.share(at), part, bytes, root, world), "MPI_Bcast");
        }
    }

    @Override
    public void barrier(Duration limit) {
        PointerByReference request = new PointerByReference();
        OpenMpi.check(mpi.MPI_Ibarrier(world, request), "MPI_Ibarrier");
        IntByReference done = new IntByReference();
        for (long millis = 0; ; millis = Math.min(20, millis + 1)) {
            OpenMpi.check(mpi.MPI_Test(request, done, Pointer.NULL), "MPI_Test");
            if (done.getValue() != 0) {
                return;
            }
            Pause.of(Duration.ofMillis(millis));
        }
    }

    /** Does nothing: operations are complete when their calls return. */
    @Override
    public void awaitPending() {}

    private static void requireCpu(NDArray array) {
        if (array.getDevice().isGpu()) {
            throw new LimeException(
                    "[mpi] an array is on %s, expected cpu. Hint: set distributed.collective=nccl to train on GPUs, or training.device=cpu"
                            .formatted(array.getDevice()));
        }
    }

    static void requireFloat32(TensorAddress memory) {
        if (!memory.float32()) {
            throw new IllegalArgumentException("Only arrays of float32 can be summed");
        }
    }

    /** Ends the job: the launcher kills processes that do not exit by themselves. */
    @Override
    public void abort(int status, String reason) {
        // In one write, since several processes may share the terminal.
        System.err.print(String.format(Locale.ROOT, "[rank %d of %d] %s%n", rank, size, reason));
        System.err.flush();
        Thread halt =
                new Thread(
                        () -> {
                            Pause.of(ABORT_TIMEOUT);
                            Runtime.getRuntime().halt(status);
                        },
                        "lime-halt");
        halt.setDaemon(true);
        halt.start(); // if MPI_Abort hangs, this process exits and the launcher ends the job
        mpi.MPI_Abort(world, status);
        Runtime.getRuntime().halt(status);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            OpenMpi.check(mpi.MPI_Finalize(), "MPI_Finalize");
        }
    }
}
