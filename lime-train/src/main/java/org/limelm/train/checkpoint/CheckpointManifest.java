package org.limelm.train.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.limelm.core.LimeException;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.IoErrors;
import org.limelm.core.io.Json;
import org.limelm.core.io.PlainName;
import org.limelm.core.io.Sha256;

/**
 * The manifest of a checkpoint folder, {@code manifest.json}. It is written after all other files
 * and followed by the marker {@code COMPLETE}, which contains the SHA-256 of the manifest.
 *
 * @param formatVersion {@value #FORMAT_VERSION}
 * @param step completed optimizer steps
 * @param files every other file of the folder, in alphabetical order
 */
record CheckpointManifest(int formatVersion, long step, List<Entry> files) {
    static final int FORMAT_VERSION = 1;
    static final String FILE = "manifest.json";
    static final String MARKER = "COMPLETE";

    /**
     * One file.
     *
     * @param file name within the folder
     * @param bytes its length
     * @param sha256 SHA-256 of its content, lower-case hex
     */
    record Entry(String file, long bytes, String sha256) {
        /** Rejects names that are paths. */
        Entry {
            PlainName.require(file);
        }
    }

    /** Hashes the files of a folder and writes manifest and marker. */
    static void seal(Path folder, long step) {
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                entries.add(
                        new Entry(
                                file.getFileName().toString(),
                                Files.size(file),
                                Sha256.ofFile(file)));
            }
        } catch (IOException e) {
            throw IoErrors.cannotRead(folder, e);
        }
        Json.write(folder.resolve(FILE), new CheckpointManifest(FORMAT_VERSION, step, entries));
        AtomicFile.writeString(folder.resolve(MARKER), Sha256.ofFile(folder.resolve(FILE)) + "\n");
    }

    /**
     * Verifies all files of a checkpoint.
     *
     * @throws DamagedCheckpointException naming the first file that differs from what was written
     * @throws LimeException if it has a newer format
     */
    static CheckpointManifest verify(Path folder) {
        Path manifestFile = folder.resolve(FILE);
        String sealed = marker(folder);
        requireEqual(manifestFile, "SHA-256", hash(manifestFile), sealed);
        int version = Json.readTree(manifestFile).path("formatVersion").asInt();
        if (version > FORMAT_VERSION) {
            throw new LimeException(
                    "[%s] checkpoint format %d, this version of LIME reads up to %d. Hint: update LIME"
                            .formatted(folder, version, FORMAT_VERSION));
        }
        CheckpointManifest manifest = Json.read(manifestFile, CheckpointManifest.class);
        for (Entry entry : manifest.files()) {
            Path file = folder.resolve(entry.file());
            requireEqual(file, "SHA-256", hash(file), entry.sha256());
        }
        rejectUnlistedFiles(folder, manifest);
        return manifest;
    }

    /**
     * Rejects files that are not in the manifest, since they would be read without verification.
     */
    private static void rejectUnlistedFiles(Path folder, CheckpointManifest manifest) {
        Set<String> known = new HashSet<>(Set.of(FILE, MARKER));
        manifest.files().forEach(entry -> known.add(entry.file()));
        try (Stream<Path> files = Files.list(folder)) {
            Optional<String> unknown =
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> !known.contains(name) && !name.startsWith("."))
                            .findFirst();
            if (unknown.isPresent()) {
                throw new DamagedCheckpointException(
                        "[%s] is not listed in %s. Hint: remove the file if it was added by hand"
                                .formatted(folder.resolve(unknown.get()), FILE));
            }
        } catch (IOException e) {
            throw new DamagedCheckpointException(
                    "[%s] cannot be read: %s".formatted(folder, IoErrors.reason(e)), e);
        }
    }

    private static String marker(Path folder) {
        Path marker = folder.resolve(MARKER);
        try {
            return Files.readString(marker).strip();
        } catch (IOException e) {
            throw new DamagedCheckpointException(
                    "[%s] cannot be read: %s".formatted(marker, IoErrors.reason(e)), e);
        }
    }

    private static String hash(Path file) {
        try {
            return Sha256.ofFile(file);
        } catch (LimeException e) {
            throw new DamagedCheckpointException(String.valueOf(e.getMessage()), e);
        }
    }

    private static void requireEqual(Path file, String what, String actual, String expected) {
        if (!actual.equals(expected)) {
            throw new DamagedCheckpointException(
                    "[%s] %s is %s, expected %s. Hint: the file was changed or truncated, or the disk is failing"
                            .formatted(file, what, actual, expected));
        }
    }
}
