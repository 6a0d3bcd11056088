package org.limelm.annotate.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.feature.FeatureAnnotators;
import org.limelm.annotate.feature.FeatureSpec;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.pipeline.AnnotateJob;
import org.limelm.annotate.pipeline.AnnotateReport;
import org.limelm.annotate.pipeline.PipelineFixture;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.AnnotationMode;

/** Spark in this process, with two threads: the cluster is in {@link SparkClusterIT}. */
class SparkAnnotationTest {
    private static final JavaSparkContext SPARK = new JavaSparkContext(configuration());

    @TempDir Path folder;
    private PipelineFixture fixture;

    private static SparkConf configuration() {
        return new SparkConf()
                .setMaster("local[2]")
                .setAppName("annotate")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.ui.enabled", "false");
    }

    @AfterAll
    static void stop() {
        SPARK.stop();
    }

    @BeforeEach
    void writeCorpus() throws IOException {
        fixture = new PipelineFixture(folder);
        fixture.writeCorpus();
    }

    @Test
    void writesTheBytesOfTheLocalRun() throws IOException {
        List<FeatureSpec> features = features();
        Annotators annotators = FeatureAnnotators.of(Optional.empty(), features);
        for (AnnotationMode mode : List.of(AnnotationMode.FULL, AnnotationMode.CAUSAL)) {
            AnnotateJob job = fixture.job(annotators, "spark-" + mode).withMode(mode);
            AnnotateReport report = annotate(job, features);
            AnnotateJob local = fixture.job(annotators, "local-" + mode).withMode(mode);
            AnnotateReport localReport = PipelineFixture.run(local);

            assertThat(PipelineFixture.hashes(job.output()))
                    .isEqualTo(PipelineFixture.hashes(local.output()))
                    .hasSizeGreaterThan(3 * 4);
            assertThat(report.words()).isEqualTo(localReport.words()).isPositive();
            assertThat(report.cpuSeconds()).isPositive();
        }
    }

    @Test
    void resumesWhatALocalRunBegan() throws IOException {
        List<FeatureSpec> features = FeatureSpec.ofPaper();
        Annotators annotators = FeatureAnnotators.of(Optional.empty(), features);
        AnnotateJob job = fixture.job(annotators, "out");
        PipelineFixture.run(job);
        var whole = PipelineFixture.hashes(job.output());
        Files.delete(job.output().resolve("manifest.json"));
        Files.delete(job.output().resolve("shard-00001.safetensors"));

        AnnotateReport report = annotate(job, features);

        assertThat(report.shardsReused()).isEqualTo(report.shards() - 1);
        assertThat(PipelineFixture.hashes(job.output())).isEqualTo(whole);
    }

    @Test
    void saysWhyAnExecutorFailed() {
        AnnotateJob job = fixture.job(FeatureAnnotators.of(Optional.empty(), features()), "out");

        assertThatThrownBy(() -> annotate(job, FeatureSpec.ofPaper()))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("[spark] the annotators of an executor have id")
                .hasMessageContaining("Hint: do all machines have the same version of LIME")
                .message()
                .doesNotContain("\tat ");
        assertThat(job.output().resolve("manifest.json")).doesNotExist();
    }

    private static AnnotateReport annotate(AnnotateJob job, List<FeatureSpec> features) {
        return SparkAnnotation.run(
                job, AnnotatorSource.ofFeatures(Optional.empty(), features), SPARK, at -> {});
    }

    /** Returns features of which one reads a file that executors find beside the shards. */
    private List<FeatureSpec> features() {
        Path words = folder.resolve("words.tsv");
        try {
            Files.writeString(words, "great\tPRAISE\n");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return FeatureSpec.listOf("pos,ner,shape,dictionary(file=" + words + ")");
    }
}
