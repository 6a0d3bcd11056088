package org.limelm.core.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Optional;
import org.limelm.core.text.Document;

/**
 * A CoNLL-U file: one record per {@code # newdoc}, or one for the whole file. The text is that of
 * the words and of {@code SpaceAfter=No}, with a space between sentences and an empty line between
 * paragraphs ({@code # newpar}).
 */
final class ConlluRecords implements FileRecords {
    private static final String NEW_DOCUMENT = "# newdoc";

    private final CorpusFile file;
    private final InputStream in;
    private final Lines lines;
    private final ReaderOptions options;
    private Optional<String> ahead = Optional.empty();
    private Optional<CorpusRecord> unreadable = Optional.empty(); // instead of the last line
    private Optional<CorpusRecord> current = Optional.empty();
    private long number;

    ConlluRecords(CorpusFile file, InputStream in, ReaderOptions options) {
        this.file = file;
        this.in = in;
        this.lines = new Lines(in, options.maxDocumentBytes());
        this.options = options;
    }

    @Override
    public boolean next() throws IOException {
        List<String> fields = options.fields();
        ConlluDocument document = new ConlluDocument(fields, options.maxDocumentBytes());
        String origin = "";
        Optional<CorpusRecord> bad = Optional.empty();
        for (Optional<String> line = nextLine(); line.isPresent(); line = nextLine()) {
            if (line.get().startsWith(NEW_DOCUMENT) && !origin.isEmpty()) {
                if (document.hasWords() || bad.isPresent()) {
                    ahead = line;
                    break;
                }
            }
            origin = origin.isEmpty() ? file.path() + ":" + lines.number() : origin;
            if (bad.isEmpty()) {
                bad = read(line.get(), document);
            }
        }
        if (origin.isEmpty()) {
            return false;
        }
        number++;
        current = bad.isPresent() ? bad : Optional.of(record(document, origin));
        return true;
    }

    private Optional<String> nextLine() throws IOException {
        if (ahead.isPresent()) {
            Optional<String> line = ahead;
            ahead = Optional.empty();
            return line;
        }
        if (!lines.nextLine()) {
            return Optional.empty();
        }
        unreadable =
                lines.isTooLarge()
                        ? bad(QuarantineReason.TOO_LARGE, "over the maximum size of a document")
                        : Optional.empty();
        try {
            return Optional.of(Utf8.decode(lines.bytes()));
        } catch (CharacterCodingException e) {
            unreadable = bad(QuarantineReason.INVALID_UTF8, "");
            return Optional.of("");
        }
    }

    private Optional<CorpusRecord> bad(QuarantineReason reason, String detail) {
        return Optional.of(CorpusRecord.bad(file.path() + ":" + lines.number(), reason, detail));
    }

    private Optional<CorpusRecord> read(String line, ConlluDocument document) {
        if (unreadable.isPresent()) {
            return unreadable;
        }
        try {
            document.line(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
            return Optional.empty();
        } catch (ConlluDocument.BadLine e) {
            return bad(e.reason(), e.detail());
        }
    }

    private static CorpusRecord record(ConlluDocument document, String origin) {
        CorpusRecord record = CorpusRecord.of(document.id(), document.text(), origin);
        return record instanceof CorpusRecord.Good good
                ? new CorpusRecord.Good(
                        new Document(
                                good.document().id(),
                                good.document().text(),
                                origin,
                                document.fields()))
                : record;
    }

    @Override
    public Optional<CorpusRecord> record() {
        return current;
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
