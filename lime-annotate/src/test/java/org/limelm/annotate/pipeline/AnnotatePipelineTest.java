package org.limelm.annotate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.subword.BpeTrainer;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.LimeException;
import org.limelm.core.corpus.ReaderOptions;
import org.limelm.core.io.FolderLock;
import org.limelm.core.io.Json;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.shard.ShardManifest;
import org.limelm.core.shard.ShardSet;
import org.limelm.core.text.Alignment;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class AnnotatePipelineTest {
    private static Annotators annotators;

    @TempDir Path folder;
    private PipelineFixture fixture;

    @BeforeAll
    static void loadModels() {
        annotators = Annotators.bundled(AnnotatorOptions.defaults());
    }

    @BeforeEach
    void writeCorpus() throws IOException {
        fixture = new PipelineFixture(folder);
        fixture.jsonl("a.jsonl", 12, 900);
        fixture.text("b.txt", PipelineFixture.paragraphs(2_000, 77));
        fixture.text("c.txt", "Crêpes\r\n\r\n\t東京 👩‍👩‍👧 don't\u0000 end without a line break");
    }

    private AnnotateJob job(String output) {
        return fixture.job(annotators, output);
    }

    private static AnnotateReport run(AnnotateJob job) {
        return AnnotatePipeline.run(job, progress -> {});
    }

    /** Gives all files a time long ago: what is written afterwards has a newer one. */
    private static void age(Path output) throws IOException {
        for (String name : PipelineFixture.hashes(output).keySet()) {
            Files.setLastModifiedTime(output.resolve(name), FileTime.from(Instant.EPOCH));
        }
    }

    private static List<String> rewritten(Path output) throws IOException {
        List<String> names = new ArrayList<>();
        for (String name : PipelineFixture.hashes(output).keySet()) {
            if (Files.getLastModifiedTime(output.resolve(name)).toMillis() > 0) {
                names.add(name);
            }
        }
        return names;
    }

    private static void flipByte(Path file, int index) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[index] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void threadsDoNotChangeAByte() throws IOException {
        AnnotateJob one = job("one").withThreads(1);
        AnnotateJob two = job("two").withThreads(2);
        AnnotateReport report = run(one);
        run(two);
        assertThat(report.shards()).isGreaterThan(3);
        assertThat(PipelineFixture.hashes(two.output()))
                .isEqualTo(PipelineFixture.hashes(one.output()))
                .containsKeys("manifest.json", "job.json", "shard-00003.safetensors");
    }

    @Test
    void onlyAMissingShardIsDoneAgain() throws IOException {
        AnnotateJob job = job("out");
        int shards = run(job).shards();
        Map<String, String> before = PipelineFixture.hashes(job.output());
        Files.delete(job.output().resolve("manifest.json"));
        Files.delete(job.output().resolve("shard-00001.safetensors"));
        age(job.output());

        AnnotateReport report = run(job);
        assertThat(report.shards()).isEqualTo(shards);
        assertThat(report.shardsReused()).isEqualTo(shards - 1);
        assertThat(PipelineFixture.hashes(job.output())).isEqualTo(before);
        assertThat(rewritten(job.output()))
                .containsExactlyInAnyOrder(
                        "manifest.json",
                        "shard-00001.safetensors",
                        "shard-00001.documents.jsonl",
                        "shard-00001.done.json");
    }

    @Test
    void aShardWithAFlippedByteIsDoneAgain() throws IOException {
        AnnotateJob job = job("out");
        int shards = run(job).shards();
        Map<String, String> before = PipelineFixture.hashes(job.output());
        Path shard = job.output().resolve("shard-00002.safetensors");
        flipByte(shard, (int) Files.size(shard) - 1);
        flipByte(job.output().resolve("shard-00000.documents.jsonl"), 2);
        Files.writeString(job.output().resolve("shard-00001.done.json"), "{");

        assertThat(run(job).shardsReused()).isEqualTo(shards - 3);
        assertThat(PipelineFixture.hashes(job.output())).isEqualTo(before);
    }

    @Test
    void aFinishedFolderIsLeftAsItIs() throws IOException {
        AnnotateJob job = job("out");
        int shards = run(job).shards();
        Map<String, String> before = PipelineFixture.hashes(job.output());
        AnnotateReport again = run(job);
        assertThat(again.shardsReused()).isEqualTo(shards);
        assertThat(again.wordsThisRun()).isZero();
        assertThat(PipelineFixture.hashes(job.output())).isEqualTo(before);
    }

    @Test
    void aFolderOfAnotherJobIsRefusedWithTheDifference() throws IOException {
        AnnotateJob job = job("out");
        run(job);
        Map<String, String> before = PipelineFixture.hashes(job.output());

        Path other = folder.resolve("other.json");
        BpeTrainer.train(PipelineFixture.SENTENCES.iterator(), 400, BpeTrainer.Listener.SILENT)
                .write(other);
        assertThatThrownBy(() -> run(job.withTokenizer(other)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("another job")
                .hasMessageContaining("tokenizer was");
        assertThatThrownBy(() -> run(job.withMode(AnnotationMode.FULL)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("mode was causal, is full");
        assertThatThrownBy(() -> run(job.withUnitCharacters(5_000)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("unitCharacters was 2500, is 5000");
        assertThatThrownBy(() -> run(job.withAlignment(Alignment.PLAIN)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("alignment was linguistic, is plain");
        assertThat(PipelineFixture.hashes(job.output())).isEqualTo(before);
    }

    @Test
    void aFolderBegunByAnOlderVersionIsContinued() throws IOException {
        AnnotateJob job = job("out");
        int shards = run(job).shards();
        Path identity = job.output().resolve("job.json");
        String written = Files.readString(identity);
        Files.writeString(identity, written.replace("unitCharacters", "unitBytes"));

        assertThat(written).contains("unitCharacters");
        assertThat(run(job).shardsReused()).isEqualTo(shards);
    }

    @Test
    void aFolderOfAnotherEndOfTextIsRefused() throws IOException {
        AnnotateJob job = job("out");
        run(job);

        assertThatThrownBy(() -> run(job.withEndOfText(Optional.of("e"))))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("endOfText is new");
        run(job.withEndOfText(Optional.of("<|endoftext|>"))); // what the tokenizer says by itself
    }

    @Test
    void aChangedCorpusIsRefusedByTheNameOfTheFile() throws IOException {
        AnnotateJob job = job("out");
        run(job);
        Path grown = fixture.corpus().resolve("b.txt");
        String text = Files.readString(grown);
        Files.writeString(grown, "More.", StandardOpenOption.APPEND);
        assertThatThrownBy(() -> run(job))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining(
                        "b.txt was %d, is %d"
                                .formatted(
                                        text.getBytes(StandardCharsets.UTF_8).length,
                                        Files.size(grown)));

        Files.delete(grown);
        assertThatThrownBy(() -> run(job))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("b.txt has vanished");

        Files.writeString(grown, text);
        fixture.text("d.txt", "A new one.");
        assertThatThrownBy(() -> run(job))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("d.txt is new");

        Files.delete(fixture.corpus().resolve("d.txt"));
        assertThat(run(job).shardsReused()).isEqualTo(run(job).shards());
    }

    @Test
    void aDocumentChangedWithinTheSameSizeIsAnnotatedAgain() throws IOException {
        AnnotateJob job = job("out");
        int shards = run(job).shards();
        Path changed = fixture.corpus().resolve("b.txt");
        String text = Files.readString(changed).replace("nation", "notion");
        Files.writeString(changed, text);
        assertThat(run(job).shardsReused()).isLessThan(shards);
        AnnotateJob fresh = job("fresh");
        run(fresh);
        assertThat(PipelineFixture.hashes(job.output()))
                .isEqualTo(PipelineFixture.hashes(fresh.output()));
    }

    @Test
    void recordsThatCannotBeUsedAreListed() throws IOException {
        fixture.text(
                "bad.jsonl",
                "{\"text\": 1}\nno json\n{\"text\": \"\\ud83d alone\"}\n{\"text\": \"Good.\"}\n");
        ReaderOptions defaults = ReaderOptions.defaults();
        AnnotateJob job =
                job("out")
                        .withReader(
                                new ReaderOptions(
                                        defaults.textField(),
                                        defaults.idField(),
                                        defaults.maxDocumentBytes(),
                                        0.5,
                                        defaults.maxCompressionRatio()));
        AnnotateReport report = run(job);
        assertThat(report.quarantined())
                .isEqualTo(Map.of("text-not-a-string", 1L, "bad-json", 1L, "lone-surrogate", 1L));
        assertThat(report.documents()).isEqualTo(15);
        List<String> lines = Files.readAllLines(job.output().resolve("quarantine.jsonl"));
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).contains("bad.jsonl:1", "text-not-a-string");
        assertThat(lines.get(1)).contains("bad.jsonl:2", "bad-json");
        assertThat(lines.get(2)).contains("bad.jsonl:3", "lone-surrogate");
    }

    @Test
    void piecesGiveBackEveryDocumentAndEndInAnEndOfTextWithoutTags() throws IOException {
        for (Alignment alignment : Alignment.values()) {
            AnnotateJob job = job("out-" + alignment).withAlignment(alignment);
            run(job);
            try (ShardSet shards = ShardSet.open(job.output());
                    SubwordTokenizer tokenizer = SubwordTokenizer.load(fixture.tokenizer())) {
                shards.verify();
                for (int d = 0; d < 12; d++) {
                    assertThat(documentText(shards, tokenizer, d))
                            .isEqualTo(PipelineFixture.paragraphs(900, d));
                }
                assertThat(documentText(shards, tokenizer, 12))
                        .isEqualTo(Files.readString(fixture.corpus().resolve("b.txt")));
                assertThat(documentText(shards, tokenizer, 13))
                        .isEqualTo(Files.readString(fixture.corpus().resolve("c.txt")));
                assertThat(shards.documentCount()).isEqualTo(14);
            }
        }
    }

    private static String documentText(ShardSet shards, SubwordTokenizer tokenizer, int document) {
        long from = shards.documentStart(document);
        int n = Math.toIntExact(shards.documentStart(document + 1) - from);
        int[] ids = new int[n];
        int[] lengths = new int[n];
        shards.readTokens(from, ids, 0, n);
        shards.readByteLengths(from, lengths, 0, n);
        for (int i = 0; i < n - 1; i++) {
            assertThat(lengths[i]).isEqualTo(tokenizer.pieceBytes(ids[i]).length).isPositive();
        }
        assertThat(ids[n - 1]).isEqualTo(tokenizer.endOfTextId());
        assertThat(lengths[n - 1]).isZero();
        for (int f = 0; f < shards.manifest().schema().size(); f++) {
            int[] tags = new int[n];
            shards.readTags(f, from, tags, 0, n);
            assertThat(tags[n - 1]).isZero();
        }
        return tokenizer.decode(ids);
    }

    @Test
    void fullAndCausalRunsHaveTheSameTokensAndOtherTags() throws IOException {
        AnnotateJob causal = job("causal");
        AnnotateJob full = job("full").withMode(AnnotationMode.FULL);
        run(causal);
        run(full);
        try (ShardSet a = ShardSet.open(causal.output());
                ShardSet b = ShardSet.open(full.output())) {
            int n = Math.toIntExact(a.tokenCount());
            assertThat(b.tokenCount()).isEqualTo(n);
            int[] left = new int[n];
            int[] right = new int[n];
            a.readTokens(0, left, 0, n);
            b.readTokens(0, right, 0, n);
            assertThat(left).isEqualTo(right);
            a.readByteLengths(0, left, 0, n);
            b.readByteLengths(0, right, 0, n);
            assertThat(left).isEqualTo(right);
            a.readTags(0, 0, left, 0, n);
            b.readTags(0, 0, right, 0, n);
            assertThat(left).isNotEqualTo(right);
        }
    }

    @Test
    void theManifestSaysWhatMadeTheShards() {
        AnnotateJob job = job("out");
        AnnotateReport report = run(job);
        ShardManifest manifest = ShardManifest.read(job.output());
        assertThat(manifest.annotation()).isEqualTo(AnnotationMode.CAUSAL);
        assertThat(manifest.schema()).isEqualTo(annotators.schema());
        assertThat(manifest.annotator()).isEqualTo(annotators.id());
        assertThat(manifest.annotatorInfo()).contains(annotators.info());
        assertThat(annotators.info().models()).containsKeys("entities.bin", "causal-xpos.bin");
        assertThat(annotators.info().features()).containsOnlyKeys("pos", "ner");
        assertThat(manifest.shards()).hasSize(report.shards());
        assertThat(report.documents()).isEqualTo(14);
        assertThat(report.coreHoursPerBillionWords()).isPositive();
    }

    @Test
    void twoJobsCannotWriteIntoOneFolder() throws IOException {
        AnnotateJob job = job("out");
        Files.createDirectories(job.output());
        try (FolderLock held = FolderLock.tryAcquire(job.output()).orElseThrow()) {
            assertThat(held).isNotNull();
            assertThatThrownBy(() -> run(job))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining(job.output().toString())
                    .hasMessageContaining("another process");
        }
        assertThat(run(job).documents()).isEqualTo(14);
    }

    @Test
    void aFailureNamesItsDocumentAndLeavesNoManifest() throws IOException {
        Path ascii = folder.resolve("ascii.json");
        TreeMap<String, Integer> vocabulary = new TreeMap<>();
        for (char c = 0; c < 128; c++) {
            vocabulary.put(String.valueOf(c), vocabulary.size());
        }
        vocabulary.put("<|endoftext|>", 128);
        Json.write(
                ascii,
                Map.of(
                        "version",
                        "1.0",
                        "added_tokens",
                        List.of(),
                        "model",
                        Map.of("type", "BPE", "vocab", vocabulary, "merges", List.of())));
        for (String name : List.of("a.jsonl", "b.txt", "c.txt")) {
            Files.delete(fixture.corpus().resolve(name));
        }
        fixture.text("good.txt", "Plain text.");
        fixture.text("worse.txt", "Not plain: 東京.");
        AnnotateJob job = job("out").withUnitCharacters(1).withTokenizer(ascii);
        assertThatThrownBy(() -> run(job))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("[document worse")
                .hasMessageContaining("東京");
        assertThat(job.output().resolve("manifest.json")).doesNotExist();
        assertThat(job.output().resolve("shard-00000.safetensors")).exists();
    }

    @Test
    void aCorpusWithoutDocumentsIsRefused() throws IOException {
        for (String name : List.of("a.jsonl", "b.txt", "c.txt")) {
            Files.delete(fixture.corpus().resolve(name));
        }
        fixture.text("empty.jsonl", "");
        assertThatThrownBy(() -> run(job("out")))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("no document");
    }
}
