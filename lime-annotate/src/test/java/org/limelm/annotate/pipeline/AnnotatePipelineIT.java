package org.limelm.annotate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.models.Annotators;

/** An annotation process that is killed midway. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class AnnotatePipelineIT {
    @TempDir Path folder;
    private PipelineFixture fixture;

    /** Annotates the corpus of a folder into an output folder with the given name. */
    public static void main(String[] args) {
        AnnotateJob job =
                new PipelineFixture(Path.of(args[0]))
                        .job(Annotators.bundled(AnnotatorOptions.defaults()), args[1])
                        .withUnitCharacters(11_000);
        AnnotateReport report = AnnotatePipeline.run(job, progress -> {});
        System.out.println("reused " + report.shardsReused());
    }

    @BeforeEach
    void writeCorpus() throws IOException {
        fixture = new PipelineFixture(folder);
        fixture.jsonl("a.jsonl", 20, 12_000);
        fixture.text("b.txt", PipelineFixture.paragraphs(20_000, 500));
    }

    private Process start(String output) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dai.djl.offline=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AnnotatePipelineIT.class.getName(),
                        folder.toString(),
                        output)
                .redirectErrorStream(true)
                .redirectOutput(log().toFile())
                .start();
    }

    private Path log() {
        return folder.resolve("log");
    }

    private static long finishedShards(Path output) throws IOException {
        if (!Files.isDirectory(output)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(output)) {
            return files.filter(file -> file.toString().endsWith(".done.json")).count();
        }
    }

    private void runToCompletion(String output) throws IOException, InterruptedException {
        int status = start(output).waitFor();
        assertThat(status).as(Files.readString(log())).isZero();
    }

    @Test
    void aKilledRunResumesAndGivesTheSameBytes() throws Exception {
        Path killed = folder.resolve("killed");
        for (int round = 1; round <= 2; round++) {
            Process process = start("killed");
            while (finishedShards(killed) < 3L * round) {
                assertThat(process.isAlive()).as(Files.readString(log())).isTrue();
                Thread.sleep(10);
            }
            process.destroyForcibly().waitFor();
            assertThat(killed.resolve("manifest.json")).doesNotExist();
        }
        long finished = finishedShards(killed);
        runToCompletion("killed");
        assertThat(Files.readString(log())).contains("reused " + finished);

        runToCompletion("undisturbed");
        assertThat(PipelineFixture.hashes(killed))
                .isEqualTo(PipelineFixture.hashes(folder.resolve("undisturbed")))
                .containsKey("manifest.json")
                .hasSizeGreaterThan(3 * 15);
    }
}
