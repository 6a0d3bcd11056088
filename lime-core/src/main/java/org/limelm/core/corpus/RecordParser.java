package org.limelm.core.corpus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;

/** Makes documents of the records of a file. */
final class RecordParser {
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                            // The length of a record is limited before it comes here.
                            StreamReadConstraints.builder()
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .build())
                    .build();

    private final ReaderOptions options;

    RecordParser(ReaderOptions options) {
        this.options = options;
    }

    /** Makes a document of a whole file. */
    CorpusRecord text(RecordBytes bytes, CorpusFile file) {
        String origin = file.path().toString();
        return decode(bytes)
                .map(
                        text ->
                                CorpusRecord.of(
                                        String.valueOf(file.path().getFileName()), text, origin))
                .orElseGet(() -> undecodable(bytes, origin));
    }

    /** Makes a document of a line; blank lines are no records. */
    Optional<CorpusRecord> jsonLine(RecordBytes bytes, CorpusFile file) {
        String origin = file.path() + ":" + bytes.number();
        Optional<String> line = decode(bytes);
        if (line.isPresent() && line.get().isBlank()) {
            return Optional.empty();
        }
        return Optional.of(
                line.map(json -> parse(json, origin)).orElseGet(() -> undecodable(bytes, origin)));
    }

    private static Optional<String> decode(RecordBytes bytes) {
        if (bytes.isTooLarge()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Utf8.decode(bytes.bytes()));
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private CorpusRecord undecodable(RecordBytes bytes, String origin) {
        return bytes.isTooLarge()
                ? CorpusRecord.bad(
                        origin,
                        QuarantineReason.TOO_LARGE,
                        "over " + options.maxDocumentBytes() + " bytes")
                : CorpusRecord.bad(origin, QuarantineReason.INVALID_UTF8, "");
    }

    private CorpusRecord parse(String json, String origin) {
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return CorpusRecord.bad(origin, QuarantineReason.NOT_AN_OBJECT, "");
            }
            JsonToken textType = JsonToken.NOT_AVAILABLE;
            String text = "";
            String id = "";
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
            return CorpusRecord.of(id, text, origin);
        } catch (JsonProcessingException e) {
            return CorpusRecord.bad(
                    origin, QuarantineReason.BAD_JSON, "column " + e.getLocation().getColumnNr());
        } catch (IOException e) {
            throw new IllegalStateException("Reading from memory failed", e);
        }
    }
}
