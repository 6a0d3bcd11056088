package org.limelm.annotate.training;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Removes timestamps from an OpenNLP model, which is a zip archive with a dated manifest, so that
 * the same training gives the same bytes.
 */
final class ReproducibleZip {
    private static final String MANIFEST = "manifest.properties";
    private static final LocalDateTime EPOCH = LocalDateTime.of(2000, 1, 1, 0, 0);

    private ReproducibleZip() {}

    /** Returns the archive with entries sorted by name and with a fixed date. */
    static byte[] of(byte[] archive) throws IOException {
        Map<String, byte[]> entries = new TreeMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.put(entry.getName(), in.readAllBytes());
            }
        }
        entries.computeIfPresent(MANIFEST, (name, manifest) -> undated(manifest));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            out.setLevel(Deflater.BEST_COMPRESSION);
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                ZipEntry undated = new ZipEntry(entry.getKey());
                undated.setTimeLocal(EPOCH);
                out.putNextEntry(undated);
                out.write(entry.getValue());
                out.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] undated(byte[] manifest) {
        String text = new String(manifest, StandardCharsets.ISO_8859_1);
        String lines =
                new BufferedReader(new StringReader(text))
                        .lines()
                        .filter(line -> !line.startsWith("#"))
                        .map(line -> line.startsWith("Timestamp=") ? "Timestamp=0" : line)
                        .sorted()
                        .collect(Collectors.joining("\n", "", "\n"));
        return lines.getBytes(StandardCharsets.ISO_8859_1);
    }
}
