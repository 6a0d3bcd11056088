package org.limelm.train.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
    @TempDir Path folder;

    /** A field of a protocol buffer: the value of a varint or fixed field, or the bytes. */
    private record Field(int number, long value, ByteBuffer bytes) {}

    private static int maskedCrc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        int value = (int) crc.getValue();
        return ((value >>> 15) | (value << 17)) + 0xa282ead8;
    }

    private static ByteBuffer slice(ByteBuffer from, int length) {
        ByteBuffer slice = from.slice(from.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        from.position(from.position() + length);
        return slice;
    }

    /** Reads the records of a file and verifies both checksums of each. */
    private static List<List<Field>> events(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<List<Field>> events = new ArrayList<>();
        while (in.hasRemaining()) {
            ByteBuffer length = slice(in, Long.BYTES);
            assertThat(in.getInt()).as("sum of a length").isEqualTo(maskedCrc(length));
            ByteBuffer event = slice(in, Math.toIntExact(length.getLong(0)));
            assertThat(in.getInt()).as("sum of a record").isEqualTo(maskedCrc(event));
            events.add(fields(event));
        }
        return events;
    }

    private static List<Field> fields(ByteBuffer message) {
        ByteBuffer none = ByteBuffer.allocate(0);
        List<Field> fields = new ArrayList<>();
        while (message.hasRemaining()) {
            long tag = varint(message);
            int number = (int) (tag >>> 3);
            fields.add(
                    switch ((int) tag & 7) {
                        case 0 -> new Field(number, varint(message), none);
                        case 1 -> new Field(number, message.getLong(), none);
                        case 2 -> new Field(number, 0, slice(message, (int) varint(message)));
                        case 5 -> new Field(number, message.getInt(), none);
                        default -> throw new AssertionError("wire type of tag " + tag);
                    });
        }
        return fields;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private static Field field(List<Field> fields, int number) {
        return fields.stream().filter(f -> f.number() == number).findFirst().orElseThrow();
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    /**
     * Returns the points of a summary (field 5 of an event): per value (1) a tag (1) and a float
     * (2).
     */
    private static Map<String, Float> scalars(List<Field> event) {
        Map<String, Float> scalars = new LinkedHashMap<>();
        for (Field value : fields(field(event, 5).bytes())) {
            assertThat(value.number()).isEqualTo(1);
            List<Field> point = fields(value.bytes());
            scalars.put(
                    text(field(point, 1).bytes()),
                    Float.intBitsToFloat((int) field(point, 2).value()));
        }
        return scalars;
    }

    @Test
    void checksumMatchesTensorFlow() {
        // The header of an event file written by TensorFlow, with a first record of 24 bytes.
        ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 24);
        assertThat(maskedCrc(length)).isEqualTo(0x224b7fa3);
    }

    @Test
    void eventsRoundTrip() throws IOException {
        double before = System.currentTimeMillis() / 1000.0;
        Path file;
        try (EventFile events = new EventFile(folder, 301)) {
            events.scalars(301, Map.of("train/loss", 2.5));
            Map<String, Double> curves = new LinkedHashMap<>();
            curves.put("eval/loss", 1e-3);
            curves.put("eval/accuracy", Double.NaN);
            events.scalars(1_000_000_007_000L, curves);
            file = events.file();
        }
        List<List<Field>> events = events(file);
        assertThat(events).hasSize(4);
        assertThat(text(field(events.get(0), 3).bytes())).isEqualTo("brain.Event:2");
        assertThat(field(events.get(1), 2).value()).isEqualTo(301);
        assertThat(field(fields(field(events.get(1), 7).bytes()), 1).value())
                .as("session status START")
                .isEqualTo(1);
        assertThat(field(events.get(2), 2).value()).isEqualTo(301);
        assertThat(scalars(events.get(2))).containsExactly(entry("train/loss", 2.5f));
        assertThat(field(events.get(3), 2).value()).isEqualTo(1_000_000_007_000L);
        assertThat(scalars(events.get(3)))
                .containsExactly(entry("eval/loss", 1e-3f), entry("eval/accuracy", Float.NaN));
        for (List<Field> event : events) {
            assertThat(Double.longBitsToDouble(field(event, 1).value()))
                    .isBetween(before, before + 60);
        }
    }

    @Test
    void textsAreTensorsForTheTextPlugin() throws IOException {
        Path file;
        try (EventFile events = new EventFile(folder, 1)) {
            events.text(7, "samples", "    The people…\n");
            file = events.file();
        }
        List<Field> event = events(file).get(2);
        assertThat(field(event, 2).value()).isEqualTo(7);
        List<Field> value = fields(field(fields(field(event, 5).bytes()), 1).bytes());
        assertThat(text(field(value, 1).bytes())).isEqualTo("samples");
        List<Field> plugin = fields(field(fields(field(value, 9).bytes()), 1).bytes());
        assertThat(text(field(plugin, 1).bytes())).isEqualTo("text");
        List<Field> tensor = fields(field(value, 8).bytes());
        assertThat(field(tensor, 1).value()).as("DT_STRING").isEqualTo(7);
        List<Field> dimension = fields(field(fields(field(tensor, 2).bytes()), 2).bytes());
        assertThat(field(dimension, 1).value()).isEqualTo(1);
        assertThat(text(field(tensor, 8).bytes())).isEqualTo("    The people…\n");
    }

    @Test
    void fileIsReadableAfterEachPoint() throws IOException {
        try (EventFile events = new EventFile(folder, 1)) {
            for (int step = 1; step <= 3; step++) {
                events.scalars(step, Map.of("a", (double) step));
                assertThat(events(events.file())).hasSize(2 + step);
            }
        }
    }
}
