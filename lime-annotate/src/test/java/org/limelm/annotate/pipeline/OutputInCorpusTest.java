package org.limelm.annotate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.models.Annotators;
import org.limelm.core.LimeException;
import org.limelm.core.corpus.PassedOverFiles.Reason;

/** Shards written inside the folder of their corpus. */
class OutputInCorpusTest {
    @TempDir Path folder;
    private PipelineFixture fixture;

    @BeforeEach
    void writeCorpus() throws IOException {
        fixture = new PipelineFixture(folder);
        fixture.jsonl("a.jsonl", 4, 300);
        fixture.text("b.pdf", "not read");
    }

    private AnnotateReport run(String output) {
        return AnnotatePipeline.run(
                fixture.job(Annotators.bundled(AnnotatorOptions.defaults()), output),
                progress -> {});
    }

    @Test
    void shardsBelowTheirCorpusAreNeverReadAsCorpus() {
        AnnotateReport first = run("corpus/shards");
        AnnotateReport second = run("corpus/shards");
        AnnotateReport other = run("corpus/other");
        assertThat(first.documents()).isEqualTo(4);
        assertThat(second.documents()).isEqualTo(4);
        assertThat(second.shardsReused()).isEqualTo(first.shards());
        assertThat(other.documents()).isEqualTo(4);
        assertThat(other.passedOver())
                .anySatisfy(
                        passedOver -> {
                            assertThat(passedOver.reason()).isEqualTo(Reason.OWN_OUTPUT);
                            assertThat(passedOver.count()).isEqualTo(1);
                        })
                .anySatisfy(
                        passedOver -> {
                            assertThat(passedOver.reason()).isEqualTo(Reason.OTHER_KIND);
                            assertThat(passedOver.examples())
                                    .containsExactly(fixture.corpus().resolve("b.pdf").toString());
                        });
    }

    @Test
    void theFolderOfAPatternIsRejectedAsOutput() {
        AnnotateJob job =
                fixture.job(Annotators.bundled(AnnotatorOptions.defaults()), "corpus")
                        .withCorpus(List.of(fixture.corpus().resolve("*.jsonl")));
        assertThatThrownBy(() -> AnnotatePipeline.run(job, progress -> {}))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("is a folder of the corpus");
    }

    @Test
    void aCorpusFolderIsRejectedAsOutputAndLeftUnchanged() {
        assertThatThrownBy(() -> run("corpus"))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("is a folder of the corpus");
        assertThat(fixture.corpus().resolve(".lock")).doesNotExist();
        assertThat(Files.exists(fixture.corpus().resolve("job.json"))).isFalse();
    }
}
