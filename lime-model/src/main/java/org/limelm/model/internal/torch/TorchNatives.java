package org.limelm.model.internal.torch;

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
 * Where the engine takes libtorch from. It looks in this order: the folder that the environment
 * variable (or system property) {@code PYTORCH_LIBRARY_PATH} names; a jar {@code
 * pytorch-native-FLAVOR} on the class path; a download, unless {@code ai.djl.offline} is true. The
 * small library between Java and libtorch (JNI) comes from the jar {@code pytorch-jni}, which has
 * one per platform and flavor.
 *
 * @param source which of the three
 * @param place the folder named, or the one that is unpacked or downloaded into
 * @param flavor {@code cpu}, or {@code cu128} for GPUs; empty where it should be named and is not
 * @param version of libtorch
 * @param classifier operating system and processor, as {@code linux-x86_64}
 */
public record TorchNatives(
        Source source, String place, String flavor, String version, String classifier) {

    /** Where libtorch comes from. */
    public enum Source {
        /** A folder that {@code PYTORCH_LIBRARY_PATH} names. */
        LIBRARY_PATH,
        /** A jar on the class path. */
        CLASS_PATH,
        /** A download at the first use. */
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

    /** Returns what environment and class path say, without loading anything. */
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

    private static String setting(String name) {
        String value = Utils.getEnvOrSystemProperty(name);
        return value == null ? "" : value;
    }

    /** Returns whether libtorch is built for GPUs. */
    public boolean forGpu() {
        return flavor.startsWith("cu");
    }

    /** Returns what is wrong with the settings, as far as it shows before loading. */
    public Optional<String> problem() {
        return switch (source) {
            case LIBRARY_PATH -> problemOfPath();
            case CLASS_PATH -> Optional.empty();
            case DOWNLOAD ->
                    Utils.isOfflineMode()
                            ? Optional.of(
                                    "no pytorch-native jar is on the class path and "
                                            + PATH
                                            + " is not set; expected one of them. Hint: see docs/gpu.md, or allow the download with LIME_JAVA_OPTS=-Dai.djl.offline=false")
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
                    String.format(Locale.ROOT, "%s=%s holds no %s", PATH, place, library));
        }
        String jni = String.format(Locale.ROOT, "jnilib/%s/%s/%s", classifier, flavor, jniName());
        if (flavor.isEmpty() || ClassLoaderUtils.getContextClassLoader().getResource(jni) == null) {
            return Optional.of(
                    String.format(
                            Locale.ROOT,
                            "%s is '%s', expected cpu or cu128: the flavors that pytorch-jni has for %s",
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
