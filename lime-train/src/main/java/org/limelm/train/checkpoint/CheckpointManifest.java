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
 * What a checkpoint's folder must hold: {@code manifest.json}. It is written after all other files,
 * and after it {@code COMPLETE}, which holds the manifest's own SHA-256.
 *
 * @param formatVersion {@value #FORMAT_VERSION}
 * @param step optimizer steps done
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
     * @param sha256 of its content, lower-case hex
     */
    record Entry(String file, long bytes, String sha256) {
        /** Refuses names that are paths. */
        Entry {
            PlainName.require(file);
        }
    }

    /** Lists and hashes a folder's files, and seals it with manifest and marker. */
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
     * Checks every byte of a checkpoint.
     *
     * @throws DamagedCheckpointException naming the first file that is not what was written
     * @throws LimeException if it is of a newer format
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
        requireNothingElse(folder, manifest);
        return manifest;
    }

    /** Refuses files that nothing vouches for: they would be read as if they had been checked. */
    private static void requireNothingElse(Path folder, CheckpointManifest manifest) {
        Set<String> known = new HashSet<>(Set.of(FILE, MARKER));
        manifest.files().forEach(entry -> known.add(entry.file()));
        try (Stream<Path> files = Files.list(folder)) {
            Optional<String> unknown =
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> !known.contains(name) && !name.startsWith("."))
                            .findFirst();
            if (unknown.isPresent()) {
                throw new DamagedCheckpointException(
                        "[%s] is not listed in %s. Hint: was it added, or the list changed?"
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
                    "[%s] %s is %s, expected %s. Hint: was the file changed or cut off, or is the disk failing?"
                            .formatted(file, what, actual, expected));
        }
    }
}
