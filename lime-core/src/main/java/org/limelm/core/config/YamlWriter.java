package org.limelm.core.config;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes records as YAML that {@link ConfigLoader} reads back. */
final class YamlWriter {
    private static final YAMLFactory YAML =
            YAMLFactory.builder()
                    .stringQuotingChecker(new CautiousQuoting())
                    .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                    .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
                    .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                    .disable(YAMLGenerator.Feature.SPLIT_LINES)
                    .build();

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private YamlWriter() {}

    /** Quotes every value with a character that a YAML parser could take for syntax or layout. */
    private static final class CautiousQuoting extends StringQuotingChecker.Default {
        @Override
        public boolean needToQuoteValue(String value) {
            return super.needToQuoteValue(value) || !value.matches("[\\p{L}\\p{N}_./+-]+");
        }
    }

    static String write(Record config) {
        StringWriter out = new StringWriter();
        try (JsonGenerator yaml = YAML.createGenerator(out)) {
            write(config, yaml);
        } catch (IOException e) {
            throw new IllegalStateException("Writing to memory failed", e);
        }
        return out.toString();
    }

    /** Returns a value as a JSON tree of the same structure. */
    static JsonNode tree(Object value) {
        try (TokenBuffer buffer = new TokenBuffer(MAPPER, false)) {
            write(value, buffer);
            return MAPPER.readTree(buffer.asParser());
        } catch (IOException e) {
            throw new IllegalStateException("Writing to memory failed", e);
        }
    }

    private static void write(Object value, JsonGenerator yaml) throws IOException {
        Optional<TextForm> text = TextForm.of(value.getClass());
        if (text.isPresent()) {
            yaml.writeString(text.orElseThrow().format(value));
        } else if (value instanceof Record config) {
            writeRecord(config, yaml);
        } else if (value instanceof Optional<?> optional) {
            if (optional.isPresent()) {
                write(optional.get(), yaml);
            } else {
                yaml.writeNull();
            }
        } else if (value instanceof List<?> list) {
            yaml.writeStartArray();
            for (Object item : list) {
                write(item, yaml);
            }
            yaml.writeEndArray();
        } else if (value instanceof Map<?, ?> map) {
            yaml.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                yaml.writeFieldName((String) entry.getKey());
                write(entry.getValue(), yaml);
            }
            yaml.writeEndObject();
        } else if (value instanceof Boolean bool) {
            yaml.writeBoolean(bool);
        } else if (value instanceof Double number) {
            yaml.writeNumber(number);
        } else if (value instanceof Number number) {
            yaml.writeNumber(number.longValue());
        } else {
            yaml.writeString(ScalarTypes.format(value));
        }
    }

    private static void writeRecord(Record config, JsonGenerator yaml) throws IOException {
        yaml.writeStartObject();
        Optional<String> kind = RecordBinder.choice(config);
        if (kind.isPresent()) {
            yaml.writeStringField(RecordBinder.KIND, kind.get());
        }
        writeEntries(config, yaml);
        yaml.writeEndObject();
    }

    private static void writeEntries(Record config, JsonGenerator yaml) throws IOException {
        for (RecordComponent component : config.getClass().getRecordComponents()) {
            Object value = RecordBinder.read(component, config);
            if (RecordKeys.areFree(component)) {
                for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                    yaml.writeStringField((String) entry.getKey(), (String) entry.getValue());
                }
            } else if (component.isAnnotationPresent(Inline.class)) {
                writeEntries((Record) value, yaml);
            } else {
                yaml.writeFieldName(component.getName());
                write(value, yaml);
            }
        }
    }
}
