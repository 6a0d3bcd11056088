package org.limelm.core.tensorfile;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.Sha256;

/**
 * Writes safetensors files atomically and as a stream, so that a file may be much larger than
 * memory.
 *
 * <p>Tensors are sorted by decreasing element size, then in the order given. The header is padded
 * to a multiple of 8 bytes, so that every element is aligned, as PyTorch's loader requires.
 */
public final class SafetensorsWriter {
    private static final int ALIGNMENT = 8;
    private static final JsonFactory JSON = new JsonFactory();

    private SafetensorsWriter() {}

    /**
     * Writes a file.
     *
     * @param metadata written in the map's iteration order
     * @return the SHA-256 of the bytes written
     * @throws org.limelm.core.LimeException if the disk fails or is full; an existing file is left
     *     unchanged
     * @throws IllegalArgumentException if two tensors share a name
     * @throws IllegalStateException if a source writes more or fewer bytes than its shape has
     */
    public static String write(
            Path file, Map<String, String> metadata, List<TensorSource> tensors) {
        List<TensorSource> ordered =
                tensors.stream().sorted(Comparator.comparingInt(t -> -t.dtype().bytes())).toList();
        byte[] header = header(metadata, ordered);
        MessageDigest sha256 = Sha256.newDigest();
        AtomicFile.writeChannel(
                file,
                channel -> {
                    ByteBuffer length = ByteBuffer.allocate(Long.BYTES);
                    length.order(ByteOrder.LITTLE_ENDIAN).putLong(0, header.length);
                    Section begin = new Section(channel, sha256, Long.BYTES + header.length);
                    begin.write(length);
                    begin.write(ByteBuffer.wrap(header));
                    for (TensorSource tensor : ordered) {
                        Section section = new Section(channel, sha256, tensor.bytes());
                        tensor.content().writeTo(section);
                        section.requireFull(tensor.name());
                    }
                });
        return Sha256.hex(sha256);
    }

    private static byte[] header(Map<String, String> metadata, List<TensorSource> tensors) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Set<String> names = new HashSet<>();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart(SafetensorsHeader.METADATA_KEY);
                for (Map.Entry<String, String> entry : metadata.entrySet()) {
                    json.writeStringField(entry.getKey(), entry.getValue());
                }
                json.writeEndObject();
            }
            long begin = 0;
            for (TensorSource tensor : tensors) {
                if (tensor.name().equals(SafetensorsHeader.METADATA_KEY)
                        || !names.add(tensor.name())) {
                    throw new IllegalArgumentException(
                            "Tensor name '" + tensor.name() + "' is reserved or duplicated");
                }
                long end = Math.addExact(begin, tensor.bytes());
                json.writeObjectFieldStart(tensor.name());
                json.writeStringField("dtype", tensor.dtype().name());
                writeNumbers(json, "shape", tensor.shape());
                writeNumbers(json, "data_offsets", List.of(begin, end));
                json.writeEndObject();
                begin = end;
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("Writing to memory failed", e);
        }
        int padding = Math.floorMod(-out.size(), ALIGNMENT);
        out.writeBytes(" ".repeat(padding).getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    private static void writeNumbers(JsonGenerator json, String name, List<Long> values)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (long value : values) {
            json.writeNumber(value);
        }
        json.writeEndArray();
    }

    /** A section of the file with a fixed length, hashed as it is written. */
    private static final class Section implements WritableByteChannel {
        private final FileChannel file;
        private final MessageDigest sha256;
        private final long bytes;
        private long written;

        Section(FileChannel file, MessageDigest sha256, long bytes) {
            this.file = file;
            this.sha256 = sha256;
            this.bytes = bytes;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            int count = source.remaining();
            written += count;
            if (written > bytes) {
                throw new IllegalStateException(written + " bytes written to a tensor of " + bytes);
            }
            sha256.update(source.duplicate());
            while (source.hasRemaining()) {
                file.write(source);
            }
            return count;
        }

        void requireFull(String name) {
            if (written != bytes) {
                throw new IllegalStateException(
                        "Tensor '" + name + "': " + written + " bytes written, expected " + bytes);
            }
        }

        @Override
        public boolean isOpen() {
            return file.isOpen();
        }

        /** Leaves the file open: other tensors follow. */
        @Override
        public void close() {}
    }
}
