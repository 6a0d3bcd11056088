package org.limelm.core.internal.parquet;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Util;
import org.limelm.core.LimeException;

/** Reads the footer of a parquet file: {@code … metadata, its length (I32), "PAR1"}. */
final class ParquetFooter {
    private static final String MAGIC = "PAR1";
    private static final String ENCRYPTED = "PARE";
    private static final int TAIL_BYTES = 8;

    private ParquetFooter() {}

    /**
     * Reads the footer.
     *
     * @throws LimeException if the file is not a parquet file, truncated or encrypted
     */
    static FileMetaData read(Path file, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < MAGIC.length() + TAIL_BYTES) {
            throw notParquet(file, size + " bytes");
        }
        ByteBuffer tail = readFully(channel, size - TAIL_BYTES, TAIL_BYTES);
        int length = tail.order(ByteOrder.LITTLE_ENDIAN).getInt();
        String magic = StandardCharsets.ISO_8859_1.decode(tail).toString();
        if (magic.equals(ENCRYPTED)) {
            throw new LimeException(
                    "[" + file + "] is encrypted, expected plain parquet. Hint: decrypt it first");
        }
        if (!magic.equals(MAGIC)) {
            throw notParquet(file, "no " + MAGIC + " at its end");
        }
        if (length < 0 || length > size - TAIL_BYTES - MAGIC.length()) {
            throw notParquet(file, "a footer of " + length + " bytes in a file of " + size);
        }
        byte[] footer = readFully(channel, size - TAIL_BYTES - length, length).array();
        try {
            return Util.readFileMetaData(new ByteArrayInputStream(footer));
        } catch (IOException | RuntimeException e) {
            throw new LimeException(
                    "["
                            + file
                            + "] its footer is damaged: "
                            + e.getMessage()
                            + ". Hint: download or write the file again",
                    e);
        }
    }

    private static LimeException notParquet(Path file, String what) {
        return new LimeException(
                "["
                        + file
                        + "] not a complete parquet file: "
                        + what
                        + ". Hint: was the download complete? Download it again, or rename it if it"
                        + " is of another type");
    }

    private static ByteBuffer readFully(FileChannel channel, long position, int count)
            throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw new IOException("it became shorter while it was read");
            }
        }
        return bytes.flip();
    }
}
