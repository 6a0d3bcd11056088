package org.limelm.train.cli;

import com.sun.jna.NativeLibrary;
import com.sun.jna.ptr.IntByReference;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The versions of the libraries that join processes, asked without joining any. */
final class ClusterLibraries {
    private static final List<String> MPI = List.of("libmpi.so.40", "mpi");
    private static final List<String> NCCL = List.of("libnccl.so.2", "nccl");
    private static final int VERSION_BYTES = 8192; // MPI_MAX_LIBRARY_VERSION_STRING, and more

    private ClusterLibraries() {}

    /** Returns the first line that an MPI library says of itself, if there is one. */
    static Optional<String> mpi() {
        return first(MPI)
                .map(
                        library -> {
                            byte[] text = new byte[VERSION_BYTES];
                            IntByReference length = new IntByReference();
                            library.getFunction("MPI_Get_library_version")
                                    .invokeInt(new Object[] {text, length});
                            String version =
                                    new String(text, 0, length.getValue(), StandardCharsets.UTF_8);
                            return version.lines().findFirst().orElse("").strip();
                        });
    }

    /** Returns NCCL's version, if it is there. */
    static Optional<String> nccl() {
        return first(NCCL)
                .map(
                        library -> {
                            IntByReference version = new IntByReference();
                            library.getFunction("ncclGetVersion").invokeInt(new Object[] {version});
                            int number = version.getValue(); // 22602 is 2.26.2
                            return "NCCL %d.%d.%d"
                                    .formatted(number / 10_000, number / 100 % 100, number % 100);
                        });
    }

    private static Optional<NativeLibrary> first(List<String> names) {
        return names.stream().flatMap(name -> open(name).stream()).findFirst();
    }

    private static Optional<NativeLibrary> open(String name) {
        try {
            return Optional.of(NativeLibrary.getInstance(name));
        } catch (UnsatisfiedLinkError e) {
            return Optional.empty(); // it is not installed
        }
    }
}
