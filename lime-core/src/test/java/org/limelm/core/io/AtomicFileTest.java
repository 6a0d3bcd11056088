package org.limelm.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.core.LimeException;

class AtomicFileTest {
    private static final String OLD = "the old content";
    private static final String NEW = "the new content, which is longer";

    /** Steps of one write: create, four writes of the body, sync, rename, sync the folder. */
    private static final int STEPS = 8;

    @Test
    void theStepsAreInTheOrderThatMakesARenameDurable() throws IOException {
        try (FileSystem disk = Jimfs.newFileSystem(Configuration.unix())) {
            FailingSteps steps = new FailingSteps(Integer.MAX_VALUE, false);
            write(disk.getPath("/work/target"), steps);
            assertThat(steps.done)
                    .containsExactly(
                            "create",
                            "write",
                            "write",
                            "write",
                            "write",
                            "sync",
                            "rename",
                            "syncFolder");
            assertThat(steps.done).hasSize(STEPS);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void afterAFailureAtAnyStepTheFileIsOldOrNewAndNothingElseRemains(int step) throws IOException {
        try (FileSystem disk = Jimfs.newFileSystem(Configuration.unix())) {
            Path target = disk.getPath("/work/target");
            Files.writeString(target, OLD);
            FailingSteps steps = new FailingSteps(step, false);
            assertThatThrownBy(() -> write(target, steps)).hasMessage("step " + step);
            assertThat(Files.readString(target)).isEqualTo(step < STEPS - 1 ? OLD : NEW);
            assertThat(siblings(target)).containsExactly("target");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void afterDeathAtAnyStepTheFileIsOldOrNewAndLeftoversCanBeRemoved(int step) throws IOException {
        try (FileSystem disk = Jimfs.newFileSystem(Configuration.unix())) {
            Path target = disk.getPath("/work/target");
            Files.writeString(target, OLD);
            FailingSteps steps = new FailingSteps(step, true);
            assertThatThrownBy(() -> write(target, steps)).hasMessage("step " + step);
            assertThat(Files.readString(target)).isEqualTo(step < STEPS - 1 ? OLD : NEW);
            AtomicFile.removeLeftovers(disk.getPath("/work"));
            assertThat(siblings(target)).containsExactly("target");
            write(target, new FailingSteps(Integer.MAX_VALUE, false));
            assertThat(Files.readString(target)).isEqualTo(NEW);
        }
    }

    @Test
    void aFailingBodyLeavesTheOldFile(@TempDir Path folder) throws IOException {
        Path target = folder.resolve("target");
        AtomicFile.writeString(target, OLD);
        assertThatThrownBy(
                        () ->
                                AtomicFile.write(
                                        target,
                                        out -> {
                                            out.write(1);
                                            throw new IOException("No space left on device");
                                        }))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining(
                        "[" + target + "] cannot be written: No space left on device");
        assertThatThrownBy(
                        () ->
                                AtomicFile.write(
                                        target,
                                        out -> {
                                            throw new IllegalStateException("a defect");
                                        }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(Files.readString(target)).isEqualTo(OLD);
        assertThat(siblings(target)).containsExactly("target");
    }

    @Test
    void aMissingFolderIsNamed(@TempDir Path folder) {
        Path target = folder.resolve("no/target");
        assertThatThrownBy(() -> AtomicFile.writeString(target, NEW))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("[" + target + "] cannot be written: no such file or folder")
                .hasMessageContaining("Hint: check that its folder exists");
    }

    @Test
    void aFileOnTheRealDiskIsReplaced(@TempDir Path folder) throws IOException {
        Path target = folder.resolve("a b ü");
        AtomicFile.writeString(target, OLD);
        AtomicFile.writeString(target, NEW);
        assertThat(Files.readString(target)).isEqualTo(NEW);
        assertThat(siblings(target)).containsExactly("a b ü");
    }

    private static void write(Path target, FailingSteps steps) throws IOException {
        Files.createDirectories(target.getParent());
        AtomicFile.write(
                target,
                channel -> {
                    byte[] bytes = NEW.getBytes(StandardCharsets.UTF_8);
                    int quarter = bytes.length / 4;
                    for (int i = 0; i < 4; i++) {
                        steps.step("write");
                        channel.write(ByteBuffer.wrap(bytes, i * quarter, quarter));
                    }
                },
                steps);
    }

    private static List<String> siblings(Path target) throws IOException {
        try (Stream<Path> files = Files.list(target.getParent())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** Fails at one step; if it simulates the death of the process, deletes nothing afterwards. */
    private static final class FailingSteps implements AtomicFile.Steps {
        private final List<String> done = new ArrayList<>();
        private final int failAt;
        private final boolean death;

        FailingSteps(int failAt, boolean death) {
            this.failAt = failAt;
            this.death = death;
        }

        void step(String name) throws IOException {
            if (done.size() == failAt) {
                throw new IOException("step " + failAt);
            }
            done.add(name);
        }

        @Override
        public FileChannel create(Path temporary) throws IOException {
            step("create");
            return AtomicFile.Steps.super.create(temporary);
        }

        @Override
        public void sync(FileChannel channel) throws IOException {
            step("sync");
            AtomicFile.Steps.super.sync(channel);
        }

        @Override
        public void rename(Path temporary, Path target) throws IOException {
            step("rename");
            AtomicFile.Steps.super.rename(temporary, target);
        }

        @Override
        public void delete(Path temporary) throws IOException {
            if (!death) {
                AtomicFile.Steps.super.delete(temporary);
            }
        }

        /** The in-memory file system cannot sync folders. */
        @Override
        public void syncFolder(Path folder) throws IOException {
            step("syncFolder");
        }
    }
}
