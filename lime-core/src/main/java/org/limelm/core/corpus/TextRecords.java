package org.limelm.core.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;

/** A text file: one record, or several if it is large. */
final class TextRecords implements FileRecords {
    private final CorpusFile file;
    private final InputStream in;
    private final TextPieces pieces;

    TextRecords(CorpusFile file, InputStream in, ReaderOptions options) {
        this.file = file;
        this.in = in;
        this.pieces = new TextPieces(in, options.maxDocumentBytes());
    }

    @Override
    public boolean next() throws IOException {
        return pieces.next();
    }

    @Override
    public Optional<CorpusRecord> record() {
        String part = pieces.isWhole() ? "" : "#" + pieces.number();
        String origin = file.path() + part;
        try {
            return Optional.of(
                    CorpusRecord.of(
                            file.path().getFileName() + part, Utf8.decode(pieces.bytes()), origin));
        } catch (CharacterCodingException e) {
            return Optional.of(CorpusRecord.bad(origin, QuarantineReason.INVALID_UTF8, ""));
        }
    }

    @Override
    public long number() {
        return pieces.number();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
