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
import org.limelm.annotate.feature.FeatureRegistry;
import org.limelm.annotate.models.Annotators;
import org.limelm.core.LimeException;
import org.limelm.model.device.Threads;
import org.limelm.model.internal.torch.TorchNatives;
import org.limelm.train.distributed.DistributedLibraries;

/** The checks of {@code lime doctor}. */
final class DoctorChecks {
    private static final long LOW_DISK_BYTES = 2L << 30;

    private DoctorChecks() {}

    /** Runs all checks. */
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
                features(),
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
                        "%s, %s free; Java heap at most %s (LIME_JAVA_OPTS=-Xmx…), tensors are"
                                + " outside the heap",
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
                            natives.flavor().isEmpty() ? "not set" : natives.flavor(),
                            natives.classifier(),
                            natives.source().label(),
                            natives.place());
            Optional<String> problem = natives.problem();
            return new Finding("natives", problem.isEmpty(), found, problem.orElse(""));
        } catch (RuntimeException e) {
            return broken("natives", e, "No native library is available for this platform.");
        }
    }

    private static Finding engine() {
        return probe(
                "engine",
                () -> "PyTorch " + Engine.getEngine("PyTorch").getVersion() + " is loaded",
                "The native library did not load. The build bundles it for the operating system it"
                        + " runs on: run `mvn package` here. To use another libtorch, set"
                        + " PYTORCH_LIBRARY_PATH, PYTORCH_FLAVOR and PYTORCH_VERSION=2.7.1; a GPU"
                        + " build also needs the driver's libcuda.so.1. See docs/gpu.md.");
    }

    private static Finding threads() {
        return probe(
                "threads",
                () -> {
                    String ompThreads = System.getenv("OMP_NUM_THREADS");
                    return String.format(
                            Locale.ROOT,
                            "%d in the tensor library, %d processors, OMP_NUM_THREADS %s",
                            Threads.inUse(),
                            Runtime.getRuntime().availableProcessors(),
                            ompThreads == null ? "not set" : ompThreads);
                },
                "The engine does not load: see above.");
    }

    private static Finding devices() {
        return probe(
                "devices",
                () -> {
                    Engine engine = Engine.getEngine("PyTorch");
                    int gpus = engine.getGpuCount();
                    if (gpus == 0 && engine.hasCapability(StandardCapabilities.CUDA)) {
                        throw new IllegalStateException(
                                "libtorch finds a GPU, but libcudart was not found to count GPUs");
                    }
                    return gpus == 0 ? "cpu (no GPU found)" : "cpu and " + gpus + " GPU(s)";
                },
                "If the engine does not load, see above. To locate libcudart, set"
                        + " LIME_JAVA_OPTS=-Djna.library.path=FOLDER. See docs/gpu.md.");
    }

    private static Finding mpi() {
        return optional("MPI", DistributedLibraries::mpi);
    }

    private static Finding nccl() {
        return optional("NCCL", DistributedLibraries::nccl);
    }

    /** Reports a library that only multi-process training needs: never a failure. */
    private static Finding optional(String what, Supplier<String> version) {
        try {
            return new Finding(what, true, version.get(), "");
        } catch (LimeException e) {
            return new Finding(
                    what, true, "needed only for several processes: " + e.getMessage(), "");
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
                "The bundled models cannot be read. Rebuild with mvn clean package.");
    }

    private static Finding features() {
        return probe(
                "features",
                () -> String.join(", ", FeatureRegistry.load().names()),
                "Two features have the same name. Rename one, or take its jar off the class path.");
    }

    private static Finding disk() {
        Path here = Path.of("").toAbsolutePath();
        long free = here.toFile().getUsableSpace();
        boolean ok = free >= LOW_DISK_BYTES && Files.isWritable(here);
        return new Finding(
                "disk",
                ok,
                gib(free) + " free in " + here,
                "Free disk space or run in a writable folder.");
    }

    private interface Probe {
        String run() throws Exception;
    }

    private static Finding probe(String what, Probe probe, String remedy) {
        try {
            return new Finding(what, true, probe.run(), "");
        } catch (Exception | LinkageError e) {
            return broken(what, e, remedy);
        }
    }

    /** Reports the root cause: the message of the engine itself is too general. */
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
