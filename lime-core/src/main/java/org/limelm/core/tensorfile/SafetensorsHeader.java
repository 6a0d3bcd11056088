package org.limelm.core.tensorfile;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.limelm.core.io.IoErrors;

/**
 * The JSON header of a safetensors file, validated against every rule of the format.
 *
 * @param metadata the strings under {@code __metadata__}, in file order
 * @param tensors by name, in file order
 */
record SafetensorsHeader(Map<String, String> metadata, Map<String, TensorInfo> tensors) {
    static final String METADATA_KEY = "__metadata__";

    private static final JsonFactory JSON =
            JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    /**
     * Parses a header.
     *
     * @param json the header's bytes, padding included
     * @param dataBytes number of bytes in the file after the header
     * @throws MalformedHeader if any rule is broken
     */
    static SafetensorsHeader parse(ByteBuffer json, long dataBytes) throws MalformedHeader {
        try (JsonParser parser = JSON.createParser(decode(json))) {
            Map<String, String> metadata = new LinkedHashMap<>();
            List<TensorInfo> tensors = new ArrayList<>();
            expect(parser.nextToken(), JsonToken.START_OBJECT, "the header");
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals(METADATA_KEY)) {
                    readMetadata(parser, metadata);
                } else {
                    tensors.add(readTensor(parser, name));
                }
            }
            if (parser.nextToken() != null) {
                throw new MalformedHeader("unexpected content after the header's closing brace");
            }
            return new SafetensorsHeader(metadata, tile(tensors, dataBytes));
        } catch (MalformedHeader e) {
            throw e;
        } catch (JsonProcessingException e) {
            throw new MalformedHeader("the header is not valid JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new MalformedHeader("the header is " + IoErrors.reason(e));
        }
    }

    private static String decode(ByteBuffer json) throws IOException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .decode(json)
                .toString();
    }

    private static void readMetadata(JsonParser parser, Map<String, String> into)
            throws IOException {
        expect(parser.currentToken(), JsonToken.START_OBJECT, METADATA_KEY);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            expect(parser.nextToken(), JsonToken.VALUE_STRING, METADATA_KEY + "." + key);
            into.put(key, parser.getText());
        }
    }

    private static TensorInfo readTensor(JsonParser parser, String name) throws IOException {
        expect(parser.currentToken(), JsonToken.START_OBJECT, name);
        String dtype = "";
        List<Long> shape = null;
        List<Long> offsets = List.of();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "dtype" -> {
                    expect(parser.currentToken(), JsonToken.VALUE_STRING, name + ".dtype");
                    dtype = parser.getText();
                }
                case "shape" -> shape = readNaturals(parser, name + ".shape");
                case "data_offsets" -> offsets = readNaturals(parser, name + ".data_offsets");
                default ->
                        throw new MalformedHeader(
                                "tensor '" + name + "' has an unknown key '" + field + "'");
            }
        }
        if (dtype.isEmpty() || shape == null || offsets.size() != 2) {
            throw new MalformedHeader(
                    "tensor '" + name + "' needs dtype, shape and two data_offsets");
        }
        return check(name, dtype, shape, offsets.get(0), offsets.get(1));
    }

    private static TensorInfo check(
            String name, String dtypeName, List<Long> shape, long begin, long end)
            throws MalformedHeader {
        DType dtype;
        try {
            dtype = DType.valueOf(dtypeName);
        } catch (IllegalArgumentException e) {
            throw new MalformedHeader(
                    "tensor '" + name + "' has unknown dtype '" + dtypeName + "'");
        }
        long expected;
        try {
            expected = TensorInfo.byteSize(dtype, shape);
        } catch (ArithmeticException e) {
            throw new MalformedHeader("tensor '" + name + "' overflows with shape " + shape);
        }
        if (end - begin != expected) {
            throw new MalformedHeader(
                    "tensor '%s' is %s%s = %d bytes, but its data_offsets [%d, %d] span %d"
                            .formatted(name, dtype, shape, expected, begin, end, end - begin));
        }
        return new TensorInfo(name, dtype, shape, begin, expected);
    }

    /** Sorts the tensors by offset and checks that they fill the data without gaps or overlaps. */
    private static Map<String, TensorInfo> tile(List<TensorInfo> tensors, long dataBytes)
            throws MalformedHeader {
        tensors.sort(
                Comparator.comparingLong(TensorInfo::offset)
                        .thenComparingLong(TensorInfo::bytes)
                        .thenComparing(TensorInfo::name));
        Map<String, TensorInfo> byName = new LinkedHashMap<>();
        long end = 0;
        for (TensorInfo tensor : tensors) {
            if (tensor.offset() != end) {
                throw new MalformedHeader(
                        "%s before tensor '%s': it begins at byte %d, expected %d"
                                .formatted(
                                        tensor.offset() > end ? "a gap" : "an overlap",
                                        tensor.name(),
                                        tensor.offset(),
                                        end));
            }
            end += tensor.bytes();
            byName.put(tensor.name(), tensor);
        }
        if (end != dataBytes) {
            throw new MalformedHeader(
                    "the tensors take %d bytes, but %d follow the header"
                            .formatted(end, dataBytes));
        }
        return byName;
    }

    private static List<Long> readNaturals(JsonParser parser, String what) throws IOException {
        expect(parser.currentToken(), JsonToken.START_ARRAY, what);
        List<Long> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, what);
            long value = parser.getLongValue(); // Jackson rejects overflow
            if (value < 0) {
                throw new MalformedHeader(what + " holds the negative number " + value);
            }
            values.add(value);
        }
        return values;
    }

    private static void expect(JsonToken actual, JsonToken expected, String what)
            throws MalformedHeader {
        if (actual != expected) {
            throw new MalformedHeader(
                    what
                            + " is "
                            + (actual == null ? "missing" : actual)
                            + ", expected "
                            + expected);
        }
    }

    /** Thrown if a header violates the format; the message does not name the file. */
    static final class MalformedHeader extends IOException {
        MalformedHeader(String problem) {
            super(problem);
        }
    }
}
