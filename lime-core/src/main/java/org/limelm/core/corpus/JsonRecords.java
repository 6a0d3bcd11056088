package org.limelm.core.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A file of JSON lines: one record per line that is not blank. */
final class JsonRecords implements FileRecords {
    private final CorpusFile file;
    private final InputStream in;
    private final Lines lines;
    private final RecordParser parser;

    JsonRecords(CorpusFile file, InputStream in, ReaderOptions options) {
        this.file = file;
        this.in = in;
        this.lines = new Lines(in, options.maxDocumentBytes());
        this.parser = new RecordParser(options);
    }

    @Override
    public boolean next() throws IOException {
        return lines.nextLine();
    }

    @Override
    public Optional<CorpusRecord> record() {
        return parser.jsonLine(lines, file);
    }

    @Override
    public long number() {
        return lines.number();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
