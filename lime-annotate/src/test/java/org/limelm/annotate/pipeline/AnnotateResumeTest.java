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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.subword.BpeTrainer;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.text.Alignment;

/** Runs in the folder of an earlier run: they resume it, or are rejected. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class AnnotateResumeTest {
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

    /** Sets the time of all files to the epoch, so that files written later have a newer one. */
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
    void onlyAMissingShardIsRewritten() throws IOException {
        AnnotateJob job = job("out");
        int shards = PipelineFixture.run(job).shards();
        Map<String, String> before = PipelineFixture.hashes(job.output());
        Files.delete(job.output().resolve("manifest.json"));
        Files.delete(job.output().resolve("shard-00001.safetensors"));
        age(job.output());

        AnnotateReport report = PipelineFixture.run(job);
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
    void theCostOfAnnotationIsMeasuredOnceForEveryShard() throws IOException {
        AnnotateJob job = job("out");
        AnnotateReport first = PipelineFixture.run(job);
        AnnotationCost cost = AnnotationCost.find(job.output()).orElseThrow();
        assertThat(cost.tokens()).isEqualTo(first.tokens());
        assertThat(cost.words()).isEqualTo(first.words());
        assertThat(cost.cpuSeconds()).isEqualTo(first.cpuSeconds());
        PipelineFixture.run(job); // reuses all shards
        assertThat(AnnotationCost.find(job.output())).contains(cost);
    }

    @Test
    void aShardWithAFlippedByteIsRewritten() throws IOException {
        AnnotateJob job = job("out");
        int shards = PipelineFixture.run(job).shards();
        Map<String, String> before = PipelineFixture.hashes(job.output());
        Path shard = job.output().resolve("shard-00002.safetensors");
        flipByte(shard, (int) Files.size(shard) - 1);
        flipByte(job.output().resolve("shard-00000.documents.jsonl"), 2);
        Files.writeString(job.output().resolve("shard-00001.done.json"), "{");

        assertThat(PipelineFixture.run(job).shardsReused()).isEqualTo(shards - 3);
        assertThat(PipelineFixture.hashes(job.output())).isEqualTo(before);
    }

    @Test
    void aFinishedFolderIsUnchanged() throws IOException {
        AnnotateJob job = job("out");
        int shards = PipelineFixture.run(job).shards();
        Map<String, String> before = PipelineFixture.hashes(job.output());
        AnnotateReport again = PipelineFixture.run(job);
        assertThat(again.shardsReused()).isEqualTo(shards);
        assertThat(again.wordsThisRun()).isZero();
        assertThat(PipelineFixture.hashes(job.output())).isEqualTo(before);
    }

    @Test
    void aFolderOfAnotherJobIsRejectedWithTheDifference() throws IOException {
        AnnotateJob job = job("out");
        PipelineFixture.run(job);
        Map<String, String> before = PipelineFixture.hashes(job.output());

        Path other = folder.resolve("other.json");
        BpeTrainer.train(PipelineFixture.SENTENCES.iterator(), 400, BpeTrainer.Listener.SILENT)
                .write(other);
        assertThatThrownBy(() -> PipelineFixture.run(job.withTokenizer(other)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("another job")
                .hasMessageContaining("tokenizer was");
        assertThatThrownBy(() -> PipelineFixture.run(job.withMode(AnnotationMode.FULL)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("mode was causal, is full");
        assertThatThrownBy(() -> PipelineFixture.run(job.withUnitCharacters(5_000)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("unitCharacters was 2500, is 5000");
        assertThatThrownBy(() -> PipelineFixture.run(job.withAlignment(Alignment.PLAIN)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("alignment was linguistic, is plain");
        assertThat(PipelineFixture.hashes(job.output())).isEqualTo(before);
    }

    @Test
    void aFolderStartedByAnOlderVersionIsResumed() throws IOException {
        AnnotateJob job = job("out");
        int shards = PipelineFixture.run(job).shards();
        Path identity = job.output().resolve("job.json");
        String written = Files.readString(identity);
        Files.writeString(identity, written.replace("unitCharacters", "unitBytes"));

        assertThat(written).contains("unitCharacters");
        assertThat(PipelineFixture.run(job).shardsReused()).isEqualTo(shards);
    }

    @Test
    void aFolderWithAnotherEndOfTextIsRejected() throws IOException {
        AnnotateJob job = job("out");
        PipelineFixture.run(job);

        assertThatThrownBy(() -> PipelineFixture.run(job.withEndOfText(Optional.of("e"))))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("endOfText is new");
        PipelineFixture.run(
                job.withEndOfText(Optional.of("<|endoftext|>"))); // the tokenizer's own choice
    }

    @Test
    void aChangedCorpusIsRejectedWithTheNameOfTheFile() throws IOException {
        AnnotateJob job = job("out");
        PipelineFixture.run(job);
        Path grown = fixture.corpus().resolve("b.txt");
        String text = Files.readString(grown);
        Files.writeString(grown, "More.", StandardOpenOption.APPEND);
        assertThatThrownBy(() -> PipelineFixture.run(job))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining(
                        "b.txt was %d, is %d"
                                .formatted(
                                        text.getBytes(StandardCharsets.UTF_8).length,
                                        Files.size(grown)));

        Files.delete(grown);
        assertThatThrownBy(() -> PipelineFixture.run(job))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("b.txt is missing");

        Files.writeString(grown, text);
        fixture.text("d.txt", "A new one.");
        assertThatThrownBy(() -> PipelineFixture.run(job))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("d.txt is new");

        Files.delete(fixture.corpus().resolve("d.txt"));
        assertThat(PipelineFixture.run(job).shardsReused())
                .isEqualTo(PipelineFixture.run(job).shards());
    }

    @Test
    void aDocumentChangedWithinTheSameSizeIsAnnotatedAgain() throws IOException {
        AnnotateJob job = job("out");
        int shards = PipelineFixture.run(job).shards();
        Path changed = fixture.corpus().resolve("b.txt");
        String text = Files.readString(changed).replace("nation", "notion");
        Files.writeString(changed, text);
        assertThat(PipelineFixture.run(job).shardsReused()).isLessThan(shards);
        AnnotateJob fresh = job("fresh");
        PipelineFixture.run(fresh);
        assertThat(PipelineFixture.hashes(job.output()))
                .isEqualTo(PipelineFixture.hashes(fresh.output()));
    }
}
