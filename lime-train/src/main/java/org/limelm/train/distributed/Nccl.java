package org.limelm.train.distributed;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.List;
import org.limelm.core.LimeException;

/** NCCL's C interface ({@code nccl.h} of version 2), as far as it is used here. */
interface Nccl extends Library {
    int SUCCESS = 0;
    int IN_PROGRESS = 7;

    int INT8 = 0;
    int FLOAT32 = 7;
    int SUM = 0;

    int ncclGetVersion(IntByReference version);

    int ncclGetUniqueId(UniqueId id);

    int ncclCommInitRank(PointerByReference communicator, int ranks, UniqueId.Value id, int rank);

    int ncclAllReduce(
            Pointer send,
            Pointer receive,
            long count,
            int type,
            int operation,
            Pointer communicator,
            Pointer stream);

    int ncclBroadcast(
            Pointer send,
            Pointer receive,
            long count,
            int type,
            int root,
            Pointer communicator,
            Pointer stream);

    int ncclCommGetAsyncError(Pointer communicator, IntByReference error);

    int ncclCommAbort(Pointer communicator);

    int ncclCommDestroy(Pointer communicator);

    String ncclGetErrorString(int code);

    /**
     * Opens the library.
     *
     * @throws LimeException if there is none
     */
    static Nccl load() {
        List<String> names = List.of("libnccl.so.2", "nccl");
        String name =
                NativeLibraries.firstFound(names)
                        .orElseThrow(
                                () ->
                                        new LimeException(
                                                "[nccl] no NCCL library found (tried %s). Hint: install libnccl2 or name its folder in LD_LIBRARY_PATH; the pip package of PyTorch has one in nvidia/nccl/lib"
                                                        .formatted(String.join(", ", names))));
        return Native.load(name, Nccl.class);
    }

    /** {@code ncclUniqueId}: names a communicator. */
    @Structure.FieldOrder("internal")
    class UniqueId extends Structure {
        static final int BYTES = 128;

        /** Its content; public because JNA reads it. */
        public byte[] internal = new byte[BYTES];

        /**
         * The same as an argument that is handed over by value, as {@code ncclCommInitRank} asks.
         */
        static final class Value extends UniqueId implements Structure.ByValue {}
    }
}
