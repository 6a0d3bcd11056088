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
 * Reads one YAML document of plain values. Anchors, aliases and tags are refused: a configuration
 * needs none, and they are how a YAML file makes a program allocate or instantiate at will.
 */
final class YamlReader {
    private static final YAMLFactory YAML = new YAMLFactory();

    private final YAMLParser parser;
    private final IntFunction<String> places;

    private YamlReader(YAMLParser parser, IntFunction<String> places) {
        this.parser = parser;
        this.places = places;
    }

    /**
     * Parses a document.
     *
     * @param places names the place of a line, counted from 1
     * @throws ConfigException if it is not YAML of plain values
     */
    static ConfigNode read(String yaml, IntFunction<String> places) {
        try (YAMLParser parser = YAML.createParser(yaml)) {
            YamlReader reader = new YamlReader(parser, places);
            if (parser.nextToken() == null) {
                return new ConfigNode.Nothing(places.apply(1));
            }
            ConfigNode root = reader.value();
            if (parser.nextToken() != null) {
                throw new ConfigException(
                        "[" + reader.place() + "] a second document begins, expected one");
            }
            return root;
        } catch (JsonProcessingException e) {
            throw notYaml(e, places);
        } catch (IOException e) {
            throw new IllegalStateException("Reading from memory failed", e);
        }
    }

    private static ConfigException notYaml(JsonProcessingException e, IntFunction<String> places) {
        int line = Math.max(1, e.getLocation() == null ? 1 : e.getLocation().getLineNr());
        String problem = e.getOriginalMessage();
        if (e.getCause() instanceof MarkedYAMLException marked) {
            line = marked.getProblemMark() == null ? line : marked.getProblemMark().getLine() + 1;
            problem = marked.getProblem();
        }
        return new ConfigException(
                "[%s] not valid YAML: %s. Hint: check indentation, quotes and colons"
                        .formatted(places.apply(line), problem),
                e);
    }

    /** Reads the value that begins with the current token. */
    private ConfigNode value() throws IOException {
        String place = place();
        refuseMagic(place);
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> mapping(place);
            case START_ARRAY -> sequence(place);
            case VALUE_NULL -> new ConfigNode.Nothing(place);
            default -> new ConfigNode.Scalar(parser.getText(), place);
        };
    }

    private ConfigNode mapping(String place) throws IOException {
        Map<String, ConfigNode> entries = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            String keyPlace = place();
            refuseMagic(keyPlace);
            parser.nextToken();
            ConfigNode first = entries.putIfAbsent(key, value());
            if (first != null) {
                throw new ConfigException(
                        "[%s] key '%s' stands twice, first at %s. Hint: remove one"
                                .formatted(keyPlace, key, first.place()));
            }
        }
        return new ConfigNode.Mapping(entries, place);
    }

    private ConfigNode sequence(String place) throws IOException {
        List<ConfigNode> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value());
        }
        return new ConfigNode.Sequence(items, place);
    }

    private void refuseMagic(String place) throws IOException {
        if (parser.isCurrentAlias() || parser.getObjectId() != null) {
            throw new ConfigException(
                    "[" + place + "] anchors and aliases are not supported. Hint: write it out");
        }
        if (parser.getTypeId() != null) {
            throw new ConfigException(
                    "[%s] tag '%s' is not supported. Hint: remove it"
                            .formatted(place, parser.getTypeId()));
        }
    }

    private String place() {
        return places.apply(parser.currentTokenLocation().getLineNr());
    }
}
