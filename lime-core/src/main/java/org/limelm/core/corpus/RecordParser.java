package org.limelm.core.corpus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Parses JSON lines into documents. */
final class RecordParser {
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    // Python writes NaN and Infinity; they matter only as text or id.
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .streamReadConstraints(
                            // The size of a record has already been limited.
                            StreamReadConstraints.builder()
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .build())
                    .build();

    private static final String BEYOND_CONSTRAINTS =
            String.format(
                    Locale.ROOT,
                    "a number of more than %d digits, a key of more than %d characters, or nesting deeper than %d",
                    StreamReadConstraints.DEFAULT_MAX_NUM_LEN,
                    StreamReadConstraints.DEFAULT_MAX_NAME_LEN,
                    StreamReadConstraints.DEFAULT_MAX_DEPTH);

    /** Reads the requested fields; it shares the limits of {@link #JSON}. */
    private static final ObjectReader TREES = new ObjectMapper(JSON).reader();

    private final ReaderOptions options;
    private final RequestedFields fields;

    RecordParser(ReaderOptions options) {
        this.options = options;
        this.fields = new RequestedFields(options.fields());
    }

    /** Parses a line; blank lines are not records. */
    Optional<CorpusRecord> jsonLine(Lines lines, CorpusFile file) {
        String origin = file.path() + ":" + lines.number();
        if (lines.isTooLarge()) {
            return Optional.of(
                    CorpusRecord.bad(
                            origin,
                            QuarantineReason.TOO_LARGE,
                            "over " + options.maxDocumentBytes() + " bytes"));
        }
        Optional<String> line = decode(lines.bytes());
        if (line.isEmpty()) {
            return Optional.of(CorpusRecord.bad(origin, QuarantineReason.INVALID_UTF8, ""));
        }
        return line.filter(json -> !json.isBlank()).map(json -> parse(json, origin));
    }

    private static Optional<String> decode(ByteBuffer bytes) {
        try {
            return Optional.of(Utf8.decode(bytes));
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private CorpusRecord parse(String json, String origin) {
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return CorpusRecord.bad(origin, QuarantineReason.NOT_AN_OBJECT, "");
            }
            JsonToken textType = JsonToken.NOT_AVAILABLE;
            String text = "";
            String id = "";
            Map<String, JsonNode> requested = new LinkedHashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                JsonToken type = parser.nextToken();
                if (key.equals(options.textField())) {
                    textType = type;
                    text = type == JsonToken.VALUE_STRING ? parser.getText() : "";
                }
                if (key.equals(options.idField()) && type.isScalarValue()) {
                    id = type == JsonToken.VALUE_NULL ? "" : parser.getText();
                }
                if (fields.uses(key)) {
                    requested.put(key, TREES.readTree(parser));
                }
                parser.skipChildren();
            }
            if (parser.nextToken() != null) {
                return CorpusRecord.bad(
                        origin, QuarantineReason.BAD_JSON, "more than one value on the line");
            }
            if (textType == JsonToken.NOT_AVAILABLE) {
                return CorpusRecord.bad(
                        origin, QuarantineReason.NO_TEXT, "no key '" + options.textField() + "'");
            }
            if (textType != JsonToken.VALUE_STRING) {
                return CorpusRecord.bad(
                        origin, QuarantineReason.TEXT_NOT_A_STRING, textType.name());
            }
            return fields.addTo(CorpusRecord.of(id, text, origin), requested);
        } catch (StreamConstraintsException e) {
            return CorpusRecord.bad(origin, QuarantineReason.BAD_JSON, BEYOND_CONSTRAINTS);
        } catch (JsonProcessingException e) {
            return CorpusRecord.bad(origin, QuarantineReason.BAD_JSON, place(e));
        } catch (IOException e) {
            throw new IllegalStateException("Reading from memory failed", e);
        }
    }

    private static String place(JsonProcessingException e) {
        return e.getLocation() == null ? "" : "column " + e.getLocation().getColumnNr();
    }
}
