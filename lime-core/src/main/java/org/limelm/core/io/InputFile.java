package org.limelm.core.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Supplier;
import org.limelm.core.LimeException;

/**
 * Reads entire files from untrusted sources. The reported size of a file is not trusted: at most
 * the limit is read. Pipes are rejected rather than waited for, unless the shell created them.
 */
public final class InputFile {
    private static final String BYTE_ORDER_MARK = "\ufeff";

    private InputFile() {}

    /**
     * Reads a text file, without a byte order mark.
     *
     * @param maxBytes maximum size in bytes
     * @throws LimeException if it cannot be read, is larger, is not UTF-8, or is not a file
     */
    public static String readString(Path file, int maxBytes) {
        return readString(
                file,
                maxBytes,
                () ->
                        new LimeException(
                                "[%s] larger than %,d bytes. Hint: is it the right file?"
                                        .formatted(file, maxBytes)));
    }

    /**
     * Reads a text file like {@link #readString(Path, int)}, with a custom exception for a file
     * that is too large.
     */
    public static String readString(
            Path file, int maxBytes, Supplier<? extends RuntimeException> tooLarge) {
        try {
            requireReadable(file);
            byte[] bytes;
            try (InputStream in = Files.newInputStream(file)) {
                bytes = in.readNBytes(maxBytes + 1);
            }
            if (bytes.length > maxBytes) {
                throw tooLarge.get();
            }
            String text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT)
                            .decode(ByteBuffer.wrap(bytes))
                            .toString();
            return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        } catch (IOException e) {
            throw IoErrors.cannotRead(file, e);
        }
    }

    private static void requireReadable(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        if (attributes.isDirectory()) {
            throw new LimeException("[" + file + "] a folder, expected a file");
        }
        Path absolute = file.toAbsolutePath().normalize();
        boolean fromShell = absolute.startsWith("/dev") || absolute.startsWith("/proc");
        if (attributes.isOther() && !fromShell) {
            throw new LimeException("[" + file + "] a pipe or device, expected a file");
        }
    }
}
