package org.limelm.annotate.treebank;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.jspecify.annotations.Nullable;
import org.limelm.core.LimeException;
import org.limelm.core.io.IoErrors;

/**
 * The lines of a gold file, plain or gzipped, in strict UTF-8: invalid content is an error, so that
 * models are never trained on it. A byte order mark at the beginning of a line is skipped. {@code
 * java.util.zip} would treat unreadable content after a gzip member as the end of the file.
 */
final class GoldLines implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    /** Maximum size of a line; a longer one indicates a file of another format. */
    private static final int MAX_LINE_BYTES = 1 << 20;

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final Path file;
    private final InputStream in;
    private final CharsetDecoder decoder =
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT);
    private int number;
    private boolean afterCarriageReturn;

    private GoldLines(Path file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    /**
     * Opens a file.
     *
     * @throws LimeException if it cannot be read
     */
    static GoldLines open(Path file) {
        try {
            InputStream in = Files.newInputStream(file);
            try {
                if (file.toString().endsWith(".gz")) {
                    in =
                            new GzipCompressorInputStream(
                                    new BufferedInputStream(in, BUFFER_BYTES), true);
                }
                return new GoldLines(file, new BufferedInputStream(in, BUFFER_BYTES));
            } catch (IOException e) {
                in.close();
                throw e;
            }
        } catch (IOException e) {
            throw IoErrors.cannotRead(file, e);
        }
    }

    /** Returns the file. */
    Path file() {
        return file;
    }

    /** Returns the number of the line that was read last, from 1. */
    int number() {
        return number;
    }

    /**
     * Returns the next line without its end (LF, CR LF or CR), or null after the last one.
     *
     * @throws LimeException if it is not valid UTF-8, too long, or the file cannot be read
     */
    @Nullable String next() {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        try {
            int b = in.read();
            if (b == '\n' && afterCarriageReturn) {
                b = in.read();
            }
            afterCarriageReturn = false;
            if (b < 0) {
                return null;
            }
            number++;
            for (; b >= 0 && b != '\n' && b != '\r'; b = in.read()) {
                line.write(b);
                if (line.size() > MAX_LINE_BYTES) {
                    throw new LimeException(
                            "[%s:%d] a line of more than %,d bytes, expected one word per line. Hint: is it a text file with lines?"
                                    .formatted(file, number, MAX_LINE_BYTES));
                }
            }
            afterCarriageReturn = b == '\r';
        } catch (IOException e) {
            throw IoErrors.cannotRead(file, e);
        }
        String text = decode(line.toByteArray());
        return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    }

    private String decode(byte[] line) {
        ByteBuffer bytes = ByteBuffer.wrap(line);
        try {
            return decoder.decode(bytes).toString();
        } catch (CharacterCodingException e) {
            int at = bytes.position();
            throw new LimeException(
                    "[%s:%d] byte 0x%02X at position %d is not valid UTF-8. Hint: convert the file, for example with iconv -f LATIN1 -t UTF-8"
                            .formatted(file, number, line[Math.min(at, line.length - 1)], at + 1),
                    e);
        }
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw IoErrors.cannotRead(file, e);
        }
    }
}
