package org.limelm.core.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.LimeException;

class NativeFailureTest {
    @TempDir private Path folder;

    @Test
    void theFolderThatCannotBeWrittenIsTheReason() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        Throwable hidden = new IllegalStateException("Unexpected flavor: cpu");
        assertThat(NativeFailure.explain(hidden, file.resolve("cache")))
                .hasMessageContainingAll("[native library]", file.toString(), "DJL_CACHE_DIR")
                .hasCause(hidden);
    }

    @Test
    void aFolderThatCanBeWrittenIsNotBlamed() throws IOException {
        Path cache = folder.resolve("cache");
        Throwable reason = new UnsatisfiedLinkError("libstdc++ is too old");
        assertThat(NativeFailure.explain(new IllegalStateException("failed", reason), cache))
                .hasMessageContaining("loaded: libstdc++ is too old.");
        assertThat(cache).isEmptyDirectory();
    }

    @Test
    void onlyFailuresOfLoadingAreExplained() {
        IOException missing = new NoSuchFileException("/nope");
        assertThat(NativeFailure.explain(new IllegalStateException("x", missing)).orElseThrow())
                .hasMessageContaining("/nope: no such file or folder");
        assertThat(NativeFailure.explain(new IllegalStateException("x"))).isEmpty();
        assertThat(NativeFailure.explain(missing)).isEmpty();
        assertThat(NativeFailure.explain(new LimeException("own", missing))).isEmpty();
        assertThat(NativeFailure.explain(new NoSuchMethodError("f"))).isEmpty();
        Error missingClass = new NoClassDefFoundError("org/x/Y");
        missingClass.initCause(new ClassNotFoundException("org.x.Y"));
        assertThat(NativeFailure.explain(missingClass)).isEmpty();
    }
}
