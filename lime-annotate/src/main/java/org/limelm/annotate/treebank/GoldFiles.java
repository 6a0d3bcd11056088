package org.limelm.annotate.treebank;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Opens gold files, plain or gzipped. */
final class GoldFiles {
    private static final int BUFFER_BYTES = 1 << 16;

    private GoldFiles() {}

    static BufferedReader open(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
        if (file.toString().endsWith(".gz")) {
            in = new GZIPInputStream(in, BUFFER_BYTES);
        }
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), BUFFER_BYTES);
    }
}
