package org.limelm.train.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.limelm.core.LimeException;
import org.limelm.core.io.AtomicFolder;
import org.limelm.core.io.IoConsumer;
import org.limelm.core.io.IoErrors;
import org.limelm.train.config.CheckpointConfig;

/**
 * A folder of checkpoints, each a folder such as {@code step-00000100} that is either complete or
 * absent.
 *
 * <p>To save, files are written and synced in {@code .step-00000100.tmp}, sealed with their hashes
 * ({@link CheckpointManifest}), and the folder is renamed atomically. On failure the temporary
 * folder is removed and existing checkpoints are unchanged; if the process dies, the next run
 * removes it in {@link #begin}. Old checkpoints are deleted only after a new one is complete.
 *
 * <p>The caller supplies the files ({@code loop.RunSaver}, {@link CheckpointTensors}).
 *
 * <p>Must be used by one process at a time, which the run lock ensures.
 */
public final class Checkpointer {
    private static final Pattern NAME = Pattern.compile("step-(\\d{8,18})");
    private static final String TEMPORARY = ".tmp";
    private static final String SET_ASIDE = "set-aside-";

    private final Path folder;
    private final CheckpointConfig config;
    private final Consumer<String> warnings;

    /**
     * Creates a checkpointer without touching the folder, which need not exist.
     *
     * @param warnings receives warnings about damaged checkpoints that were skipped
     */
    public Checkpointer(Path folder, CheckpointConfig config, Consumer<String> warnings) {
        this.folder = folder;
        this.config = config;
        this.warnings = warnings;
    }

    /**
     * Saves a checkpoint and deletes the oldest ones beyond the number to keep.
     *
     * @param step completed optimizer steps
     * @param body writes the files to the given folder
     * @return the checkpoint folder
     * @throws LimeException if the disk fails or is full; older checkpoints are intact
     */
    public Path save(long step, IoConsumer<Path> body) {
        Path target = folder.resolve(String.format(Locale.ROOT, "step-%08d", step));
        Path temporary =
                folder.resolve(String.format(Locale.ROOT, ".step-%08d%s", step, TEMPORARY));
        try {
            try {
                Files.createDirectories(folder);
                Files.createDirectory(temporary);
                body.accept(temporary);
                CheckpointManifest.seal(temporary, step);
                AtomicFolder.sync(temporary);
                if (Files.exists(target)) {
                    setAside(target);
                }
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
                AtomicFolder.sync(folder);
            } catch (IOException | RuntimeException | Error e) {
                AtomicFolder.removeAfterFailure(temporary, e);
                throw e;
            }
            List<Path> all = checkpoints();
            for (Path old : all.subList(Math.min(config.keep(), all.size()), all.size())) {
                delete(old);
            }
            return target;
        } catch (IOException e) {
            throw IoErrors.cannotWrite(target, e);
        }
    }

    /**
     * Returns the verified checkpoint to resume from according to the configuration; empty to start
     * from the beginning. Does not change the folder.
     *
     * @throws LimeException if {@code none} is configured but there are checkpoints; if the
     *     configured one, the latest one with {@code strict}, or all are damaged
     */
    public Optional<Path> find() {
        List<Path> all = checkpoints();
        return switch (config.resume()) {
            case CheckpointConfig.NONE -> {
                if (!all.isEmpty()) {
                    throw new LimeException(
                            ("[%s] contains checkpoints of an earlier run, expected none. Hint:"
                                            + " set checkpoint.resume=latest to resume it, or choose another"
                                            + " run.folder to start a new run")
                                    .formatted(folder));
                }
                yield Optional.empty();
            }
            case CheckpointConfig.LATEST -> latestValid(all);
            default -> {
                Path chosen = Path.of(config.resume());
                CheckpointManifest.verify(chosen);
                yield Optional.of(chosen);
            }
        };
    }

    private Optional<Path> latestValid(List<Path> newestFirst) {
        for (Path checkpoint : newestFirst) {
            try {
                CheckpointManifest.verify(checkpoint);
                return Optional.of(checkpoint);
            } catch (DamagedCheckpointException e) {
                if (config.strict()) {
                    throw e;
                }
                warnings.accept(e.getMessage() + " Trying the previous checkpoint.");
            }
        }
        if (!newestFirst.isEmpty()) {
            throw new LimeException(
                    "[%s] all %d checkpoints are damaged. Hint: start a new run in another run.folder"
                            .formatted(folder, newestFirst.size()));
        }
        return Optional.empty();
    }

    /**
     * Prepares the folder for a run that starts after the given step: creates it, removes leftovers
     * of killed processes, and renames later checkpoints to {@code set-aside-…}.
     *
     * @throws LimeException if the disk fails
     */
    public void begin(long step) {
        try {
            Files.createDirectories(folder);
            try (Stream<Path> children = Files.list(folder)) {
                for (Path child : children.toList()) {
                    if (child.getFileName().toString().endsWith(TEMPORARY)) {
                        delete(child);
                    }
                }
            }
        } catch (IOException e) {
            throw IoErrors.cannotWrite(folder, e);
        }
        checkpoints().stream().filter(later -> stepOf(later) > step).forEach(this::setAside);
    }

    private void setAside(Path checkpoint) {
        Path renamed = checkpoint.resolveSibling(SET_ASIDE + checkpoint.getFileName());
        try {
            if (Files.exists(renamed)) {
                delete(renamed);
            }
            Files.move(checkpoint, renamed, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw IoErrors.cannotWrite(renamed, e);
        }
        warnings.accept(
                String.format(
                        Locale.ROOT, "[%s] set aside as %s", checkpoint, renamed.getFileName()));
    }

    /** Returns the checkpoints, latest first, without verifying them. */
    public List<Path> checkpoints() {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(child -> NAME.matcher(child.getFileName().toString()).matches())
                    .sorted(Comparator.comparingLong(Checkpointer::stepOf).reversed())
                    .toList();
        } catch (IOException e) {
            throw IoErrors.cannotRead(folder, e);
        }
    }

    /** Returns the completed steps of a checkpoint folder, from its name. */
    public static long stepOf(Path checkpoint) {
        Matcher name = NAME.matcher(checkpoint.getFileName().toString());
        if (!name.matches()) {
            throw new IllegalArgumentException(checkpoint + " is not named like a checkpoint");
        }
        return Long.parseLong(name.group(1));
    }

    /**
     * Deletes a folder, its marker first, so that a partially deleted folder never looks complete.
     */
    private static void delete(Path directory) throws IOException {
        Files.deleteIfExists(directory.resolve(CheckpointManifest.MARKER));
        AtomicFolder.delete(directory);
    }
}
