package org.limelm.core.corpus;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.limelm.core.text.Document;

/** Writes and reads a corpus in a temporary folder. */
record CorpusFolder(Path folder) {
    /** Options that tolerate any number of bad records. */
    static final ReaderOptions TOLERANT =
            ReaderOptions.defaults().withMaxDocumentBytes(1000).withMaxBadFraction(1);

    static List<Document> read(ReaderOptions options, Path... paths) {
        List<Document> documents = new ArrayList<>();
        try (CorpusReader reader = CorpusReader.open(List.of(paths), options)) {
            reader.forEachRemaining(documents::add);
        }
        return documents;
    }

    void write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    String at(String name) {
        return folder + "/" + name;
    }

    static byte[] utf8(CharSequence text) {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
