package org.limelm.core.corpus;

import java.nio.file.Path;
import java.util.Locale;

/**
 * A file of a corpus.
 *
 * @param path where it is
 * @param format how it holds documents, by its name
 * @param compression how it is compressed, by its name
 * @param bytes its size on disk
 */
public record CorpusFile(Path path, Format format, Compression compression, long bytes) {
    /** How a file holds documents. */
    public enum Format {
        /** {@code .txt}: one document, whose id is the file's name. */
        TEXT(".txt"),
        /** {@code .jsonl}: one JSON object per line. */
        JSON_LINES(".jsonl");

        private final String extension;

        Format(String extension) {
            this.extension = extension;
        }
    }

    /** How a file is compressed. */
    public enum Compression {
        NONE(""),
        GZIP(".gz"),
        ZSTD(".zst");

        private final String extension;

        Compression(String extension) {
            this.extension = extension;
        }
    }

    /** Returns whether a file's name says that it belongs to a corpus. */
    static boolean isSupported(Path path) {
        String name = nameOf(path);
        Compression compression = compressionOf(name);
        String stem = name.substring(0, name.length() - compression.extension.length());
        return stem.endsWith(Format.TEXT.extension) || stem.endsWith(Format.JSON_LINES.extension);
    }

    /** Returns the file, whose name is supported. */
    static CorpusFile of(Path path, long bytes) {
        String name = nameOf(path);
        Compression compression = compressionOf(name);
        String stem = name.substring(0, name.length() - compression.extension.length());
        Format format = stem.endsWith(Format.TEXT.extension) ? Format.TEXT : Format.JSON_LINES;
        return new CorpusFile(path, format, compression, bytes);
    }

    private static Compression compressionOf(String name) {
        if (name.endsWith(Compression.GZIP.extension)) {
            return Compression.GZIP;
        }
        return name.endsWith(Compression.ZSTD.extension) ? Compression.ZSTD : Compression.NONE;
    }

    private static String nameOf(Path path) {
        return String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    }
}
