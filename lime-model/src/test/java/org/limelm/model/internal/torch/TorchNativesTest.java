package org.limelm.model.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Settings are given as system properties; environment variables of the same names take precedence.
 */
class TorchNativesTest {
    private static final List<String> SETTINGS =
            List.of("PYTORCH_LIBRARY_PATH", "PYTORCH_FLAVOR", "PYTORCH_VERSION");

    @TempDir private Path folder;

    @BeforeEach
    @AfterEach
    void clear() {
        assumeTrue(
                SETTINGS.stream().noneMatch(System.getenv()::containsKey),
                "Skipped: the environment names a libtorch of its own");
        SETTINGS.forEach(System::clearProperty);
    }

    @Test
    void classPathJarIsTheDefault() {
        TorchNatives natives = TorchNatives.configured();
        assertThat(natives.source()).isEqualTo(TorchNatives.Source.CLASS_PATH);
        assertThat(natives.flavor()).isEqualTo("cpu");
        assertThat(natives.version()).startsWith("2.7.1");
        assertThat(natives.forGpu()).isFalse();
        assertThat(natives.problem()).isEmpty();
    }

    @Test
    void libraryPathTakesPrecedenceAndRequiresASupportedFlavor() throws IOException {
        Files.createFile(folder.resolve(System.mapLibraryName("torch")));
        System.setProperty("PYTORCH_LIBRARY_PATH", folder.toString());
        assertThat(TorchNatives.configured().source()).isEqualTo(TorchNatives.Source.LIBRARY_PATH);
        assertThat(TorchNatives.configured().problem().orElseThrow())
                .contains("PYTORCH_FLAVOR is ''", "expected cpu or cu128");
        System.setProperty("PYTORCH_FLAVOR", "cu126");
        assertThat(TorchNatives.configured().problem()).isPresent();
        System.setProperty("PYTORCH_FLAVOR", "cu128");
        System.setProperty("PYTORCH_VERSION", "2.7.1");
        TorchNatives gpu = TorchNatives.configured();
        assertThat(gpu.forGpu()).isTrue();
        assertThat(gpu.version()).isEqualTo("2.7.1");
        assumeTrue(gpu.classifier().equals("linux-x86_64"), "pytorch-jni has no GPU flavor here");
        assertThat(gpu.problem()).isEmpty();
    }

    @Test
    void libraryPathWithoutLibtorchIsReported() {
        System.setProperty("PYTORCH_LIBRARY_PATH", folder.toString());
        System.setProperty("PYTORCH_FLAVOR", "cpu");
        assertThat(TorchNatives.configured().problem().orElseThrow())
                .contains("PYTORCH_LIBRARY_PATH=" + folder, "does not contain");
    }
}
