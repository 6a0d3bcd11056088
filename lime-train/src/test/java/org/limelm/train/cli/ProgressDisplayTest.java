package org.limelm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.limelm.annotate.pipeline.AnnotateProgress;
import org.limelm.core.corpus.CorpusReader;
import org.limelm.train.cli.ProgressDisplay.ProgressUnit;

/** Progress without a terminal, and which task is shown. */
class ProgressDisplayTest {
    @Test
    void plainLinesComeEveryTenSecondsWithUnitsAndTheRemainingTime() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        AtomicLong seconds = new AtomicLong();
        PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        try (ProgressDisplay display =
                ProgressDisplay.plain(
                        "annotate", ProgressUnit.KIB, err, () -> seconds.get() * 1_000_000_000L)) {
            for (long second = 0; second <= 25; second++) {
                seconds.set(second);
                display.update(second * 40_960, 4_096_000, "0 shards");
            }
        }
        List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines)
                .containsExactly(
                        "annotate: 10 %, 400 of 4,000 KiB, 10 s, ETA 90 s  0 shards",
                        "annotate: 20 %, 800 of 4,000 KiB, 20 s, ETA 80 s  0 shards");
    }

    @Test
    void theTokenizersProgressEndsWithItsTraining() {
        try (PreparationDisplay display = new PreparationDisplay()) {
            display.onTokenizerText(new CorpusReader.Progress(10, 100));
            assertThat(display.shownTask()).contains("tokenizer text");
            display.onTokenizer(256, 300);
            assertThat(display.shownTask()).contains("tokenizer");
            display.onTokenizer(300, 300);
            assertThat(display.shownTask()).isEmpty();
            display.onAnnotation(new AnnotateProgress(0, 0, 100, 0, 0, 0));
            assertThat(display.shownTask()).contains("annotate");
        }
    }
}
