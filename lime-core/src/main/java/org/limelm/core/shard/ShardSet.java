package org.limelm.core.shard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.limelm.core.LimeException;
import org.limelm.core.io.IoErrors;
import org.limelm.core.metadata.MetadataSchema;

/** The shards of a folder, read as one sequence of pieces and documents. */
public final class ShardSet implements PieceColumns, AutoCloseable {
    private final Path folder;
    private final ShardManifest manifest;
    private final List<Shard> shards;
    private final long[] firstTokens;
    private final long[] firstDocuments;

    /**
     * The location of a document.
     *
     * @param shard number of its shard
     * @param from its first piece within the shard
     * @param to one past its last piece
     */
    public record DocumentSpan(int shard, long from, long to) {}

    private ShardSet(Path folder, ShardManifest manifest, List<Shard> shards) {
        this.folder = folder;
        this.manifest = manifest;
        this.shards = List.copyOf(shards);
        this.firstTokens = new long[shards.size() + 1];
        this.firstDocuments = new long[shards.size() + 1];
        for (int i = 0; i < shards.size(); i++) {
            firstTokens[i + 1] = firstTokens[i] + shards.get(i).tokenCount();
            firstDocuments[i + 1] = firstDocuments[i] + shards.get(i).documentCount();
        }
    }

    /**
     * Opens the shards that a folder's manifest lists, and checks their sizes and headers against
     * it. {@link #verify} also checks every byte.
     *
     * @throws LimeException if the folder is incomplete, or a file is missing, damaged or newer
     */
    public static ShardSet open(Path folder) {
        if (Files.isDirectory(folder) && !Files.exists(folder.resolve(ShardManifest.FILE))) {
            throw new LimeException(
                    "[%s] no %s: not a prepared corpus, or its preparation did not finish. Hint: run annotate again, it resumes where it stopped"
                            .formatted(folder, ShardManifest.FILE));
        }
        ShardManifest manifest = ShardManifest.read(folder);
        List<Shard> shards = new ArrayList<>();
        for (ShardEntry entry : manifest.shards()) {
            Path file = folder.resolve(entry.file());
            require(file, "bytes", sizeOf(file), entry.fileBytes());
            Shard shard =
                    Shard.open(file, manifest.schema(), manifest.tokenizer().vocabularySize());
            require(file, "documents", shard.documentCount(), entry.documents());
            require(file, "tokens", shard.tokenCount(), entry.tokens());
            shards.add(shard);
        }
        return new ShardSet(folder, manifest, shards);
    }

    /** Returns what the manifest says. */
    public ShardManifest manifest() {
        return manifest;
    }

    /** Returns the shards in order. */
    public List<Shard> shards() {
        return shards;
    }

    /**
     * Returns the manifest's {@link ShardManifest#fingerprint}, which is that of the content once
     * it has been verified.
     */
    public String fingerprint() {
        return manifest.fingerprint();
    }

    @Override
    public long tokenCount() {
        return firstTokens[shards.size()];
    }

    /** Returns the number of documents of all shards. */
    public long documentCount() {
        return firstDocuments[shards.size()];
    }

    /**
     * Returns the location of a document.
     *
     * @throws IndexOutOfBoundsException if there is no such document
     */
    public DocumentSpan document(long document) {
        int shard = find(firstDocuments, document);
        int local = (int) (document - firstDocuments[shard]);
        return new DocumentSpan(
                shard,
                shards.get(shard).documentStart(local),
                shards.get(shard).documentStart(local + 1));
    }

    /**
     * Returns the first piece of a document in the sequence of all shards, or {@link #tokenCount}
     * for the document after the last.
     */
    public long documentStart(long document) {
        if (document == documentCount()) {
            return tokenCount();
        }
        DocumentSpan span = document(document);
        return firstTokens[span.shard()] + span.from();
    }

    /**
     * Returns the document that holds a piece of the sequence of all shards.
     *
     * @throws IndexOutOfBoundsException if there is no such piece
     */
    public long documentOf(long token) {
        int shard = find(firstTokens, token);
        return firstDocuments[shard] + shards.get(shard).documentOf(token - firstTokens[shard]);
    }

    /**
     * Returns the id and the origin of a document. Reads the document list of the whole shard, so
     * use it for messages only.
     *
     * @throws LimeException if the list is missing or damaged
     * @throws IndexOutOfBoundsException if there is no such document
     */
    public DocumentName documentName(long document) {
        int shard = find(firstDocuments, document);
        int local = (int) (document - firstDocuments[shard]);
        return shards.get(shard).documentNames().get(local);
    }

    @Override
    public void readTokens(long from, int[] into, int offset, int count) {
        read(from, offset, count, (shard, at, to, n) -> shard.readTokens(at, into, to, n));
    }

