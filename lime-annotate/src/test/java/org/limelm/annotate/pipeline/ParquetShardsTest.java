package org.limelm.annotate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.models.Annotators;
import org.limelm.core.shard.ShardEntry;
import org.limelm.core.shard.ShardManifest;

/** Documents give the same shards from parquet (written by pyarrow) as from JSON lines. */
class ParquetShardsTest {
    @TempDir Path folder;
    private PipelineFixture fixture;

    @BeforeEach
    void createFixture() {
        fixture = new PipelineFixture(folder);
    }

    private AnnotateJob job(String resource, String output) throws IOException {
        Path file = folder.resolve(resource);
        try (InputStream in = ParquetShardsTest.class.getResourceAsStream(resource)) {
            Files.copy(Objects.requireNonNull(in), file);
        }
        return fixture.job(Annotators.bundled(AnnotatorOptions.defaults()), output)
                .withCorpus(List.of(file));
    }

    @Test
    void parquetGivesTheShardsOfJsonLines() throws IOException {
        AnnotateReport lines = PipelineFixture.run(job("documents.jsonl", "lines"));
        AnnotateReport parquet = PipelineFixture.run(job("documents.parquet", "parquet"));
        assertThat(lines.shards()).isGreaterThan(3);
        assertThat(parquet.documents()).isEqualTo(60);
        assertThat(parquet.words()).isEqualTo(lines.words());
        assertThat(hashes("parquet")).isEqualTo(hashes("lines"));
        assertThat(fingerprint("parquet")).isEqualTo(fingerprint("lines"));
    }

    @Test
    void anInterruptedParquetJobResumes() throws IOException {
        AnnotateJob job = job("documents.parquet", "out");
        PipelineFixture.run(job);
        var before = PipelineFixture.hashes(job.output());
        Files.delete(job.output().resolve("manifest.json"));
        Files.delete(job.output().resolve("shard-00001.done.json"));
        AnnotateReport resumed = PipelineFixture.run(job);
        assertThat(resumed.shardsReused()).isEqualTo(resumed.shards() - 1);
        assertThat(PipelineFixture.hashes(job.output())).isEqualTo(before);
    }

    private List<String> hashes(String output) {
        return ShardManifest.read(folder.resolve(output)).shards().stream()
                .map(ShardEntry::sha256)
                .toList();
    }

    private String fingerprint(String output) {
        return ShardManifest.read(folder.resolve(output)).fingerprint();
    }
}
