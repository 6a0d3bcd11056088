package org.limelm.annotate.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.subword.BpeTrainer;
import org.limelm.core.corpus.ReaderOptions;
import org.limelm.core.io.Json;
import org.limelm.core.io.Sha256;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.text.Alignment;

/** A corpus, a tokenizer and jobs for tests, in a folder of the test. */
public final class PipelineFixture {
    /** Lincoln at Gettysburg, 1863, and a line that is not plain ASCII. */
    static final List<String> SENTENCES =
            List.of(
                    "Four score and seven years ago our fathers brought forth on this continent, a"
                            + " new nation, conceived in Liberty, and dedicated to the proposition"
                            + " that all men are created equal.",
                    "Now we are engaged in a great civil war, testing whether that nation, or any"
                            + " nation so conceived and so dedicated, can long endure.",
                    "We are met on a great battle-field of that war.",
                    "We have come to dedicate a portion of that field, as a final resting place for"
                            + " those who here gave their lives that that nation might live.",
                    "It is altogether fitting and proper that we should do this.",
                    "But, in a larger sense, we can not dedicate — we can not consecrate — we can"
                            + " not hallow — this ground.",
                    "The world will little note, nor long remember what we say here, but it can"
                            + " never forget what they did here.",
                    "President Lincoln spoke in Gettysburg, Pennsylvania, on November 19, 1863; it"
                            + " didn't cost $1,234.50.",
                    "Naïve cafés in 東京 don't serve tea 🙂 on שבת.");

    private final Path folder;
    private final Path tokenizer;

    /** Trains a tokenizer in a folder. */
    public PipelineFixture(Path folder) {
        this.folder = folder;
        this.tokenizer = folder.resolve("tokenizer.json");
        BpeTrainer.train(SENTENCES.iterator(), 560, BpeTrainer.Listener.SILENT).write(tokenizer);
    }

    /** Returns the folder of the corpus. */
    public Path corpus() {
        return folder.resolve("corpus");
    }

    /** Returns the tokenizer. */
    public Path tokenizer() {
        return tokenizer;
    }

    /**
     * Writes a corpus of 14 documents: JSON lines, paragraphs, and a text that is difficult to
     * split.
     */
    public void writeCorpus() throws IOException {
        jsonl("a.jsonl", 12, 900);
        text("b.txt", paragraphs(2_000, 77));
        text("c.txt", "Crêpes\r\n\r\n\t東京 👩‍👩‍👧 don't\u0000 end without a line break");
    }

    /** Runs a job without a listener. */
    public static AnnotateReport run(AnnotateJob job) {
        return AnnotatePipeline.run(job, progress -> {});
    }

    /** Writes a text file of the corpus. */
    void text(String name, String text) throws IOException {
        Files.createDirectories(corpus());
        Files.writeString(corpus().resolve(name), text);
    }

    /** Returns paragraphs that depend only on the seed. */
    static String paragraphs(int chars, long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        while (text.length() < chars) {
            text.append(SENTENCES.get(random.nextInt(SENTENCES.size())))
                    .append(" No. ")
                    .append(random.nextInt(10_000))
                    .append(random.nextInt(6) == 0 ? "\n\n" : " ");
        }
        return text.toString();
    }

    /** Writes documents into one JSONL file of the corpus. */
    public void jsonl(String name, int documents, int chars) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int d = 0; d < documents; d++) {
            lines.append(
                            Json.toLine(
                                    new TreeMap<>(
                                            Map.of("id", "d" + d, "text", paragraphs(chars, d)))))
                    .append('\n');
        }
        text(name, lines.toString());
    }

    /** Returns a causal job with small units. */
    public AnnotateJob job(Annotators annotators, String output) {
        return new AnnotateJob(
                List.of(corpus()),
                tokenizer,
                Optional.empty(),
                folder.resolve(output),
                AnnotationMode.CAUSAL,
                Alignment.LINGUISTIC,
                annotators,
                ReaderOptions.defaults(),
                2,
                2_500);
    }

    /** Returns the hash of every file of a folder by name, except for lock and measured cost. */
    public static Map<String, String> hashes(Path output) throws IOException {
        Map<String, String> hashes = new TreeMap<>();
        try (Stream<Path> files = Files.list(output)) {
            for (Path file : files.toList()) {
                String name = String.valueOf(file.getFileName());
                if (Files.isRegularFile(file)
                        && !name.equals(".lock")
                        && !name.equals(AnnotationCost.FILE)) {
                    hashes.put(name, Sha256.ofFile(file));
                }
            }
        }
        return hashes;
    }
}
