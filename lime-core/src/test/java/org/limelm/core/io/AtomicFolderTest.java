package org.limelm.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.LimeException;

class AtomicFolderTest {
    @TempDir private Path folder;

    @Test
    void theFolderAppearsWithAllFiles() {
        Path target = folder.resolve("new/parent/model");
        AtomicFolder.write(
                target,
                into -> {
                    Files.writeString(into.resolve("a"), "a");
                    assertThat(target).doesNotExist();
                    Files.writeString(into.resolve("b"), "b");
                });
        assertThat(target).isDirectoryContaining("glob:**a").isDirectoryContaining("glob:**b");
        assertThat(folder.resolve("new/parent").toFile().list()).containsExactly("model");
    }

    @Test
    void afterAFailureNothingIsLeft() {
        assertThatThrownBy(
                        () ->
                                AtomicFolder.write(
                                        folder.resolve("model"),
                                        into -> {
                                            Files.createDirectory(into.resolve("sub"));
                                            Files.writeString(into.resolve("sub/a"), "a");
                                            throw new IOException("No space left on device");
                                        }))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("No space left on device");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void anEmptyFolderIsReplacedAndAFullOneIsKept() throws IOException {
        Path target = Files.createDirectory(folder.resolve("model"));
        AtomicFolder.write(target, into -> Files.writeString(into.resolve("a"), "first"));
        assertThatThrownBy(
                        () ->
                                AtomicFolder.write(
                                        target,
                                        into -> Files.writeString(into.resolve("a"), "second")))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("already exists");
        assertThat(target.resolve("a")).hasContent("first");
    }
}
