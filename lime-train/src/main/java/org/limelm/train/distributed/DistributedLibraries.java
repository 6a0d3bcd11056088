package org.limelm.train.distributed;

import com.sun.jna.ptr.IntByReference;
import java.util.Locale;
import org.limelm.core.LimeException;

/** The libraries that join processes: which there are, asked without joining any. */
public final class DistributedLibraries {
    private DistributedLibraries() {}

    /**
     * Returns what the MPI library says of itself, its first line.
     *
     * @throws LimeException if there is none, or it is not Open MPI's
     */
    public static String mpi() {
        return OpenMpi.load().version();
    }

    /**
     * Returns NCCL's version.
     *
     * @throws LimeException if there is none
     */
    public static String nccl() {
        IntByReference version = new IntByReference();
        int code = Nccl.load().ncclGetVersion(version);
        if (code != Nccl.SUCCESS) {
            throw new LimeException("[nccl] ncclGetVersion failed with error " + code);
        }
        int number = version.getValue(); // 22602 is 2.26.2
        return String.format(
                Locale.ROOT, "NCCL %d.%d.%d", number / 10_000, number / 100 % 100, number % 100);
    }
}
