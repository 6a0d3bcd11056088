package org.limelm.annotate.internal.words;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.limelm.annotate.internal.classifier.Form;

/**
 * Clusters of words that occur between similar words, by their normalized forms. They tell a
 * classifier something about words that its gold files lack. Immutable, shared by all threads.
 *
 * <p>File format: gzipped UTF-8, one {@code word<TAB>cluster} per line, sorted by word.
 */
public final class WordClusters {
    private static final Form UNKNOWN = Form.of("?");

    private final Map<String, Form> clusterOf = new HashMap<>();

    /** Creates clusters from the number of the cluster of each normalized word. */
    public WordClusters(Map<String, Integer> clusters) {
        Map<Integer, Form> forms = new HashMap<>();
        clusters.forEach(
                (word, cluster) ->
                        clusterOf.put(
                                word,
                                forms.computeIfAbsent(
                                        cluster, number -> Form.of(Integer.toString(number)))));
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it is malformed or cannot be read
     */
    public static WordClusters read(InputStream file) throws IOException {
        Map<String, Integer> clusters = new HashMap<>();
        BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(new GZIPInputStream(file), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            int tab = line.lastIndexOf('\t');
            if (tab < 0 || !line.substring(tab + 1).matches("\\d{1,9}")) {
                throw new IOException("expected 'word<TAB>cluster', found '" + line + "'");
            }
            clusters.put(line.substring(0, tab), Integer.parseInt(line.substring(tab + 1)));
        }
        return new WordClusters(clusters);
    }

    /** Returns the content of a file, before compression. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, Form> entry : sorted().entrySet()) {
            text.append(entry.getKey()).append('\t').append(entry.getValue()).append('\n');
        }
        return text.toString();
    }

    private Map<String, Form> sorted() {
        return Collections.unmodifiableMap(new TreeMap<>(clusterOf));
    }

    /** Returns the cluster of a normalized word, {@code ?} if it has none. */
    Form of(String normalized) {
        return clusterOf.getOrDefault(normalized, UNKNOWN);
    }
}
