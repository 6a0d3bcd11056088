package org.limelm.train.cli;

import ai.djl.engine.Engine;
import ai.djl.util.Platform;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.limelm.annotate.linguistic.AnnotatorOptions;
import org.limelm.annotate.linguistic.Annotators;
import org.limelm.model.torch.Threads;
import org.limelm.train.compare.TextTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lime doctor}: what is installed, what is missing, how to mend it. */
@Command(
        name = "doctor",
        description = {
            "Shows Java, engine, devices, native libraries, threads, memory and disk:",
            "what is missing, and how to mend it."
        },
        footer = {"", "Examples:", "  lime doctor", "  lime doctor --json"})
final class DoctorCommand implements Callable<Integer> {
    private static final long LOW_DISK_BYTES = 2L << 30;

    @Mixin private JsonOutput json = new JsonOutput();

    /**
     * One finding.
     *
     * @param what what was looked at
     * @param ok whether it is as it should be
     * @param found what there is
     * @param remedy what to do; empty where nothing is wrong
     */
    record Finding(String what, boolean ok, String found, String remedy) {}

    /** All findings. */
    record Report(boolean ok, List<Finding> findings) {}

    @Override
    public Integer call() {
        List<Finding> findings = new ArrayList<>();
        findings.add(java());
        findings.add(memory());
        findings.add(engine());
        findings.add(devices());
        findings.add(natives());
        findings.add(annotators());
        findings.add(disk());
        boolean ok = findings.stream().allMatch(Finding::ok);
        System.out.print(
                TextTable.of(
                        List.of("what", "state", "found"),
                        findings.stream()
                                .map(f -> List.of(f.what(), f.ok() ? "ok" : "BROKEN", f.found()))
                                .toList()));
        findings.stream()
                .filter(f -> !f.ok())
                .forEach(f -> System.out.println(f.what() + ": " + f.remedy()));
        json.print(System.out, new Report(ok, findings));
        return ok ? 0 : Lime.FAILED;
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
        return new Finding(
                "memory",
                true,
                gib(Runtime.getRuntime().maxMemory())
                        + " for Java (LIME_JAVA_OPTS=-Xmx…); tensors live outside it",
                "");
    }

    private static Finding engine() {
        return probe(
                "engine",
                () ->
                        "PyTorch "
                                + Engine.getEngine("PyTorch").getVersion()
                                + ", "
                                + Threads.inUse()
                                + " threads of "
                                + Runtime.getRuntime().availableProcessors(),
                "The native library did not load. It comes with the build for this operating system;"
                        + " `mvn package` must have run on it. An own libtorch is named by"
                        + " PYTORCH_LIBRARY_PATH, PYTORCH_FLAVOR and PYTORCH_VERSION=2.7.1.");
    }

    private static Finding devices() {
        return probe(
                "devices",
                () -> {
                    int gpus = Engine.getEngine("PyTorch").getGpuCount();
                    return gpus == 0 ? "cpu (no GPU found)" : "cpu and " + gpus + " GPU(s)";
                },
                "The engine does not run: see above.");
    }

    private static Finding natives() {
        return probe(
                "natives",
                () -> {
                    Platform platform = Platform.detectPlatform("pytorch");
                    String own = System.getenv("PYTORCH_LIBRARY_PATH");
                    return platform.getOsPrefix()
                            + "-"
                            + platform.getOsArch()
                            + ", libtorch from "
                            + (own != null ? own : "the class path")
                            + " (flavor "
                            + platform.getFlavor()
                            + ")";
                },
                "No native library for this platform on the class path.");
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
        File store = here.toFile();
        long free = store.getUsableSpace();
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

    @SuppressWarnings("CatchAndPrintStackTrace")
    private static Finding probe(String what, Probe probe, String remedy) {
        try {
            return new Finding(what, true, probe.look(), "");
        } catch (Exception | LinkageError e) {
            return new Finding(what, false, String.valueOf(e.getMessage()), remedy);
        }
    }

    private static String gib(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
    }
}
