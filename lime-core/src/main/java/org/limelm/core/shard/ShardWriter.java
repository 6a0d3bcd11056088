package org.limelm.core.shard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.IoErrors;
import org.limelm.core.io.Json;
import org.limelm.core.io.Sha256;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.tensorfile.DType;
import org.limelm.core.tensorfile.SafetensorsWriter;
import org.limelm.core.tensorfile.TensorSource;
import org.limelm.core.text.TaggedPieces;

/** Writes shards; the same documents give the same bytes. */
public final class ShardWriter {
    private static final int BUFFER_BYTES = 1 << 16;

    private ShardWriter() {}

    /** Returns the name of the shard with this number: {@code shard-00012.safetensors}. */
    public static String fileName(int number) {
        return String.format(Locale.ROOT, "shard-%05d%s", number, ShardFormat.EXTENSION);
    }

    /**
     * Writes the list of documents, then the shard, so that a shard that exists is complete.
     *
     * @param file the shard, with a name that ends in {@code .safetensors}
     * @param schema the features, one per column of tags
     * @param vocabularySize exclusive upper bound of the ids
     * @return the shard's entry for the manifest
     * @throws org.limelm.core.LimeException if the disk fails or is full
     * @throws IllegalArgumentException if an id is outside the vocabulary, a tag outside its tag
     *     set, a piece longer than 65,535 bytes, or a document has another number of features
     */
    public static ShardEntry write(
            Path file, MetadataSchema schema, int vocabularySize, List<ShardDocument> documents) {
        for (ShardDocument document : documents) {
            check(document, schema, vocabularySize);
        }
        Path documentsFile = ShardFormat.documentsFile(file);
        String names =
                documents.stream()
                        .map(document -> Json.toLine(document.name()) + "\n")
                        .collect(Collectors.joining());
        AtomicFile.writeString(documentsFile, names);

        List<TaggedPieces> pieces = documents.stream().map(ShardDocument::pieces).toList();
        long tokens = pieces.stream().mapToLong(TaggedPieces::size).sum();
        String sha256 =
                SafetensorsWriter.write(
                        file,
                        metadata(schema, vocabularySize),
                        columns(schema, vocabularySize, pieces, tokens));
        return new ShardEntry(
                String.valueOf(file.getFileName()),
                sizeOf(file),
                sha256,
                String.valueOf(documentsFile.getFileName()),
                Sha256.of(names),
                documents.size(),
                tokens,
                pieces.stream().mapToLong(ShardWriter::textBytes).sum());
    }

    private static Map<String, String> metadata(MetadataSchema schema, int vocabularySize) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(ShardFormat.FORMAT_KEY, ShardFormat.FORMAT);
        metadata.put(ShardFormat.VERSION_KEY, Integer.toString(ShardFormat.VERSION));
        metadata.put(ShardFormat.SCHEMA_KEY, schema.fingerprint());
        metadata.put(ShardFormat.VOCABULARY_KEY, Integer.toString(vocabularySize));
        return metadata;
    }

    private static List<TensorSource> columns(
            MetadataSchema schema, int vocabularySize, List<TaggedPieces> pieces, long tokens) {
        List<TensorSource> columns = new ArrayList<>();
        columns.add(
                new TensorSource(
                        ShardFormat.DOCUMENT_STARTS,
                        DType.I64,
                        List.of(pieces.size() + 1L),
                        channel -> writeStarts(pieces, channel)));
        columns.add(
                column(
                        ShardFormat.TOKENS,
                        ShardFormat.tokenType(vocabularySize),
                        tokens,
                        pieces,
                        TaggedPieces::tokens));
        columns.add(
                column(ShardFormat.BYTES, DType.U16, tokens, pieces, TaggedPieces::byteLengths));
        for (int f = 0; f < schema.size(); f++) {
            Feature feature = schema.features().get(f);
            int index = f;
            columns.add(
                    column(
                            ShardFormat.column(feature),
                            ShardFormat.tagType(feature),
                            tokens,
                            pieces,
                            document -> document.tags().get(index)));
        }
        return columns;
    }

    private static TensorSource column(
            String name,
            DType type,
            long tokens,
            List<TaggedPieces> documents,
            Function<TaggedPieces, int[]> values) {
        return new TensorSource(
                name,
                type,
                List.of(tokens),
                channel -> {
                    ByteBuffer buffer = newBuffer();
                    for (TaggedPieces document : documents) {
                        for (int value : values.apply(document)) {
                            makeRoom(buffer, channel);
                            switch (type.bytes()) {
                                case 1 -> buffer.put((byte) value);
                                case 2 -> buffer.putShort((short) value);
                                default -> buffer.putInt(value);
                            }
                        }
                    }
                    drain(buffer, channel);
                });
    }

    private static void writeStarts(List<TaggedPieces> documents, WritableByteChannel channel)
            throws IOException {
        ByteBuffer buffer = newBuffer();
        long start = 0;
        buffer.putLong(start);
        for (TaggedPieces document : documents) {
            start += document.size();
            makeRoom(buffer, channel);
            buffer.putLong(start);
        }
        drain(buffer, channel);
    }

    private static ByteBuffer newBuffer() {
        return ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void makeRoom(ByteBuffer buffer, WritableByteChannel channel)
            throws IOException {
        if (!buffer.hasRemaining()) {
            drain(buffer, channel);
        }
    }

    private static void drain(ByteBuffer buffer, WritableByteChannel channel) throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    private static long textBytes(TaggedPieces document) {
        long bytes = 0;
        for (int length : document.byteLengths()) {
            bytes += length;
        }
        return bytes;
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw IoErrors.cannotRead(file, e);
        }
    }

    private static void check(ShardDocument document, MetadataSchema schema, int vocabularySize) {
        TaggedPieces pieces = document.pieces();
        if (pieces.tags().size() != schema.size()) {
            throw new IllegalArgumentException(
                    "[document %s] %d tag columns expected, found %d. Hint: was it tagged with another metadata schema?"
                            .formatted(document.name(), schema.size(), pieces.tags().size()));
        }
        requireBelow(vocabularySize, pieces.tokens(), "token id", document);
        requireBelow(
                ShardFormat.MAX_PIECE_BYTES + 1, pieces.byteLengths(), "byte length", document);
        for (int f = 0; f < schema.size(); f++) {
            Feature feature = schema.features().get(f);
            requireBelow(feature.size(), pieces.tags().get(f), feature.name() + " tag", document);
        }
    }

    private static void requireBelow(int limit, int[] values, String what, ShardDocument document) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] < 0 || values[i] >= limit) {
                throw new IllegalArgumentException(
                        "[document %s, piece %d] %s %d, expected 0 to %d"
                                .formatted(document.name(), i, what, values[i], limit - 1));
            }
        }
    }
}
