package org.limelm.core.corpus;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A file of a corpus.
 *
 * @param path its location
 * @param format its document format, according to its name
 * @param compression its compression, according to its name
 * @param bytes its size on disk
 */
public record CorpusFile(Path path, Format format, Compression compression, long bytes) {
    private static final String JSON = ".json";

    /** The document format of a file. */
    public enum Format {
        /** {@code .txt}, {@code .md}: one document, whose id is the file's name. */
        TEXT(".txt", ".text", ".md", ".markdown"),
        /** {@code .jsonl}, {@code .ndjson}, {@code .json}: one JSON object per line. */
        JSON_LINES(".jsonl", ".ndjson", JSON),
        /** {@code .conllu}: one document per {@code # newdoc}. */
        CONLLU(".conllu"),
        /** {@code .parquet}, which is compressed inside: one document per row. */
        PARQUET(".parquet");

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

    /** The compression of a file. */
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

        /** Returns the extension that a name ends with; empty for {@link #NONE}. */
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

    /** Returns the file, if its name has a supported extension. */
    static Optional<CorpusFile> of(Path path, long bytes) {
        String name = nameOf(path);
        Compression compression = Compression.of(name);
        int stem = name.length() - compression.extension(name).length();
        return Format.of(name.substring(0, stem))
                .filter(format -> format != Format.PARQUET || compression == Compression.NONE)
                .map(format -> new CorpusFile(path, format, compression, bytes));
    }

    /**
     * Returns whether a file may well not be a corpus: a plain {@code .json} can just as well hold
     * settings or a single array.
     */
    static boolean isAmbiguous(Path path) {
        return nameOf(path).endsWith(JSON);
    }

    private static String nameOf(Path path) {
        return String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    }
}
