package org.limelm.annotate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.TinyModels;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.subword.BpeTrainer;
import org.limelm.core.LimeException;
import org.limelm.core.text.Document;
import org.limelm.core.text.DocumentFields;
import org.limelm.core.text.LabelledSpan;

class UnitSchedulerTest {
    @TempDir Path folder;
    private PipelineFixture fixture;

    @BeforeEach
    void writeCorpus() throws IOException {
        fixture = new PipelineFixture(folder);
        fixture.jsonl("a.jsonl", 6, 900);
    }

    private AnnotateJob job(String output) {
        return fixture.job(
                Annotators.load(TinyModels.folder(), AnnotatorOptions.defaults()), output);
    }

    private static AnnotateReport run(AnnotateJob job, UnitWorker worker) {
        return AnnotatePipeline.run(job, worker::annotate, progress -> {});
    }

    @Test
    void aWorkerWritesTheBytesOfTheLocalRun() throws IOException {
        PipelineFixture.run(job("local"));
        try (UnitWorker worker = new UnitWorker(job("others"))) {
            run(job("others"), worker);
        }
        assertThat(PipelineFixture.hashes(folder.resolve("others")))
                .isEqualTo(PipelineFixture.hashes(folder.resolve("local")));
    }

    @Test
    void aWorkerWithAnotherTokenizerIsRefused() {
        Path other = folder.resolve("other.json");
        BpeTrainer.train(List.of("other text").iterator(), 260, BpeTrainer.Listener.SILENT)
                .write(other);
        try (UnitWorker worker = new UnitWorker(job("out").withTokenizer(other))) {
            assertThatThrownBy(() -> run(job("out"), worker))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("do all machines have the same tokenizer files");
        }
        assertThat(folder.resolve("out/manifest.json")).doesNotExist();
    }

    @Test
    void aWorkerWithAnotherFolderIsRefused() throws IOException {
        Files.createDirectories(folder.resolve("elsewhere"));
        try (UnitWorker worker = new UnitWorker(job("elsewhere"))) {
            assertThatThrownBy(() -> run(job("out"), worker))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("do all machines share this folder");
        }
        assertThat(folder.resolve("out/manifest.json")).doesNotExist();
    }

    @Test
    void aFailedRunEndsAfterItsThreads() {
        CountDownLatch secondBegan = new CountDownLatch(1);
        AtomicBoolean secondEnded = new AtomicBoolean();
        UnitScheduler failing =
                unit -> {
                    if (Unit.fromBytes(unit).number() == 0) {
                        secondBegan.await();
                        throw new LimeException("the first unit failed");
                    }
                    secondBegan.countDown();
                    try {
                        new CountDownLatch(1).await(); // until the run interrupts it
                    } finally {
                        Thread.sleep(100);
                        secondEnded.set(true);
                    }
                    return unit;
                };
        assertThatThrownBy(() -> AnnotatePipeline.run(job("out"), failing, progress -> {}))
                .isInstanceOf(LimeException.class)
                .hasMessage("the first unit failed");
        assertThat(secondEnded).isTrue();
    }

    @Test
    void anInterruptEndsAUnitBetweenItsDocuments() {
        Unit unit = new Unit(0, List.of(new Document("d", "IBM", "f:1")));
        try (UnitWorker worker = new UnitWorker(job("out"))) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> worker.annotate(unit.toBytes()))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("interrupted");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void aUnitKeepsItsFieldsOnTheWay() {
        DocumentFields fields =
                new DocumentFields(
                        Map.of("topic", "news"),
                        Map.of("ents", List.of(new LabelledSpan(0, 3, "ORG"))));
        Unit unit = new Unit(7, List.of(new Document("d", "IBM \uD83D\uDE00", "f:1", fields)));
        assertThat(Unit.fromBytes(unit.toBytes())).isEqualTo(unit);
    }

    /** Jackson's own limit is 20,000,000 characters. */
    @Test
    void aLongDocumentTravelsWhole() {
        String text = "x".repeat(21_000_000);
        Unit unit = new Unit(0, List.of(new Document("long", text, "long.txt")));
        assertThat(Unit.fromBytes(unit.toBytes()).documents().get(0).text().equals(text)).isTrue();
    }
}
