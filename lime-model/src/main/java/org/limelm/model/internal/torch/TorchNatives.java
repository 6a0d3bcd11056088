package org.limelm.model.internal.torch;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.LibUtils;
import ai.djl.util.ClassLoaderUtils;
import ai.djl.util.Platform;
import ai.djl.util.Utils;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The source of libtorch. The engine looks in this order: the folder named by the environment
 * variable (or system property) {@code PYTORCH_LIBRARY_PATH}; a jar {@code pytorch-native-FLAVOR}
 * on the class path; a download, unless {@code ai.djl.offline} is true. The JNI library that binds
 * Java to libtorch is in the jar {@code pytorch-jni}, one per platform and flavor.
 *
 * @param source which of these three
 * @param place the named folder, or the target folder of unpacking or download
 * @param flavor {@code cpu}, or {@code cu128} for GPUs; empty if it is required but not set
 * @param version libtorch version
 * @param classifier operating system and processor, such as {@code linux-x86_64}
 */
public record TorchNatives(
        Source source, String place, String flavor, String version, String classifier) {

    /** The source of libtorch. */
    public enum Source {
        /** The folder named by {@code PYTORCH_LIBRARY_PATH}. */
        LIBRARY_PATH,
        /** A jar on the class path. */
        CLASS_PATH,
        /** A download on first use. */
        DOWNLOAD;

        /** Returns the name used in reports. */
        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    private static final String PATH = "PYTORCH_LIBRARY_PATH";
    private static final String FLAVOR = "PYTORCH_FLAVOR";
    private static final String VERSION = "PYTORCH_VERSION";

    /** Returns the configuration from environment and class path, without loading the library. */
    public static TorchNatives configured() {
        Platform platform = Platform.detectPlatform("pytorch");
        String folder = setting(PATH);
        String version = setting(VERSION).isEmpty() ? platform.getVersion() : setting(VERSION);
        if (!folder.isEmpty()) {
            return new TorchNatives(
                    Source.LIBRARY_PATH,
                    folder,
                    setting(FLAVOR),
                    version,
                    platform.getClassifier());
        }
        boolean download = platform.isPlaceholder();
        String flavor = download ? setting(FLAVOR) : platform.getFlavor();
        return new TorchNatives(
                download ? Source.DOWNLOAD : Source.CLASS_PATH,
                Utils.getEngineCacheDir("pytorch").toString(),
                flavor == null ? "" : flavor,
                version,
                platform.getClassifier());
    }

    /** Returns the folder of libtorch, which is loaded if it has not been. */
    public static Path loadedFrom() {
        Engine.getEngine("PyTorch"); // determines the folder
        return Path.of(LibUtils.getLibtorchPath());
    }

    private static String setting(String name) {
        String value = Utils.getEnvOrSystemProperty(name);
        return value == null ? "" : value;
    }

    /** Returns whether libtorch is built for GPUs. */
    public boolean forGpu() {
        return flavor.startsWith("cu");
    }

    /** Returns a configuration problem, if one is detectable without loading the library. */
    public Optional<String> problem() {
        return switch (source) {
            case LIBRARY_PATH -> problemOfPath();
            case CLASS_PATH -> Optional.empty();
            case DOWNLOAD ->
                    Utils.isOfflineMode()
                            ? Optional.of(
                                    "there is no pytorch-native jar on the class path and "
                                            + PATH
                                            + " is not set; one of them is required. Hint: see docs/gpu.md, or allow the download with LIME_JAVA_OPTS=-Dai.djl.offline=false")
                            : Optional.empty();
        };
    }

    private Optional<String> problemOfPath() {
        String library = System.mapLibraryName("torch");
        boolean found =
                Arrays.stream(place.split(File.pathSeparator))
                        .anyMatch(folder -> Files.exists(Path.of(folder, library)));
        if (!found) {
            return Optional.of(
                    String.format(Locale.ROOT, "%s=%s does not contain %s", PATH, place, library));
        }
        String jni = String.format(Locale.ROOT, "jnilib/%s/%s/%s", classifier, flavor, jniName());
        if (flavor.isEmpty() || ClassLoaderUtils.getContextClassLoader().getResource(jni) == null) {
            return Optional.of(
                    String.format(
                            Locale.ROOT,
                            "%s is '%s', expected cpu or cu128, the flavors of pytorch-jni for %s",
                            FLAVOR,
                            flavor,
                            classifier));
        }
        return Optional.empty();
    }

    private static String jniName() {
        return System.mapLibraryName("djl_torch");
    }
}
