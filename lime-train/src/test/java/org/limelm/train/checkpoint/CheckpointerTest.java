package org.limelm.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.core.LimeException;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.FolderLock;
import org.limelm.core.io.Json;
import org.limelm.core.io.Sha256;
import org.limelm.train.config.CheckpointConfig;

class CheckpointerTest {
    @TempDir Path folder;
    private final List<String> warnings = new ArrayList<>();

    private Checkpointer open(String resume, boolean strict) {
        return new Checkpointer(
                folder, new CheckpointConfig(0, 2, resume, strict, false), warnings::add);
    }

    private Path save(long step) {
        return open(CheckpointConfig.LATEST, false).save(step, into -> fill(into, step));
    }

    private static void fill(Path into, long step) {
        AtomicFile.writeString(into.resolve("state.json"), "state of step " + step);
        AtomicFile.writeString(into.resolve("model.safetensors"), "weights of step " + step);
    }

    private List<String> children() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void onlyLatestCheckpointsAreKept() throws IOException {
        for (long step = 1; step <= 4; step++) {
            save(step);
        }
        assertThat(children()).containsExactly("step-00000003", "step-00000004");
        assertThat(open(CheckpointConfig.LATEST, true).find())
                .contains(folder.resolve("step-00000004"));
    }

    @ParameterizedTest
    @CsvSource({
        "model.safetensors,flip",
        "model.safetensors,truncate",
        "model.safetensors,empty",
        "model.safetensors,delete",
        "state.json,flip",
        "state.json,truncate",
        "state.json,empty",
        "state.json,delete",
        "manifest.json,flip",
        "manifest.json,truncate",
        "manifest.json,empty",
        "manifest.json,delete",
        "COMPLETE,flip",
        "COMPLETE,truncate",
        "COMPLETE,empty",
        "COMPLETE,delete"
    })
    void damageToAnyFileIsReportedAndThePreviousCheckpointIsUsed(String file, String damage)
            throws IOException {
        Path good = save(1);
        Path bad = save(2);
        damage(bad.resolve(file), damage);

        assertThatThrownBy(() -> open(CheckpointConfig.LATEST, true).find())
                .isInstanceOf(DamagedCheckpointException.class)
                .hasMessageContaining(bad.toString());
        assertThat(open(CheckpointConfig.LATEST, false).find()).contains(good);
        assertThat(warnings).anyMatch(message -> message.contains(bad.toString()));
        assertThat(children()).contains("step-00000002");
        open(CheckpointConfig.LATEST, false).begin(1);
        assertThat(children()).contains("set-aside-step-00000002");
    }

    private static void damage(Path file, String damage) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        switch (damage) {
            case "flip" -> {
                bytes[bytes.length / 2] ^= 1;
                Files.write(file, bytes);
            }
            case "truncate" -> Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
            case "empty" -> Files.write(file, new byte[0]);
            case "delete" -> Files.delete(file);
            default -> throw new IllegalArgumentException(damage);
        }
    }

    @Test
    void checkpointsWithUnlistedFilesAreNotUsed() throws IOException {
        Path good = save(1);
        Path bad = save(2);
        Files.writeString(bad.resolve("optimizer.safetensors"), "added");
        assertThatThrownBy(() -> open(CheckpointConfig.LATEST, true).find())
                .isInstanceOf(DamagedCheckpointException.class)
                .hasMessageContaining("optimizer.safetensors] is not listed in manifest.json");
        assertThat(open(CheckpointConfig.LATEST, false).find()).contains(good);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../etc/passwd", "/etc/passwd", "a\\\\b", "a\\u0000b", ".."})
    void pathsInManifestsAreRejected(String name) throws IOException {
        Path checkpoint = save(1);
        Path manifest = checkpoint.resolve(CheckpointManifest.FILE);
        Files.writeString(manifest, Files.readString(manifest).replace("state.json", name));
        Files.writeString(
                checkpoint.resolve(CheckpointManifest.MARKER), Sha256.ofFile(manifest) + "\n");
        assertThatThrownBy(() -> open(CheckpointConfig.LATEST, true).find())
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("is not a plain name within its folder");
    }

    @Test
    void messageContainsActualAndExpectedHash() throws IOException {
        Path file = save(1).resolve("model.safetensors");
        Files.writeString(file, "other");
        assertThatThrownBy(() -> open(CheckpointConfig.LATEST, true).find())
                .hasMessageMatching("(?s).*SHA-256 is [0-9a-f]{64}, expected [0-9a-f]{64}.*");
    }

    @Test
    void allCheckpointsDamagedIsAnError() throws IOException {
        Files.delete(save(1).resolve("state.json"));
        assertThatThrownBy(() -> open(CheckpointConfig.LATEST, false).find())
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("all 1 checkpoints are damaged");
    }

    @Test
    void failedSaveLeavesOnlyExistingCheckpoints() throws IOException {
        save(1);
        assertThatThrownBy(
                        () ->
                                open(CheckpointConfig.LATEST, false)
                                        .save(
                                                2,
                                                into -> {
                                                    fill(into, 2);
                                                    throw new IOException("No space left");
                                                }))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("No space left");
        assertThat(children()).containsExactly("step-00000001");
        assertThat(open(CheckpointConfig.LATEST, true).find())
                .contains(folder.resolve("step-00000001"));
    }

    @Test
    void leftoversOfKilledProcessesAreRemoved() throws IOException {
        save(1);
        Path leftover = Files.createDirectory(folder.resolve(".step-00000002.tmp"));
        fill(leftover, 2);
        open(CheckpointConfig.LATEST, true).find();
        assertThat(children()).contains(".step-00000002.tmp");
        open(CheckpointConfig.LATEST, true).begin(1);
        assertThat(children()).containsExactly("step-00000001");
    }

    @Test
    void newerFormatIsRejectedInsteadOfSkipped() {
        save(1);
        Path newer = save(2);
        Json.write(
                newer.resolve(CheckpointManifest.FILE),
                new CheckpointManifest(CheckpointManifest.FORMAT_VERSION + 1, 2, List.of()));
        AtomicFile.writeString(
                newer.resolve(CheckpointManifest.MARKER),
                Sha256.ofFile(newer.resolve(CheckpointManifest.FILE)));
        assertThatThrownBy(() -> open(CheckpointConfig.LATEST, false).find())
                .isInstanceOf(LimeException.class)
                .isNotInstanceOf(DamagedCheckpointException.class)
                .hasMessageContaining("checkpoint format 2");
    }

    @Test
    void lockedFolderRejectsASecondRunUntilReleased() {
        FolderLock lock = RunLock.acquire(folder);
        assertThatThrownBy(() -> RunLock.acquire(folder))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("is training in this folder");
        lock.close();
        RunLock.acquire(folder).close();
    }
}
