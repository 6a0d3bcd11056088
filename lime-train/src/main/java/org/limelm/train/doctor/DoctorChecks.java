package org.limelm.train.doctor;

import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.models.Annotators;
import org.limelm.core.LimeException;
import org.limelm.model.device.Threads;
import org.limelm.model.internal.torch.TorchNatives;
import org.limelm.train.distributed.DistributedLibraries;

/** What {@code lime doctor} looks at. */
final class DoctorChecks {
    private static final long LOW_DISK_BYTES = 2L << 30;

    private DoctorChecks() {}

    /** Looks at everything. */
    static List<Finding> all() {
        return List.of(
                java(),
                memory(),
                natives(),
                engine(),
                threads(),
                devices(),
                mpi(),
                nccl(),
                annotators(),
                disk());
    }

    private static Finding java() {
        int version = Runtime.version().feature();
        return new Finding(
                "Java",
                version >= 17,
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                "Set JAVA_HOME to a JDK 17 or newer.");
    }

    private static Finding memory() {
        OperatingSystemMXBean system =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new Finding(
                "memory",
                true,
                String.format(
                        Locale.ROOT,
                        "%s, %s of it free; at most %s for Java (LIME_JAVA_OPTS=-Xmx…), tensors live outside that",
                        gib(system.getTotalMemorySize()),
                        gib(system.getFreeMemorySize()),
                        gib(Runtime.getRuntime().maxMemory())),
                "");
    }

    private static Finding natives() {
        try {
            TorchNatives natives = TorchNatives.configured();
            String found =
                    String.format(
                            Locale.ROOT,
                            "libtorch %s, flavor %s, %s, from %s: %s",
                            natives.version(),
                            natives.flavor().isEmpty() ? "not named" : natives.flavor(),
                            natives.classifier(),
                            natives.source().label(),
                            natives.place());
            Optional<String> problem = natives.problem();
            return new Finding("natives", problem.isEmpty(), found, problem.orElse(""));
        } catch (RuntimeException e) {
            return broken("natives", e, "No native library is known for this platform.");
        }
    }

    private static Finding engine() {
        return probe(
                "engine",
                () -> "PyTorch " + Engine.getEngine("PyTorch").getVersion() + " is loaded",
                "The native library did not load. It comes with the build for this operating system;"
                        + " `mvn package` must have run on it. An own libtorch is named by"
                        + " PYTORCH_LIBRARY_PATH, PYTORCH_FLAVOR and PYTORCH_VERSION=2.7.1;"
                        + " one for GPUs also needs the driver's libcuda.so.1: docs/gpu.md.");
    }

    private static Finding threads() {
        return probe(
                "threads",
                () -> {
                    String asked = System.getenv("OMP_NUM_THREADS");
                    return String.format(
                            Locale.ROOT,
                            "%d of the tensor library, %d processors, OMP_NUM_THREADS %s",
                            Threads.inUse(),
                            Runtime.getRuntime().availableProcessors(),
                            asked == null ? "not set" : asked);
                },
                "The engine does not run: see above.");
    }

    private static Finding devices() {
        return probe(
                "devices",
                () -> {
                    Engine engine = Engine.getEngine("PyTorch");
                    int gpus = engine.getGpuCount();
                    if (gpus == 0 && engine.hasCapability(StandardCapabilities.CUDA)) {
                        throw new IllegalStateException(
                                "libtorch finds a GPU, but libcudart was not found to count them");
                    }
                    return gpus == 0 ? "cpu (no GPU found)" : "cpu and " + gpus + " GPU(s)";
                },
                "See above if the engine does not run. libcudart is named by"
                        + " LIME_JAVA_OPTS=-Djna.library.path=FOLDER: docs/gpu.md.");
    }

    private static Finding mpi() {
        return optional("MPI", DistributedLibraries::mpi);
    }

    private static Finding nccl() {
        return optional("NCCL", DistributedLibraries::nccl);
    }

    /** Shows what several processes need: one process does without, so that nothing is broken. */
    private static Finding optional(String what, Supplier<String> version) {
        try {
            return new Finding(what, true, version.get(), "");
        } catch (LimeException e) {
            return new Finding(
                    what, true, "needed for several processes only: " + e.getMessage(), "");
        }
    }

    private static Finding annotators() {
        return probe(
                "annotators",
                () -> {
                    Annotators annotators = Annotators.bundled(AnnotatorOptions.defaults());
                    int tokens =
                            annotators.newLinguisticAnnotator().annotate("It didn't rain.").size();
                    return "bundled, id "
                            + annotators.id().substring(0, 12)
                            + ", "
                            + tokens
                            + " tokens in a test sentence";
                },
                "The bundled models cannot be read: build again with mvn clean package.");
    }

    private static Finding disk() {
        Path here = Path.of("").toAbsolutePath();
        long free = here.toFile().getUsableSpace();
        boolean ok = free >= LOW_DISK_BYTES && Files.isWritable(here);
        return new Finding(
                "disk",
                ok,
                gib(free) + " free in " + here,
                "Free some space, or run in a folder that can be written to.");
    }

    private interface Probe {
        String look() throws Exception;
    }

    private static Finding probe(String what, Probe probe, String remedy) {
        try {
            return new Finding(what, true, probe.look(), "");
        } catch (Exception | LinkageError e) {
            return broken(what, e, remedy);
        }
    }

    /** Shows the first cause: what the engine itself says of it is too general. */
    private static Finding broken(String what, Throwable error, String remedy) {
        Throwable cause = error;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return new Finding(what, false, String.valueOf(cause.getMessage()), remedy);
    }

    private static String gib(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
    }
}
