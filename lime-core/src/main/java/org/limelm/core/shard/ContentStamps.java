package org.limelm.core.shard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.limelm.core.LimeException;
import org.limelm.core.io.IoErrors;
import org.limelm.core.io.Json;
import org.limelm.core.io.Sha256;

/**
 * A cache of the hashes of a folder's files: {@code .verified.json}. A file whose size and time of
 * change are unchanged has the same hash. The cache only saves time: if it is missing or cannot be
 * written, files are hashed again.
 */
final class ContentStamps {
    /** Name of the cache file. */
    static final String FILE = ".verified.json";

    private final Path folder;
    private final Map<String, Stamp> stamps;
    private volatile boolean changed;

    /**
     * The state of a file when it was hashed.
     *
     * @param bytes its size
     * @param changed time of its last change, according to the file system
     * @param sha256 its hash
     */
    record Stamp(long bytes, String changed, String sha256) {
        boolean sameState(Stamp other) {
            return bytes == other.bytes && changed.equals(other.changed);
        }
    }

    /** The content of the cache file. */
    record Stamps(Map<String, Stamp> files) {}

    private ContentStamps(Path folder, Map<String, Stamp> stamps) {
        this.folder = folder;
        this.stamps = new ConcurrentHashMap<>(stamps);
    }

    /** Returns an empty cache: every file of the folder is hashed. */
    static ContentStamps none(Path folder) {
        return new ContentStamps(folder, Map.of());
    }

    /** Reads the cache of a folder; a missing or damaged one is empty. */
    static ContentStamps read(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            return Files.isRegularFile(file)
                    ? new ContentStamps(folder, Json.read(file, Stamps.class).files())
                    : none(folder);
        } catch (LimeException e) {
            return none(folder);
        }
    }

    /**
     * Returns the hash of a file's content, from the cache if it is current.
     *
     * @throws LimeException if the file cannot be read
     */
    String sha256(String name) {
        Path file = folder.resolve(name);
        Stamp now = state(file, "");
        Stamp known = stamps.get(name);
        if (known != null && known.sameState(now)) {
            return known.sha256();
        }
        String sha256 = Sha256.ofFile(file);
        if (state(file, "").equals(now)) { // otherwise it is being written
            stamps.put(name, state(file, sha256));
            changed = true;
        }
        return sha256;
    }

    private static Stamp state(Path file, String sha256) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.size(), lastChange(file, attributes), sha256);
        } catch (IOException e) {
            throw IoErrors.cannotRead(file, e);
        }
    }

    /** Returns the time of the last change of any kind, which programs cannot reset. */
    private static String lastChange(Path file, BasicFileAttributes attributes) throws IOException {
        String modified = attributes.lastModifiedTime().toInstant().toString();
        try {
            return modified + " " + Files.getAttribute(file, "unix:ctime");
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return modified;
        }
    }

    /** Writes the cache, if it has changed and the folder is writable. */
    void write() {
        if (changed) {
            try {
                Json.write(folder.resolve(FILE), new Stamps(new TreeMap<>(stamps)));
            } catch (LimeException e) {
                changed = false; // a read-only folder: hashed again next time
            }
        }
    }
}
