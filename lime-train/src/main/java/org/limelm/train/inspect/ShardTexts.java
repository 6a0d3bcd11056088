package org.limelm.train.inspect;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.LimeException;
import org.limelm.core.io.IoErrors;
import org.limelm.core.io.Sha256;
import org.limelm.core.metadata.Feature;
import org.limelm.core.shard.DocumentName;
import org.limelm.core.shard.ShardSet;

/** Decodes the documents of a folder of shards. */
public final class ShardTexts implements AutoCloseable {
    private final ShardSet shards;
    private final SubwordTokenizer tokenizer;
    private int namedShard = -1;
    private List<DocumentName> names = List.of();

    private ShardTexts(ShardSet shards, SubwordTokenizer tokenizer) {
        this.shards = shards;
        this.tokenizer = tokenizer;
    }

    /**
     * Opens a folder.
     *
     * @param tokenizerJson the tokenizer of the shards; without one, a {@code tokenizer*.json} in
     *     the folder or beside it is used, if it is the same
     * @throws LimeException if the shards cannot be read, or the tokenizer is missing or another
     */
    public static ShardTexts open(Path folder, Optional<Path> tokenizerJson) {
        ShardSet shards = ShardSet.open(folder);
        try {
            String sha256 = shards.manifest().tokenizer().sha256();
            Path file = tokenizerJson.orElseGet(() -> find(folder, sha256));
            shards.requireTokenizer(Sha256.ofFile(file));
            return new ShardTexts(
                    shards,
                    SubwordTokenizer.load(file, shards.manifest().tokenizer().endOfTextId()));
        } catch (RuntimeException e) {
            shards.close();
            throw e;
        }
    }

    private static Path find(Path folder, String sha256) {
        List<Path> places = new ArrayList<>(List.of(folder));
        Optional.ofNullable(folder.toAbsolutePath().getParent()).ifPresent(places::add);
        for (Path place : places) {
            try (Stream<Path> files = Files.list(place)) {
                Optional<Path> found =
                        files.filter(file -> isTokenizer(file))
                                .sorted()
                                .filter(file -> Sha256.ofFile(file).equals(sha256))
                                .findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
            } catch (IOException e) {
                throw IoErrors.cannotRead(place, e);
            }
        }
        throw new LimeException(
                "[%s] no tokenizer*.json with SHA-256 %s in or beside the folder. Hint: name the file that the shards were made with: --tokenizer FILE"
                        .formatted(folder, sha256));
    }

    private static boolean isTokenizer(Path file) {
        return String.valueOf(file.getFileName()).matches("tokenizer.*\\.json")
                && Files.isRegularFile(file);
    }

    /** Returns the names of the features. */
    public List<String> features() {
        return shards.manifest().schema().names();
    }

    /** Returns the features with their tags. */
    List<Feature> schema() {
        return shards.manifest().schema().features();
    }

    /** Returns the number of documents. */
    public long documentCount() {
        return shards.documentCount();
    }

    /**
     * Decodes a document.
     *
     * @param number its number in the folder, from 0
     * @throws LimeException if the shard is damaged
     * @throws IndexOutOfBoundsException if there is no such document
     */
    public DecodedDocument document(long number) {
        long first = shards.documentStart(number);
        int count = Math.toIntExact(shards.documentStart(number + 1) - first);
        int[] ids = new int[count];
        shards.readTokens(first, ids, 0, count);
        List<int[]> tags = new ArrayList<>();
        for (int f = 0; f < schema().size(); f++) {
            int[] column = new int[count];
            shards.readTags(f, first, column, 0, count);
            tags.add(column);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(4 * count);
        List<DecodedDocument.Piece> pieces = new ArrayList<>(count);
        int characters = 0; // that begin before the piece
        for (int i = 0; i < count; i++) {
            byte[] piece = tokenizer.pieceBytes(ids[i]);
            if (piece.length == 0) { // the end of text
                continue;
            }
            bytes.writeBytes(piece);
            boolean inside = isContinuation(piece[0]);
            int start = characters - (inside ? 1 : 0);
            for (byte value : piece) {
                characters += isContinuation(value) ? 0 : 1;
            }
            pieces.add(
                    new DecodedDocument.Piece(
                            new String(piece, StandardCharsets.UTF_8),
                            start,
                            characters,
                            names(tags, i)));
        }
        DocumentName name = name(number);
        return new DecodedDocument(
                number, name.id(), name.origin(), bytes.toString(StandardCharsets.UTF_8), pieces);
    }

    private static boolean isContinuation(byte value) {
        return (value & 0xC0) == 0x80;
    }

    private List<String> names(List<int[]> tags, int piece) {
        List<String> names = new ArrayList<>(tags.size());
        for (int f = 0; f < tags.size(); f++) {
            names.add(schema().get(f).tag(tags.get(f)[piece]));
        }
        return names;
    }

    private DocumentName name(long number) {
        int shard = shards.document(number).shard();
        if (shard != namedShard) {
            names = shards.shards().get(shard).documentNames();
            namedShard = shard;
        }
        long before = 0;
        for (int i = 0; i < shard; i++) {
            before += shards.shards().get(i).documentCount();
        }
        return names.get(Math.toIntExact(number - before));
    }

    @Override
    public void close() {
        tokenizer.close();
        shards.close();
    }
}
