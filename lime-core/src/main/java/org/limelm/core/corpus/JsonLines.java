package org.limelm.core.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.limelm.core.LimeException;
import org.limelm.core.io.IoErrors;
import org.limelm.core.io.Json;

/**
 * Streams the JSON objects of a file with one per line: {@code .jsonl}, {@code .ndjson} or {@code
 * .json}, plain, {@code .gz} or {@code .zst}. Unlike a corpus, in which unusable records are set
 * aside, every line must be an object: a missing one would change the results of a task. Blank
 * lines are skipped.
 */
public final class JsonLines implements Iterator<JsonLines.Line>, AutoCloseable {
    private final Path file;
    private final InputStream in;
    private final Lines lines;
    private Optional<Line> ahead = Optional.empty();

    /**
     * An object of the file.
     *
     * @param where {@code file:line}, for messages
     * @param object the object
     */
    public record Line(String where, JsonNode object) {}

    private JsonLines(Path file, InputStream in) {
        this.file = file;
        this.in = in;
        this.lines = new Lines(in, ReaderOptions.defaults().maxDocumentBytes());
    }

    /**
     * Opens a file.
     *
     * @throws LimeException if it cannot be read, or its name or compression is not supported
     */
    public static JsonLines open(Path file) {
        try {
            CorpusFile found =
                    CorpusFile.of(file, Files.size(file))
                            .filter(known -> known.format() == CorpusFile.Format.JSON_LINES)
                            .orElseThrow(
                                    () ->
                                            new LimeException(
                                                    "[%s] not a file of JSON lines, expected .jsonl, .ndjson or .json, plain, .gz or .zst"
                                                            .formatted(file)));
            int maxRatio = ReaderOptions.defaults().maxCompressionRatio();
            return new JsonLines(file, CorpusStream.open(found, maxRatio, new AtomicLong()));
        } catch (IOException e) {
            throw IoErrors.cannotRead(file, e);
        }
    }

    /**
     * Reads JSON lines from a stream, such as standard input.
     *
     * @param name name of the stream in messages
     */
    public static JsonLines of(InputStream in, String name) {
        return new JsonLines(Path.of(name), in);
    }

    /**
     * Reads ahead to the next object.
     *
     * @throws LimeException if the file cannot be read to its end, or a line is not a JSON object
     */
    @Override
    public boolean hasNext() {
        try {
            while (ahead.isEmpty() && lines.nextLine()) {
                ahead = parse();
            }
        } catch (CharacterCodingException e) {
            throw new LimeException("[%s] not valid UTF-8".formatted(where()), e);
        } catch (IOException e) {
            throw IoErrors.cannotRead(file, e);
        }
        return ahead.isPresent();
    }

    private Optional<Line> parse() throws CharacterCodingException {
        if (lines.isTooLarge()) {
            throw new LimeException("[%s] the line is too large".formatted(where()));
        }
        String text = Utf8.decode(lines.bytes());
        if (text.isBlank()) {
            return Optional.empty();
        }
        JsonNode object = Json.parse(text, JsonNode.class, where());
        if (!object.isObject()) {
            throw new LimeException(
                    "[%s] a JSON %s, expected an object"
                            .formatted(where(), object.getNodeType().name()));
        }
        return Optional.of(new Line(where(), object));
    }

    private String where() {
        return file + ":" + lines.number();
    }

    @Override
    public Line next() {
        if (!hasNext()) {
            throw new NoSuchElementException("[" + file + "] has no more lines");
        }
        Line line = ahead.orElseThrow();
        ahead = Optional.empty();
        return line;
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw IoErrors.cannotRead(file, e);
        }
    }
}