    @Override
    public void readTags(int feature, long from, int[] into, int offset, int count) {
        read(from, offset, count, (shard, at, to, n) -> shard.readTags(feature, at, into, to, n));
    }

    @Override
    public void readByteLengths(long from, int[] into, int offset, int count) {
        read(from, offset, count, (shard, at, to, n) -> shard.readByteLengths(at, into, to, n));
    }

    /** Reads one column of one shard. */
    private interface ShardRead {
        void read(Shard shard, long from, int offset, int count);
    }

    private void read(long from, int offset, int count, ShardRead column) {
        int done = 0;
        while (done < count) {
            int shard = find(firstTokens, from + done);
            long at = from + done - firstTokens[shard];
            int step = (int) Math.min(count - done, shards.get(shard).tokenCount() - at);
            column.read(shards.get(shard), at, offset + done, step);
            done += step;
        }
    }

    /** Returns the shard that contains an index; empty shards contain none. */
    private int find(long[] firsts, long index) {
        if (index < 0 || index >= firsts[shards.size()]) {
            throw new IndexOutOfBoundsException(
                    "[%s] %d of %d".formatted(folder, index, firsts[shards.size()]));
        }
        int found = Arrays.binarySearch(firsts, index);
        if (found < 0) {
            return -found - 2;
        }
        while (firsts[found + 1] == index) {
            found++;
        }
        return found;
    }

    /**
     * Rejects shards whose pieces were made by another tokenizer.
     *
     * @param sha256 hash of the tokenizer file to be used
     * @throws LimeException if the hashes differ
     */
    public void requireTokenizer(String sha256) {
        if (!manifest.tokenizer().sha256().equals(sha256)) {
            throw new LimeException(
                    "[%s] its tokens were made by tokenizer %s, expected %s. Hint: annotate with this tokenizer, or use the other one"
                            .formatted(folder, manifest.tokenizer().sha256(), sha256));
        }
    }

    /**
     * Rejects shards with another metadata schema.
     *
     * @param schema the schema to be used
     * @throws LimeException if the schemas differ; the message names the difference
     */
    public void requireSchema(MetadataSchema schema) {
        if (!manifest.schema().equals(schema)) {
            throw new LimeException(
                    "[%s] its metadata schema differs: %s. Hint: annotate with the same tag sets"
                            .formatted(folder, SchemaDifference.of(manifest.schema(), schema)));
        }
    }

    /**
     * Hashes the files that have changed since they were last hashed, and caches the hashes in the
     * folder, if it is writable. Damage that leaves no trace in the file system is found only by
     * {@link #verifyContent}.
     *
     * @throws LimeException if a file does not match the manifest
     */
    public void verifyChanged() {
        requireHashes(ContentStamps.read(folder));
    }

    /**
     * Hashes every file.
     *
     * @throws LimeException if a file does not match the manifest
     */
    public void verifyContent() {
        requireHashes(ContentStamps.none(folder));
    }

    /**
     * Verifies every byte: hashes, ids, tags and lengths.
     *
     * @throws LimeException if a file does not match the manifest
     */
    public void verify() {
        verifyContent();
        for (int i = 0; i < shards.size(); i++) {
            ShardEntry entry = manifest.shards().get(i);
            Path file = folder.resolve(entry.file());
            require(file, "bytes of text", shards.get(i).verify(), entry.bytes());
            shards.get(i).documentNames();
        }
    }

    private void requireHashes(ContentStamps stamps) {
        manifest.shards().parallelStream()
                .forEach(
                        entry -> {
                            requireHash(stamps, entry.file(), entry.sha256());
                            requireHash(stamps, entry.documentsFile(), entry.documentsSha256());
                        });
        stamps.write();
    }

    private void requireHash(ContentStamps stamps, String name, String expected) {
        String actual = stamps.sha256(name);
        if (!actual.equals(expected)) {
            throw new LimeException(
                    "[%s] SHA-256 is %s, expected %s according to %s. Hint: was the file changed, or is the disk failing? Annotate again, or download it again"
                            .formatted(folder.resolve(name), actual, expected, ShardManifest.FILE));
        }
    }

    private static void require(Path file, String what, long actual, long expected) {
        if (actual != expected) {
            throw new LimeException(
                    "[%s] %d %s, expected %d according to %s. Hint: is the file truncated, or from another run?"
                            .formatted(file, actual, what, expected, ShardManifest.FILE));
        }
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw IoErrors.cannotRead(file, e);
        }
    }

    /** Closes all shards. */
    @Override
    public void close() {
        shards.forEach(Shard::close);
    }
}
