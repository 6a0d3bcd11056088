package org.limelm.train.distributed;

import com.sun.jna.ptr.IntByReference;
import java.util.Locale;
import org.limelm.core.LimeException;

/** Detects the communication libraries without joining a job. */
public final class DistributedLibraries {
    private DistributedLibraries() {}

    /**
     * Returns the first line of the MPI library's version.
     *
     * @throws LimeException if there is none, or it is not Open MPI
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
