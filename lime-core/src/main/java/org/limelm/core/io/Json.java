package org.limelm.core.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.nio.file.Path;
import org.limelm.core.LimeException;

/**
 * Reads and writes LIME's own JSON files: reading is strict, and the same value always gives the
 * same bytes.
 *
 * <p>Unknown keys, missing or null values, duplicate keys and trailing content are rejected. A
 * missing {@code Optional} is empty. Durations and instants are ISO-8601 strings, paths are plain
 * strings.
 */
public final class Json {
    /** Maximum size of a file that is one JSON value. A manifest of 200,000 shards is 60 MB. */
    private static final int MAX_FILE_BYTES = 256 << 20;

    /** Strings of any length, such as the text of a document: sizes are limited before. */
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .build())
                    .build();

    private static final ObjectMapper MAPPER =
            JsonMapper.builder(JSON)
                    .addModule(new Jdk8Module())
                    .addModule(new JavaTimeModule())
                    .addModule(plainPaths())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                    .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                    .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                    .build();

    private static final DefaultIndenter INDENTER = new DefaultIndenter("  ", "\n");
    private static final ObjectWriter PRETTY =
            MAPPER.writer(
                    new DefaultPrettyPrinter()
                            .withObjectIndenter(INDENTER)
                            .withArrayIndenter(INDENTER));

    private Json() {}

    /** Paths are their text, not {@code file:} URIs. */
    private static SimpleModule plainPaths() {
        return new SimpleModule("paths")
                .addSerializer(Path.class, new ToStringSerializer(Path.class))
                .addDeserializer(
                        Path.class,
                        new FromStringDeserializer<>(Path.class) {
                            @Override
                            protected Path _deserialize(
                                    String value, DeserializationContext context) {
                                return Path.of(value);
                            }
                        });
    }

    /**
     * Reads a file.
     *
     * @throws LimeException if it cannot be read, or is not JSON of this type
     */
    public static <T> T read(Path file, Class<T> type) {
        return parse(InputFile.readString(file, MAX_FILE_BYTES), type, file.toString());
    }

    /**
     * Reads a file as a tree, to check its version number before anything else.
     *
     * @throws LimeException if it cannot be read, or is not JSON
     */
    public static JsonNode readTree(Path file) {
        return read(file, JsonNode.class);
    }

    /**
     * Converts a tree.
     *
     * @param where name of its source in error messages
     * @throws LimeException if it is not JSON of this type
     */
    public static <T> T convert(JsonNode tree, Class<T> type, String where) {
        try {
            return MAPPER.treeToValue(tree, type);
        } catch (JsonProcessingException e) {
            throw malformed(where, e);
        }
    }

    /**
     * Parses a string.
     *
     * @param where name of its source in error messages
     * @throws LimeException if it is not JSON of this type
     */
    public static <T> T parse(String json, Class<T> type, String where) {
        try {
            return MAPPER.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw malformed(where, e);
        }
    }

    /**
     * Writes a file atomically, indented by two spaces, with a newline at the end.
     *
     * @throws LimeException if the disk fails or is full
     */
    public static void write(Path file, Object value) {
        AtomicFile.writeString(file, toText(value));
    }

    /** Returns the value indented by two spaces, with a newline at the end. */
    public static String toText(Object value) {
        try {
            return PRETTY.writeValueAsString(value) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not a JSON value: " + value.getClass(), e);
        }
    }

    /** Returns the value on one line, without a newline. */
    public static String toLine(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not a JSON value: " + value.getClass(), e);
        }
    }

    private static LimeException malformed(String where, JsonProcessingException e) {
        String place =
                e.getLocation() == null || e.getLocation().getLineNr() < 1
                        ? where
                        : where + ":" + e.getLocation().getLineNr();
        return new LimeException(
                "["
                        + place
                        + "] "
                        + e.getOriginalMessage()
                        + ". Hint: was the file truncated or edited?",
                e);
    }
}
