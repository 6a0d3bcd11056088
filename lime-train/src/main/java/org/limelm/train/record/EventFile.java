package org.limelm.train.record;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;
import org.limelm.core.io.IoErrors;

/**
 * A TensorBoard event file with scalar curves and texts over steps.
 *
 * <p>Framing (TensorFlow, {@code lib/io/record_writer.h}): per record the length as u64, its masked
 * CRC-32C, the bytes, their masked CRC-32C, all little-endian; {@code masked = rotateRight(crc, 15)
 * + 0xa282ead8}. A record is a protocol buffer {@code Event} (TensorFlow, {@code
 * util/event.proto}), of which these fields are written:
 *
 * <ul>
 *   <li>1: wall time, double, seconds
 *   <li>2: step, varint
 *   <li>3: file version, string, in the first record only
 *   <li>5: summary, of values (1) with a tag (1) and a float (2); a text has instead metadata (9)
 *       of plugin data (1) with the plugin's name (1), and a tensor (8) with a type (1), a shape
 *       (2) of dimensions (2) with a size (1), and strings (8)
 *   <li>7: session log, whose status (1) START makes TensorBoard discard later steps of older files
 * </ul>
 */
final class EventFile implements AutoCloseable {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;
    private static final int STATUS_START = 1;
    private static final int TYPE_STRING = 7;

    private final Path file;
    private final OutputStream out;

    /**
     * Creates a file with a unique name in the folder.
     *
     * @param firstStep the first step that will be written
     */
    EventFile(Path folder, long firstStep) {
        long seconds = System.currentTimeMillis() / 1000;
        this.file =
                folder.resolve(
                        String.format(
                                Locale.ROOT,
                                "events.out.tfevents.%d.lime.%d.%d",
                                seconds,
                                ProcessHandle.current().pid(),
                                firstStep));
        try {
            Files.createDirectories(folder);
            out = new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE));
            Message version = event(0);
            version.bytes(3, "brain.Event:2".getBytes(StandardCharsets.UTF_8));
            writeRecord(version.toByteArray());
            Message start = event(firstStep);
            Message status = new Message();
            status.varint(1, STATUS_START);
            start.bytes(7, status.toByteArray());
            writeRecord(start.toByteArray());
            out.flush();
        } catch (IOException e) {
            throw IoErrors.cannotWrite(file, e);
        }
    }

    /** Returns the file. */
    Path file() {
        return file;
    }

    /** Writes a point of each curve. */
    void scalars(long step, Map<String, Double> values) {
        Message summary = new Message();
        values.forEach(
                (tag, value) -> {
                    Message point = new Message();
                    point.bytes(1, tag.getBytes(StandardCharsets.UTF_8));
                    point.fixed32(2, Float.floatToIntBits(value.floatValue()));
                    summary.bytes(1, point.toByteArray());
                });
        write(step, summary);
    }

    /** Writes a text, in Markdown. */
    void text(long step, String tag, String text) {
        Message plugin = new Message();
        plugin.bytes(1, "text".getBytes(StandardCharsets.UTF_8));
        Message metadata = new Message();
        metadata.bytes(1, plugin.toByteArray());
        Message dimension = new Message();
        dimension.varint(1, 1);
        Message shape = new Message();
        shape.bytes(2, dimension.toByteArray());
        Message tensor = new Message();
        tensor.varint(1, TYPE_STRING);
        tensor.bytes(2, shape.toByteArray());
        tensor.bytes(8, text.getBytes(StandardCharsets.UTF_8));
        Message value = new Message();
        value.bytes(1, tag.getBytes(StandardCharsets.UTF_8));
        value.bytes(9, metadata.toByteArray());
        value.bytes(8, tensor.toByteArray());
        Message summary = new Message();
        summary.bytes(1, value.toByteArray());
        write(step, summary);
    }

    private void write(long step, Message summary) {
        Message event = event(step);
        event.bytes(5, summary.toByteArray());
        try {
            writeRecord(event.toByteArray());
            out.flush();
        } catch (IOException e) {
            throw IoErrors.cannotWrite(file, e);
        }
    }

    private static Message event(long step) {
        Message event = new Message();
        event.fixed64(1, Double.doubleToLongBits(System.currentTimeMillis() / 1000.0));
        event.varint(2, step);
        return event;
    }

    private void writeRecord(byte[] record) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(record.length);
        header.putInt(maskedCrc(header.array(), 8));
        out.write(header.array());
        out.write(record);
        ByteBuffer footer = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        out.write(footer.putInt(maskedCrc(record, record.length)).array());
    }

    private static int maskedCrc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw IoErrors.cannotWrite(file, e);
        }
    }

    /** A protocol buffer under construction. */
    private static final class Message {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        void varint(int field, long value) {
            tag(field, VARINT);
            raw(value);
        }

        void bytes(int field, byte[] value) {
            tag(field, BYTES);
            raw(value.length);
            out.writeBytes(value);
        }

        void fixed64(int field, long value) {
            tag(field, FIXED64);
            ByteBuffer buffer = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            out.writeBytes(buffer.putLong(value).array());
        }

        void fixed32(int field, int value) {
            tag(field, FIXED32);
            ByteBuffer buffer = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
            out.writeBytes(buffer.putInt(value).array());
        }

        byte[] toByteArray() {
            return out.toByteArray();
        }

        private void tag(int field, int wireType) {
            raw(((long) field << 3) | wireType);
        }

        private void raw(long value) {
            long rest = value;
            while ((rest & ~0x7FL) != 0) {
                out.write((int) ((rest & 0x7F) | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }
    }
}
