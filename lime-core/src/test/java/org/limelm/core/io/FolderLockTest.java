package org.limelm.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.LimeException;

class FolderLockTest {
    @TempDir Path folder;

    @Test
    void aSecondAttemptInTheProcessFailsUntilTheOwnerReleasesTheLock() throws IOException {
        Path link =
                Files.createSymbolicLink(
                        folder.resolveSibling("link-" + folder.getFileName()), folder);
        FolderLock owner = FolderLock.tryAcquire(folder).orElseThrow();
        assertThat(FolderLock.tryAcquire(folder)).isEmpty();
        assertThat(FolderLock.tryAcquire(link)).isEmpty();
        assertThat(FolderLock.tryAcquire(folder.resolve("."))).isEmpty();
        owner.close();
        owner.close();
        try (FolderLock next = FolderLock.tryAcquire(folder).orElseThrow()) {
            owner.close();
            assertThat(FolderLock.tryAcquire(next.folder())).isEmpty();
        }
        Files.delete(link);
    }

    @Test
    void failedAttemptsLeaveTheFolderLockedForOtherProcesses() throws Exception {
        assertThat(otherProcess()).isEqualTo("free");
        try (FolderLock owner = FolderLock.tryAcquire(folder).orElseThrow()) {
            for (int i = 0; i < 3; i++) {
                assertThat(FolderLock.tryAcquire(folder)).isEmpty();
                assertThat(FolderLock.holder(owner.folder()))
                        .isEqualTo(Long.toString(ProcessHandle.current().pid()));
            }
            assertThat(otherProcess()).isEqualTo("held by " + ProcessHandle.current().pid());
        }
        assertThat(otherProcess()).isEqualTo("free");
    }

    @Test
    void aMissingFolderIsNamed() {
        assertThatThrownBy(() -> FolderLock.tryAcquire(folder.resolve("none")))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("none");
    }

    private String otherProcess() throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Attempt.class.getName(),
                                folder.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return said.strip();
    }

    /** What the other process does. */
    static final class Attempt {
        private Attempt() {}

        public static void main(String[] folder) {
            Path path = Path.of(folder[0]);
            String state =
                    FolderLock.tryAcquire(path)
                            .map(
                                    lock -> {
                                        lock.close();
                                        return "free";
                                    })
                            .orElseGet(() -> "held by " + FolderLock.holder(path));
            System.out.println(state);
        }
    }
}
