package org.limelm.core.corpus;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A file of a corpus.
 *
 * @param path where it is
 * @param format how it holds documents, by its name
 * @param compression how it is compressed, by its name
 * @param bytes its size on disk
 */
public record CorpusFile(Path path, Format format, Compression compression, long bytes) {
    private static final String JSON = ".json";

    /** How a file holds documents. */
    public enum Format {
        /** {@code .txt}, {@code .md}: one document, whose id is the file's name. */
        TEXT(".txt", ".text", ".md", ".markdown"),
        /** {@code .jsonl}, {@code .ndjson}, {@code .json}: one JSON object per line. */
        JSON_LINES(".jsonl", ".ndjson", JSON);

        private final List<String> extensions;

        Format(String... extensions) {
            this.extensions = List.of(extensions);
        }

        private static Optional<Format> of(String name) {
            for (Format format : values()) {
                if (format.extensions.stream().anyMatch(name::endsWith)) {
                    return Optional.of(format);
                }
            }
            return Optional.empty();
        }
    }

    /** How a file is compressed. */
    public enum Compression {
        NONE,
        /** {@code .gz}. */
        GZIP(".gz", ".gzip"),
        /** {@code .zst}. */
        ZSTD(".zst", ".zstd");

        private final List<String> extensions;

        Compression(String... extensions) {
            this.extensions = List.of(extensions);
        }

        /** Returns the extension at the end of a name; empty for {@link #NONE}. */
        private String extension(String name) {
            return extensions.stream().filter(name::endsWith).findFirst().orElse("");
        }

        private static Compression of(String name) {
            for (Compression compression : values()) {
                if (!compression.extension(name).isEmpty()) {
                    return compression;
                }
            }
            return NONE;
        }
    }

    /** Returns the file, if its name is one of a corpus. */
    static Optional<CorpusFile> of(Path path, long bytes) {
        String name = nameOf(path);
        Compression compression = Compression.of(name);
        int stem = name.length() - compression.extension(name).length();
        return Format.of(name.substring(0, stem))
                .map(format -> new CorpusFile(path, format, compression, bytes));
    }

    /**
     * Returns whether a file is as likely to be something else than a corpus: a plain {@code
     * .json}, which may as well be a setting or one long list.
     */
    static boolean isDoubtful(Path path) {
        return nameOf(path).endsWith(JSON);
    }

    private static String nameOf(Path path) {
        return String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    }
}
