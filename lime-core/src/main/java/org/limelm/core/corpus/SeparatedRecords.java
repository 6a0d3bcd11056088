package org.limelm.core.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A text file of several documents with a separator between them. */
final class SeparatedRecords implements FileRecords {
    private final CorpusFile file;
    private final InputStream in;
    private final ReaderOptions options;
    private final SeparatedText parts;

    SeparatedRecords(CorpusFile file, InputStream in, ReaderOptions options) {
        this.file = file;
        this.in = in;
        this.options = options;
        this.parts =
                new SeparatedText(
                        in,
                        options.textSeparator().getBytes(StandardCharsets.UTF_8),
                        options.maxDocumentBytes());
    }

    @Override
    public boolean next() throws IOException {
        return parts.next();
    }

    @Override
    public Optional<CorpusRecord> record() {
        String part = "#" + parts.number();
        String origin = file.path() + part;
        if (parts.isTooLarge()) {
            return Optional.of(
                    CorpusRecord.bad(
                            origin,
                            QuarantineReason.TOO_LARGE,
                            "over " + options.maxDocumentBytes() + " bytes"));
        }
        try {
            String text = Utf8.decode(parts.bytes());
            return text.isBlank()
                    ? Optional.empty()
                    : Optional.of(CorpusRecord.of(file.path().getFileName() + part, text, origin));
        } catch (CharacterCodingException e) {
            return Optional.of(CorpusRecord.bad(origin, QuarantineReason.INVALID_UTF8, ""));
        }
    }

    @Override
    public long number() {
        return parts.number();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
