package org.limelm.train.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.limelm.core.LimeException;
import org.limelm.core.io.AtomicFile;
import org.limelm.core.io.IoErrors;
import org.limelm.core.io.Json;

/**
 * A file with one JSON object per line, each with a {@code step}. When a run is resumed, lines of
 * later steps are dropped.
 */
final class JsonLog implements AutoCloseable {
    private final Path file;
    private BufferedWriter writer;
    private long lastStep = -1; // of the lines in the file

    /**
     * Opens the file for appending.
     *
     * @param lastStep lines of later steps and a truncated last line are dropped
     */
    JsonLog(Path file, long lastStep) {
        this.file = file;
        try {
            if (Files.exists(file)) {
                keepUntil(lastStep);
            }
            writer = open(file);
        } catch (IOException e) {
            throw IoErrors.cannotWrite(file, e);
        }
    }

    private static BufferedWriter open(Path file) throws IOException {
        return Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Drops the lines of a step and later ones, if there are any. */
    void dropFrom(long step) {
        if (lastStep < step) {
            return;
        }
        try {
            writer.close();
            keepUntil(step - 1);
            writer = open(file);
        } catch (IOException e) {
            throw IoErrors.cannotWrite(file, e);
        }
    }

    private void keepUntil(long limit) throws IOException {
        lastStep = -1;
        List<String> kept = new ArrayList<>();
        String text = Files.readString(file, StandardCharsets.UTF_8);
        for (String line : text.split("\n")) {
            JsonNode node = parse(line);
            if (node.path("step").isNumber() && node.path("step").asLong() <= limit) {
                kept.add(line + "\n");
                lastStep = Math.max(lastStep, node.path("step").asLong());
            }
        }
        AtomicFile.writeString(file, String.join("", kept));
    }

    /** Returns the line's object, or a missing node if the line is incomplete. */
    private static JsonNode parse(String line) {
        try {
            return Json.parse(line, JsonNode.class, "line");
        } catch (LimeException e) {
            return MissingNode.getInstance();
        }
    }

    /** Appends one object. */
    void append(Object value) {
        try {
            writer.write(Json.toLine(value));
            writer.write('\n');
            writer.flush();
        } catch (IOException e) {
            throw IoErrors.cannotWrite(file, e);
        }
    }

    @Override
    public void close() {
        try {
            writer.close();
        } catch (IOException e) {
            throw IoErrors.cannotWrite(file, e);
        }
    }
}
