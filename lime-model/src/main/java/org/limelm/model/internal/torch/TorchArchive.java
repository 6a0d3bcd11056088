package org.limelm.model.internal.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes TorchScript source as an archive in the format of {@code torch::jit::load}: a zip file
 * with uncompressed entries.
 *
 * <ul>
 *   <li>{@code data.pkl}: a pickle of one object of class {@code __torch__.Kernels} without state
 *   <li>{@code code/__torch__.py}: the source of the types used, and of that class
 *   <li>{@code constants.pkl}: a pickle of the empty tuple
 *   <li>{@code version}: the version of the operators, {@code 10}
 *   <li>{@code byteorder}: {@code little}
 * </ul>
 *
 * No tensor is stored: weights are arguments of the methods.
 */
final class TorchArchive {
    private static final String ROOT = "kernels/";
    private static final String CLASS_HEADER =
            "class Kernels(Module):\n  __parameters__ = []\n  __buffers__ = []\n";

    /** A top-level class, up to the next unindented line. */
    private static final Pattern TYPE = Pattern.compile("(?m)^class .*\\R(?:\\h.*\\R|\\R)*");

    private TorchArchive() {}

    /**
     * Returns the archive of a module with the functions of a source text as methods.
     *
     * @param source top-level functions, each with {@code self} as its first parameter, and
     *     top-level classes, referenced as {@code __torch__.NAME}
     */
    static byte[] of(String source) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            store(zip, "data.pkl", latin1("\u0080\u0002c__torch__\nKernels\n)\u0081}b."));
            store(zip, "code/__torch__.py", utf8(code(source)));
            store(zip, "constants.pkl", latin1("\u0080\u0002)."));
            store(zip, "version", utf8("10\n"));
            store(zip, "byteorder", utf8("little"));
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    private static String code(String source) {
        StringBuilder types = new StringBuilder();
        Matcher type = TYPE.matcher(source);
        while (type.find()) {
            types.append(type.group());
        }
        return types + CLASS_HEADER + type.replaceAll("").indent(2);
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(ROOT + name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
