package org.limelm.core.corpus;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.limelm.core.LimeException;
import org.limelm.core.io.IoErrors;
import org.limelm.core.text.Document;

/**
 * Streams the documents of a corpus, in an order that depends only on the paths.
 *
 * <p>At most one record is in memory, of a parquet file one page per column; a text file larger
 * than the document limit is split into several documents at the ends of paragraphs. A record that
 * cannot be used is added to the {@link #quarantine}, and reading continues; a corpus with too many
 * of them is rejected. A file that cannot be read to its end (truncated, damaged, a decompression
 * bomb) is an error, because it may hide any part of the corpus. Texts keep every character,
 * including line ends and NUL, except a byte order mark at the start of a file and line ends around
 * separators; the text of CoNLL-U is rebuilt from its words.
 *
 * <p>For use by one thread; {@link #progress} may be called from any thread.
 */
public final class CorpusReader implements Iterator<Document>, AutoCloseable {
    private final List<CorpusFile> files;
    private final List<PassedOverFiles> passedOver;
    private final ReaderOptions options;
    private final Quarantine quarantine = new Quarantine();
    private final FilteredDocuments filter;
    private final AtomicLong bytesRead = new AtomicLong();
    private final long totalBytes;
    private int nextFile;
    private Optional<OpenFile> current = Optional.empty();
    private Optional<Document> ahead = Optional.empty();
    private boolean finished;

    /**
     * How far a corpus has been read.
     *
     * @param bytesRead bytes read from disk, before decompression
     * @param totalBytes size of all files
     */
    public record Progress(long bytesRead, long totalBytes) {
        /** Returns the fraction read, 0 to 1. */
        public double fraction() {
            return totalBytes == 0 ? 1 : Math.min(1, (double) bytesRead / totalBytes);
        }
    }

    private record OpenFile(CorpusFile file, FileRecords records) {}

    private CorpusReader(CorpusFiles found, ReaderOptions options) {
        this.files = found.files();
        this.passedOver = found.passedOver();
        this.options = options;
        this.filter = new FilteredDocuments(options.filter());
        this.totalBytes = files.stream().mapToLong(CorpusFile::bytes).sum();
    }

    /**
     * Finds the files of a corpus, without opening them.
     *
     * @param paths files ({@code .txt}, {@code .md}, {@code .jsonl}, {@code .ndjson}, {@code
     *     .json}, {@code .conllu}; plain, {@code .gz} or {@code .zst}; {@code .parquet}) and
     *     folders, which are searched recursively for such files, and glob patterns such as {@code
     *     corpus/**}{@code /*.parquet}, in the order of their names; a plain {@code .json} is read
     *     only if it is named explicitly
     * @throws LimeException if a path does not exist or has an unsupported type, a pattern matches
     *     no file, a folder cannot be read, symbolic links form a loop, or no file is found
     */
    public static CorpusReader open(List<Path> paths, ReaderOptions options) {
        return new CorpusReader(CorpusFiles.list(paths), options);
    }

    /**
     * Returns the folder that is searched for a path of a corpus: that before the wildcards of a
     * pattern, else the path itself.
     */
    public static Path folderOf(Path path) {
        return PathPattern.of(path).map(PathPattern::base).orElse(path);
    }

    /** Returns the files in the order in which they are read. */
    public List<CorpusFile> files() {
        return files;
    }

    /** Returns the files and folders that are skipped. */
    public List<PassedOverFiles> passedOver() {
        return passedOver;
    }

    /** Returns the records that were rejected so far. */
    public Quarantine quarantine() {
        return quarantine;
    }

    /**
     * Returns the number of documents that were left out so far, by reason: {@link
     * ReaderOptions#filter} without its limits of characters per token, which are not known here.
     */
    public Map<FilterReason, Long> filtered() {
        return filter.counts();
    }

    /** Returns how far the corpus has been read. */
    public Progress progress() {
        return new Progress(bytesRead.get(), totalBytes);
    }

    /**
     * Reads ahead to the next document.
     *
     * @throws LimeException if a file cannot be read to its end, or too many records are bad
     */
    @Override
    public boolean hasNext() {
        while (ahead.isEmpty() && !finished) {
            try {
                advance();
            } catch (IOException e) {
                throw unreadable(e);
            }
        }
        return ahead.isPresent();
    }

    @Override
    public Document next() {
        if (!hasNext()) {
            throw new NoSuchElementException("The corpus has no more documents");
        }
        Document document = ahead.orElseThrow();
        ahead = Optional.empty();
        return document;
    }

    /** Advances by one step: opens a file, reads a record, closes a file, or finishes. */
    private void advance() throws IOException {
        if (current.isEmpty()) {
            if (nextFile < files.size()) {
                CorpusFile file = files.get(nextFile++);
                current =
                        Optional.of(new OpenFile(file, FileRecords.open(file, options, bytesRead)));
            } else {
                finished = true;
                quarantine.check(options.maxBadFraction(), true);
            }
            return;
        }
        FileRecords records = current.get().records();
        if (records.next()) {
            records.record().ifPresent(this::accept);
        } else {
            close();
        }
    }

    private void accept(CorpusRecord outcome) {
        if (outcome instanceof CorpusRecord.Good good) {
            quarantine.countDocument();
            ahead = Optional.of(good.document()).filter(filter::keeps);
        } else if (outcome instanceof CorpusRecord.Bad bad) {
            quarantine.add(bad.quarantined());
            quarantine.check(options.maxBadFraction(), false);
        }
    }

    private LimeException unreadable(IOException e) {
        CorpusFile file = current.map(OpenFile::file).orElseGet(() -> files.get(nextFile - 1));
        if (file.compression() == CorpusFile.Compression.NONE) {
            return IoErrors.cannotRead(file.path(), e);
        }
        if (e instanceof ZstdFrames.WindowTooLarge) {
            return new LimeException(
                    "[%s] %s. Hint: free memory, or compress it with a smaller window: zstd --long=27"
                            .formatted(file.path(), IoErrors.reason(e)),
                    e);
        }
        long records = current.map(open -> open.records().number()).orElse(0L);
        return new LimeException(
                "[%s] %s after record %d: %s. Hint: was the download complete? Download it again"
                        .formatted(
                                file.path(),
                                e instanceof EOFException ? "truncated" : "truncated or damaged",
                                records,
                                IoErrors.reason(e)),
                e);
    }

    /** Closes the file that is being read. */
    @Override
    public void close() {
        current.ifPresent(
                open -> {
                    try {
                        open.records().close();
                    } catch (IOException e) {
                        throw IoErrors.cannotRead(open.file().path(), e);
                    }
                });
        current = Optional.empty();
    }
}
