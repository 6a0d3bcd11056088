package org.limelm.core.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.limelm.core.ConfigException;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Reads a single YAML document of plain values. Anchors, aliases and tags are rejected:
 * configurations do not need them, and a YAML file can use them to exhaust memory or to instantiate
 * arbitrary classes.
 */
final class YamlReader {
    private static final YAMLFactory YAML = new YAMLFactory();

    private final YAMLParser parser;
    private final IntFunction<String> locations;

    private YamlReader(YAMLParser parser, IntFunction<String> locations) {
        this.parser = parser;
        this.locations = locations;
    }

    /**
     * Parses a document.
     *
     * @param locations maps a line number, from 1, to its location
     * @throws ConfigException if it is not YAML with plain values
     */
    static ConfigNode read(String yaml, IntFunction<String> locations) {
        try (YAMLParser parser = YAML.createParser(yaml)) {
            YamlReader reader = new YamlReader(parser, locations);
            if (parser.nextToken() == null) {
                return new ConfigNode.Nothing(locations.apply(1));
            }
            ConfigNode root = reader.value();
            if (parser.nextToken() != null) {
                throw new ConfigException(
                        "[" + reader.location() + "] a second document begins, expected one");
            }
            return root;
        } catch (JsonProcessingException e) {
            throw notYaml(e, locations);
        } catch (IOException e) {
            throw new IllegalStateException("Reading from memory failed", e);
        }
    }

    private static ConfigException notYaml(
            JsonProcessingException e, IntFunction<String> locations) {
        int line = Math.max(1, e.getLocation() == null ? 1 : e.getLocation().getLineNr());
        String problem = e.getOriginalMessage();
        if (e.getCause() instanceof MarkedYAMLException marked) {
            line = marked.getProblemMark() == null ? line : marked.getProblemMark().getLine() + 1;
            problem = marked.getProblem();
        }
        return new ConfigException(
                "[%s] not valid YAML: %s. Hint: check indentation, quotes and colons"
                        .formatted(locations.apply(line), problem),
                e);
    }

    /** Reads the value that begins with the current token. */
    private ConfigNode value() throws IOException {
        String location = location();
        rejectUnsafeFeatures(location);
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> mapping(location);
            case START_ARRAY -> sequence(location);
            case VALUE_NULL -> new ConfigNode.Nothing(location);
            default -> new ConfigNode.Scalar(parser.getText(), location);
        };
    }

    private ConfigNode mapping(String location) throws IOException {
        Map<String, ConfigNode> entries = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            String keyLocation = location();
            rejectUnsafeFeatures(keyLocation);
            parser.nextToken();
            ConfigNode first = entries.putIfAbsent(key, value());
            if (first != null) {
                throw new ConfigException(
                        "[%s] key '%s' appears twice, first at %s. Hint: remove one"
                                .formatted(keyLocation, key, first.location()));
            }
        }
        return new ConfigNode.Mapping(entries, location);
    }

    private ConfigNode sequence(String location) throws IOException {
        List<ConfigNode> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value());
        }
        return new ConfigNode.Sequence(items, location);
    }

    private void rejectUnsafeFeatures(String location) throws IOException {
        if (parser.isCurrentAlias() || parser.getObjectId() != null) {
            throw new ConfigException(
                    "["
                            + location
                            + "] anchors and aliases are not supported. Hint: write the value out");
        }
        if (parser.getTypeId() != null) {
            throw new ConfigException(
                    "[%s] tag '%s' is not supported. Hint: remove it"
                            .formatted(location, parser.getTypeId()));
        }
    }

    private String location() {
        return locations.apply(parser.currentTokenLocation().getLineNr());
    }
}
