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
 * Processes that {@code mpirun} or {@code srun} started, over Open MPI. Arrays must be on the CPU;
 * sums are of float32 in the order that Open MPI chooses, the same in every run of as many
 * processes.
 *
 * <p>MPI can be begun and ended only once in a process, so there can be only one of these.
 */
public final class MpiCollective implements Collective {
    private static final int SERIALIZED = 2; // one thread at a time
    private static final int MULTIPLE = 3;
    private static final int ELEMENTS_PER_CALL = 1 << 30; // counts are ints
    private static final Pointer IN_PLACE = Pointer.createConstant(1);
    private static final Duration PATIENCE_IN_ABORT = Duration.ofSeconds(3);

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
     * @throws LimeException if there is no Open MPI, or this process was in a job before
     */
    public static MpiCollective open() {
        return open(ELEMENTS_PER_CALL);
    }

    /** Joins with another limit to the elements of one call, for tests. */
    static MpiCollective open(int elementsPerCall) {
        OpenMpi library = OpenMpi.load();
        OpenMpi.Functions mpi = library.functions();
        IntByReference value = new IntByReference();
        OpenMpi.check(mpi.MPI_Initialized(value), "MPI_Initialized");
        if (value.getValue() != 0) {
            throw new LimeException(
                    "[mpi] this process has begun MPI before, expected one job per process");
        }
        int code = mpi.MPI_Init_thread(Pointer.NULL, Pointer.NULL, MULTIPLE, value);
        OpenMpi.check(code, "MPI_Init_thread");
        if (value.getValue() < SERIALIZED) {
            throw new LimeException(
                    "[mpi] %s has thread level %d, expected %d (serialized) at least"
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
                place -> {
                    requireFloat32(place);
                    Pointer values = new Pointer(place.address());
                    for (long at = 0; at < place.elements(); at += elementsPerCall) {
                        allReduce(
                                values.share(at * Float.BYTES),
                                (int) Math.min(elementsPerCall, place.elements() - at),
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
                array, place -> broadcast(new Pointer(place.address()), place.bytes(), root));
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

    /** Sums are there when their calls return. */
    @Override
    public void awaitPending() {}

    private static void requireCpu(NDArray array) {
        if (array.getDevice().isGpu()) {
            throw new LimeException(
                    "[mpi] an array is on %s, expected cpu. Hint: distributed.collective=nccl joins GPUs, training.device=cpu trains without"
                            .formatted(array.getDevice()));
        }
    }

    static void requireFloat32(TensorAddress place) {
        if (!place.float32()) {
            throw new IllegalArgumentException("Only arrays of float32 can be summed");
        }
    }

    /** Ends the job: the launcher kills what does not end by itself. */
    @Override
    public void abort(int status, String reason) {
        // In one piece, since several processes write to what may be one terminal.
        System.err.print(String.format(Locale.ROOT, "[rank %d of %d] %s%n", rank, size, reason));
        System.err.flush();
        Thread halt =
                new Thread(
                        () -> {
                            Pause.of(PATIENCE_IN_ABORT);
                            Runtime.getRuntime().halt(status);
                        },
                        "lime-halt");
        halt.setDaemon(true);
        halt.start(); // if MPI cannot even abort, this process ends, and the launcher sees it
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
