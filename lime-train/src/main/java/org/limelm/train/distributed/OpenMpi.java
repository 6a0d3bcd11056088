package org.limelm.train.distributed;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.limelm.core.LimeException;

/**
 * The Open MPI library. Its handles of communicators, types and operations are addresses of global
 * variables. Other implementations, which use integer handles, are rejected.
 */
final class OpenMpi {
    private static final List<String> NAMES = List.of("libmpi.so.40", "mpi");
    private static final int VERSION_BYTES = 8192; // at least MPI_MAX_LIBRARY_VERSION_STRING

    private final Functions functions;
    private final NativeLibrary symbols;
    private final String version;

    /** Functions of the MPI standard, with pointers as handles. All return 0 on success. */
    interface Functions extends Library {
        int MPI_Get_library_version(byte[] version, IntByReference length);

        int MPI_Initialized(IntByReference flag);

        int MPI_Init_thread(Pointer argc, Pointer argv, int required, IntByReference provided);

        int MPI_Comm_rank(Pointer communicator, IntByReference rank);

        int MPI_Comm_size(Pointer communicator, IntByReference size);

        int MPI_Allreduce(
                Pointer send,
                Pointer receive,
                int count,
                Pointer type,
                Pointer operation,
                Pointer communicator);

        int MPI_Bcast(Pointer buffer, int count, Pointer type, int root, Pointer communicator);

        int MPI_Ibarrier(Pointer communicator, PointerByReference request);

        int MPI_Test(PointerByReference request, IntByReference flag, Pointer status);

        int MPI_Abort(Pointer communicator, int status);

        int MPI_Finalize();
    }

    private OpenMpi(NativeLibrary symbols, Functions functions, String version) {
        this.symbols = symbols;
        this.functions = functions;
        this.version = version;
    }

    /**
     * Loads the library.
     *
     * @throws LimeException if there is none, or it is not Open MPI
     */
    static OpenMpi load() {
        String name =
                NativeLibraries.firstFound(NAMES)
                        .orElseThrow(
                                () ->
                                        new LimeException(
                                                "[mpi] no MPI library found (tried %s), expected Open MPI 4 or 5. Hint: install it (apt-get install openmpi-bin) or add its folder to LD_LIBRARY_PATH"
                                                        .formatted(String.join(", ", NAMES))));
        Functions functions = Native.load(name, Functions.class);
        return new OpenMpi(
                NativeLibrary.getInstance(name), functions, requireOpenMpi(version(functions)));
    }

    /**
     * Checks that a version is that of Open MPI and returns its first line.
     *
     * @throws LimeException if it is another implementation
     */
    static String requireOpenMpi(String version) {
        if (!version.startsWith("Open MPI")) {
            throw new LimeException(
                    "[mpi] the library is '%s', expected Open MPI: handles of other implementations (MPICH, Intel MPI, MVAPICH) are not supported. Hint: load Open MPI's environment module, or put its folder first in LD_LIBRARY_PATH"
                            .formatted(version.lines().findFirst().orElse("").strip()));
        }
        return version.lines().findFirst().orElse(version).strip();
    }

    private static String version(Functions functions) {
        byte[] text = new byte[VERSION_BYTES];
        IntByReference length = new IntByReference();
        check(functions.MPI_Get_library_version(text, length), "MPI_Get_library_version");
        return new String(text, 0, length.getValue(), StandardCharsets.UTF_8);
    }

    Functions functions() {
        return functions;
    }

    String version() {
        return version;
    }

    /** Returns a handle such as {@code ompi_mpi_comm_world} or {@code ompi_mpi_float}. */
    Pointer handle(String symbol) {
        return symbols.getGlobalVariableAddress(symbol);
    }

    /** Throws on an error code; Open MPI usually ends the job before returning one. */
    static void check(int code, String function) {
        if (code != 0) {
            throw new LimeException("[mpi] " + function + " failed with error " + code);
        }
    }
}
