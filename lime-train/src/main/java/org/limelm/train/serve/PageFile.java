package org.limelm.train.serve;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.limelm.train.inspect.TaggedWords;

/** The files of the page, which refer to nothing outside the server. */
enum PageFile {
    INDEX("/", "index.html", "text/html; charset=utf-8"),
    WORDS_STYLE("/words.css", "words.css", "text/css; charset=utf-8") {
        @Override
        byte[] content() {
            return TaggedWords.style().getBytes(StandardCharsets.UTF_8);
        }
    },
    STYLE("/style.css", "style.css", "text/css; charset=utf-8"),
    TEXT_SCRIPT("/text.js", "text.js", "text/javascript; charset=utf-8"),
    GENERATE_SCRIPT("/generate.js", "generate.js", "text/javascript; charset=utf-8");

    private final String path;
    private final String resource;
    private final String type;

    PageFile(String path, String resource, String type) {
        this.path = path;
        this.resource = resource;
        this.type = type;
    }

    String path() {
        return path;
    }

    /** Returns the media type. */
    String type() {
        return type;
    }

    byte[] content() {
        try (InputStream in =
                Objects.requireNonNull(PageFile.class.getResourceAsStream("page/" + resource))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
