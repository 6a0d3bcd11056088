package org.limelm.annotate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.annotator.LinguisticAnnotator;
import org.limelm.annotate.annotator.PrefixAnnotator;
import org.limelm.annotate.models.Annotators;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.text.LinguisticToken;

/** Progress by a clock that each look advances. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class AnnotateProgressTest {
    private static final long STEP_NANOS = 400_000_000;
    private static final long UNIT_CHARACTERS = 1 << 20;

    private final AtomicLong clock = new AtomicLong();
    private final List<AnnotateProgress> seen = new ArrayList<>();
    @TempDir private Path folder;
    private PipelineFixture fixture;

    /** Untagged words; a document waits until it may go on. */
    private record Waiting(CountDownLatch goOn) implements Annotators {
        @Override
        public MetadataSchema schema() {
            return new MetadataSchema(List.of(new Feature("kind", List.of(Feature.NONE, "WORD"))));
        }

        @Override
        public String id() {
            return "waiting";
        }

        @Override
        public LinguisticAnnotator newLinguisticAnnotator() {
            return text -> {
                try {
                    assertThat(goOn.await(1, TimeUnit.MINUTES)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return List.of(new LinguisticToken(0, 1, new int[] {1}));
            };
        }

        @Override
        public IncrementalAnnotator newCausalAnnotator() {
            return new PrefixAnnotator(newLinguisticAnnotator(), 1);
        }
    }

    @BeforeEach
    void writeCorpus() throws IOException {
        fixture = new PipelineFixture(folder);
        fixture.jsonl("a.jsonl", 12, 900);
    }

    private void run(CountDownLatch goOn, Runnable onProgress) {
        AnnotatePipeline.run(
                fixture.job(new Waiting(goOn), "out")
                        .withMode(AnnotationMode.FULL)
                        .withUnitCharacters(UNIT_CHARACTERS),
                Optional.empty(),
                progress -> {
                    seen.add(progress);
                    onProgress.run();
                },
                () -> clock.addAndGet(STEP_NANOS));
    }

    private AnnotateProgress last() {
        return seen.get(seen.size() - 1);
    }

    @Test
    void progressIsReportedWhileTheFirstShardIsAnnotated() {
        CountDownLatch goOn = new CountDownLatch(1);
        // The annotator waits for a report that comes after the whole corpus has been read.
        run(
                goOn,
                () -> {
                    if (last().bytesRead() == last().bytesTotal()) {
                        goOn.countDown();
                    }
                });
        assertThat(seen).anyMatch(at -> at.unitsDone() == 0 && at.bytesRead() == at.bytesTotal());
        assertThat(last().unitsDone()).isEqualTo(1);
    }

    @Test
    void progressIsReportedAtTheStartAndEachSecondWhileReading() {
        run(new CountDownLatch(0), () -> {});
        assertThat(seen.get(0).unitsDone()).isZero();
        assertThat(seen.get(0).bytesTotal()).isPositive();
        long whileReading = seen.stream().filter(at -> at.unitsDone() == 0).count();
        assertThat(whileReading).as("12 documents, 0.4 s each").isGreaterThanOrEqualTo(4);
        for (int i = 1; i < seen.size(); i++) {
            assertThat(seen.get(i).seconds() - seen.get(i - 1).seconds())
                    .as("seconds between reports")
                    .isLessThan(3);
        }
    }

    @Test
    void annotatedBytesGrowToTheSizeOfTheCorpus() {
        run(new CountDownLatch(0), () -> {});
        assertThat(seen)
                .extracting(AnnotateProgress::bytesAnnotated)
                .allMatch(bytes -> bytes <= last().bytesTotal());
        assertThat(seen.get(0).bytesAnnotated()).isZero();
        assertThat(last().bytesAnnotated()).isEqualTo(last().bytesTotal());
        assertThat(last().words()).isEqualTo(12);
    }
}
