package org.limelm.train.distributed;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.List;
import org.limelm.core.LimeException;

/** The part of NCCL's C API ({@code nccl.h} of version 2) used by LIME. */
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

    int ncclGroupStart();

    int ncclGroupEnd();

    int ncclCommGetAsyncError(Pointer communicator, IntByReference error);

    int ncclCommAbort(Pointer communicator);

    int ncclCommDestroy(Pointer communicator);

    String ncclGetErrorString(int code);

    /**
     * Loads the library.
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
                                                "[nccl] no NCCL library found (tried %s). Hint: install libnccl2, or add its folder, in PyTorch's pip package nvidia/nccl/lib, to LD_LIBRARY_PATH, now '%s', or to jna.library.path, now '%s'"
                                                        .formatted(
                                                                String.join(", ", names),
                                                                System.getenv()
                                                                        .getOrDefault(
                                                                                "LD_LIBRARY_PATH",
                                                                                ""),
                                                                System.getProperty(
                                                                        "jna.library.path", ""))));
        return Native.load(name, Nccl.class);
    }

    /** {@code ncclUniqueId}: identifies a communicator. */
    @Structure.FieldOrder("internal")
    class UniqueId extends Structure {
        static final int BYTES = 128;

        /** The content; public for access by JNA. */
        public byte[] internal = new byte[BYTES];

        /** The id as an argument passed by value, as {@code ncclCommInitRank} requires. */
        static final class Value extends UniqueId implements Structure.ByValue {}
    }
}
