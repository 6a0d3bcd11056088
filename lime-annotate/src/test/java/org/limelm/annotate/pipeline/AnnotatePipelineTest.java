package org.limelm.annotate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.annotator.LinguisticAnnotator;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.LimeException;
import org.limelm.core.corpus.ReaderOptions;
import org.limelm.core.io.FolderLock;
import org.limelm.core.io.Json;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.MetadataSchema;
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
        fixture.writeCorpus();
    }

    private AnnotateJob job(String output) {
        return fixture.job(annotators, output);
    }

    @Test
    void theNumberOfThreadsDoesNotChangeTheBytes() throws IOException {
        AnnotateJob one = job("one").withThreads(1);
        AnnotateJob two = job("two").withThreads(2);
        AnnotateReport report = PipelineFixture.run(one);
        PipelineFixture.run(two);
        assertThat(report.shards()).isGreaterThan(3);
        assertThat(PipelineFixture.hashes(two.output()))
                .isEqualTo(PipelineFixture.hashes(one.output()))
                .containsKeys("manifest.json", "job.json", "shard-00003.safetensors");
    }

    @Test
    void unusableRecordsAreListed() throws IOException {
        fixture.text(
                "bad.jsonl",
                "{\"text\": 1}\nno json\n{\"text\": \"\\ud83d alone\"}\n{\"text\": \"Good.\"}\n");
        AnnotateJob job = job("out").withReader(ReaderOptions.defaults().withMaxBadFraction(0.5));
        AnnotateReport report = PipelineFixture.run(job);
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
    void piecesReproduceEveryDocumentAndEndWithAnUntaggedEndOfText() throws IOException {
        for (Alignment alignment : Alignment.values()) {
            AnnotateJob job = job("out-" + alignment).withAlignment(alignment);
            PipelineFixture.run(job);
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
    void fullAndCausalRunsHaveTheSameTokensAndDifferentTags() throws IOException {
        AnnotateJob causal = job("causal");
        AnnotateJob full = job("full").withMode(AnnotationMode.FULL);
        PipelineFixture.run(causal);
        PipelineFixture.run(full);
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
    void theManifestRecordsTheSettings() {
        AnnotateJob job = job("out");
        AnnotateReport report = PipelineFixture.run(job);
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
            assertThatThrownBy(() -> PipelineFixture.run(job))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining(job.output().toString())
                    .hasMessageContaining("another process");
        }
        assertThat(PipelineFixture.run(job).documents()).isEqualTo(14);
    }

    /** Annotators that never have enough memory. */
    private record Hungry() implements Annotators {
        @Override
        public MetadataSchema schema() {
            return MetadataSchema.EMPTY;
        }

        @Override
        public String id() {
            return "hungry";
        }

        @Override
        public LinguisticAnnotator newLinguisticAnnotator() {
            return text -> {
                throw new OutOfMemoryError("Java heap space");
            };
        }

        @Override
        public IncrementalAnnotator newCausalAnnotator() {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void aDocumentForWhichTheMemoryIsTooSmallIsNamed() {
        AnnotateJob job = fixture.job(new Hungry(), "out").withMode(AnnotationMode.FULL);
        assertThatThrownBy(() -> PipelineFixture.run(job))
                .isInstanceOf(LimeException.class)
                .hasCauseInstanceOf(OutOfMemoryError.class)
                .hasMessageContainingAll(
                        "[document d0, ",
                        "a.jsonl:1] out of Java memory",
                        "Java heap space",
                        "-Xmx",
                        "fewer threads",
                        "--max-characters");
    }

    @Test
    void aFailureNamesTheDocumentAndLeavesNoManifest() throws IOException {
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
        assertThatThrownBy(() -> PipelineFixture.run(job))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("[document worse")
                .hasMessageContaining("東京");
        assertThat(job.output().resolve("manifest.json")).doesNotExist();
        assertThat(job.output().resolve("shard-00000.safetensors")).exists();
    }

    @Test
    void aCorpusWithoutDocumentsIsRejected() throws IOException {
        for (String name : List.of("a.jsonl", "b.txt", "c.txt")) {
            Files.delete(fixture.corpus().resolve(name));
        }
        fixture.text("empty.jsonl", "");
        assertThatThrownBy(() -> PipelineFixture.run(job("out")))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("no document");
    }
}
