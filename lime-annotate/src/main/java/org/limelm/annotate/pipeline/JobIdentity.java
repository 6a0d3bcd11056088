package org.limelm.annotate.pipeline;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.LimeException;
import org.limelm.core.corpus.CorpusFile;
import org.limelm.core.io.Json;
import org.limelm.core.io.Sha256;

/**
 * Everything that determines the bytes of a folder's shards, written to the folder before the first
 * shard: a run may resume in a folder only if it would write the same shards.
 *
 * @param settings tokenizer, annotator, mode, alignment, unit size, reading options; of a corpus of
 *     more than {@value #MAX_LISTED_FILES} files, also their number and a hash of their paths and
 *     sizes
 * @param corpus size in bytes of every corpus file, by path, in reading order; empty if the
 *     settings have their hash
 */
record JobIdentity(Map<String, String> settings, Map<String, Long> corpus) {
    static final String FILE = "job.json";

    /** Number of corpus files above which a list would be too large to be read back. */
    static final int MAX_LISTED_FILES = 100_000;

    private static final String CORPUS_FILES = "corpusFiles";
    private static final String CORPUS_SHA256 = "corpusSha256";

    private static final String UNIT = "unitCharacters";

    /** Name of {@code unitCharacters} in files of older versions. */
    private static final String OLD_UNIT = "unitBytes";

    JobIdentity {
        Map<String, String> named = new LinkedHashMap<>();
        settings.forEach((key, value) -> named.put(key.equals(OLD_UNIT) ? UNIT : key, value));
        if (corpus.size() > MAX_LISTED_FILES) {
            named.put(CORPUS_FILES, Integer.toString(corpus.size()));
            named.put(CORPUS_SHA256, sha256(corpus));
            corpus = Map.of();
        }
        settings = Collections.unmodifiableMap(named);
        corpus = Collections.unmodifiableMap(new LinkedHashMap<>(corpus));
    }

    /** Returns the hash of {@code path NUL bytes NUL} for each file, sorted by path. */
    private static String sha256(Map<String, Long> corpus) {
        MessageDigest digest = Sha256.newDigest();
        new TreeMap<>(corpus)
                .forEach(
                        (path, bytes) ->
                                digest.update(
                                        (path + '\0' + bytes + '\0')
                                                .getBytes(StandardCharsets.UTF_8)));
        return Sha256.hex(digest);
    }

    static JobIdentity of(AnnotateJob job, SubwordTokenizer tokenizer, List<CorpusFile> files) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("tokenizer", tokenizer.sha256());
        if (!tokenizer.isEndOfTextEvident()) {
            settings.put("endOfText", tokenizer.endOfText());
        }
        settings.put("annotator", job.annotators().id());
        settings.put("schema", job.annotators().schema().fingerprint());
        settings.put("mode", job.mode().label());
        settings.put("alignment", job.alignment().label());
        settings.put(UNIT, Long.toString(job.unitCharacters()));
        settings.put("reader", job.reader().identity());
        Map<String, Long> corpus = new LinkedHashMap<>();
        for (CorpusFile file : files) {
            corpus.put(file.path().toAbsolutePath().normalize().toString(), file.bytes());
        }
        return new JobIdentity(settings, corpus);
    }

    /**
     * Writes the identity into a new folder, or compares it with that of an earlier run.
     *
     * @throws LimeException if the earlier run was another job; the message lists the differences
     */
    void claim(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            Json.write(file, this);
            return;
        }
        JobIdentity earlier = Json.read(file, JobIdentity.class);
        StringBuilder differences = new StringBuilder();
        differ(differences, "", earlier.settings, settings);
        if (earlier.corpus.isEmpty() == corpus.isEmpty()) { // else the settings differ
            differ(differences, "corpus file ", earlier.corpus, corpus);
        }
        if (!differences.isEmpty()) {
            throw new LimeException(
                    "["
                            + folder
                            + "] was started as another job:"
                            + differences
                            + "\nHint: undo the change to resume, or annotate into a new folder");
        }
    }

    private static void differ(
            StringBuilder out, String what, Map<String, ?> earlier, Map<String, ?> now) {
        earlier.forEach(
                (key, value) -> {
                    if (!now.containsKey(key)) {
                        out.append("\n  ").append(what).append(key).append(" is missing");
                    } else if (!value.equals(now.get(key))) {
                        out.append(
                                String.format(
                                        Locale.ROOT,
                                        "\n  %s%s was %s, is %s",
                                        what,
                                        key,
                                        value,
                                        now.get(key)));
                    }
                });
        now.keySet().stream()
                .filter(key -> !earlier.containsKey(key))
                .forEach(key -> out.append("\n  ").append(what).append(key).append(" is new"));
    }
}
