package org.limelm.annotate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.TinyModels;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.models.Annotators;
import org.limelm.core.LimeException;
import org.limelm.core.corpus.DocumentFilter;
import org.limelm.core.corpus.ReaderOptions;
import org.limelm.core.shard.ShardManifest;

/** What filters leave out does not depend on threads or interruptions, and is counted. */
class FilteredShardsTest {
    private static final DocumentFilter FILTER = new DocumentFilter(20, 0, 1.5, 0, true);

    @TempDir Path folder;
    private PipelineFixture fixture;

    @BeforeEach
    void writeCorpus() throws IOException {
        fixture = new PipelineFixture(folder);
        fixture.writeCorpus();
        fixture.jsonl("d.jsonl", 3, 900); // the first three documents of a.jsonl again
        fixture.text("e.txt", "Too short.");
        fixture.text("f.txt", "Ω≈ç√∫˜µ≤≥÷ ".repeat(20)); // about one character per token, as c.txt
    }

    private AnnotateJob job(String output) {
        return fixture.job(Annotators.bundled(AnnotatorOptions.defaults()), output)
                .withReader(ReaderOptions.defaults().withFilter(FILTER));
    }

    @Test
    void theSameDocumentsAreLeftOutByAnyNumberOfThreadsAndAfterAnInterruption() throws IOException {
        AnnotateReport one = PipelineFixture.run(job("one").withThreads(1));
        AnnotateReport two = PipelineFixture.run(job("two").withThreads(2));
        Map<String, Long> expected =
                Map.of("too-short", 1L, "duplicate", 3L, "characters-per-token", 2L);
        assertThat(one.filtered()).isEqualTo(expected);
        assertThat(two.filtered()).isEqualTo(expected);
        assertThat(one.documents()).isEqualTo(13);
        Map<String, String> hashes = PipelineFixture.hashes(folder.resolve("one"));
        assertThat(PipelineFixture.hashes(folder.resolve("two"))).isEqualTo(hashes);

        Files.delete(folder.resolve("two/manifest.json"));
        Files.delete(folder.resolve("two/shard-00001.done.json"));
        AnnotateReport resumed = PipelineFixture.run(job("two"));
        assertThat(resumed.filtered()).isEqualTo(expected);
        assertThat(resumed.shardsReused()).isEqualTo(resumed.shards() - 1);
        assertThat(PipelineFixture.hashes(folder.resolve("two"))).isEqualTo(hashes);
        assertThat(ShardManifest.read(folder.resolve("two")).provenance().get("filtered"))
                .isEqualTo("{too-short=1, duplicate=3, characters-per-token=2}");
    }

    @Test
    void theEndOfTextIsNoTokenOfTheFilter() throws IOException {
        String text = "We can not.";
        fixture.text("short.txt", text);
        AnnotateJob job =
                fixture.job(
                                Annotators.load(TinyModels.folder(), AnnotatorOptions.defaults()),
                                "all")
                        .withCorpus(List.of(fixture.corpus().resolve("short.txt")));
        long tokens = PipelineFixture.run(job).tokens();
        double perToken = (double) text.length() / (tokens - 1);
        DocumentFilter exact = new DocumentFilter(0, 0, perToken, perToken, false);

        AnnotateReport report =
                PipelineFixture.run(
                        job.withReader(ReaderOptions.defaults().withFilter(exact))
                                .withOutput(folder.resolve("filtered")));
        assertThat(report.documents()).isEqualTo(1);
        assertThat(report.filtered()).isEmpty();
    }

    @Test
    void aFilterThatLeavesNothingIsAnErrorThatNamesIt() {
        for (DocumentFilter filter :
                List.of(
                        DocumentFilter.none().withMinCharacters(1_000_000),
                        DocumentFilter.none().withMinCharactersPerToken(50))) {
            AnnotateJob job =
                    job("nothing-" + filter)
                            .withReader(ReaderOptions.defaults().withFilter(filter));
            assertThatThrownBy(() -> PipelineFixture.run(job))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("the filters left all out {");
            assertThat(job.output().resolve("manifest.json")).doesNotExist();
        }
    }
}
