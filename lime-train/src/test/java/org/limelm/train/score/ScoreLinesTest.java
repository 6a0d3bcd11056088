package org.limelm.train.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.LimeException;
import org.limelm.core.corpus.JsonLines;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.train.RandomModels;
import org.limelm.train.arm.Arm;
import org.limelm.train.generation.TrainedModel;

/** Requests that give the tags of their continuations. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScoreLinesTest {
    private static final String GIVEN =
            "{\"context\": \"It is\", \"continuation\": \" 42\", \"given\": {\"pos\": \"CD\"}}";

    @TempDir private static Path folder;
    private TrainedModel lime;
    private TrainedModel baseline;

    @BeforeAll
    void open() {
        Path tokenizer = RandomModels.tokenizer(folder);
        lime = open("lime", tokenizer, Arm.LIME);
        baseline = open("baseline", tokenizer, Arm.BASELINE);
    }

    private static TrainedModel open(String name, Path tokenizer, Arm arm) {
        return TrainedModel.open(
                RandomModels.save(folder.resolve(name), tokenizer, arm, AnnotationMode.CAUSAL));
    }

    @AfterAll
    void close() {
        lime.close();
        baseline.close();
    }

    @Test
    void modelsWithoutTablesIgnoreGivenTags() {
        assertThat(score(lime, GIVEN).origin()).isEqualTo("given");
        ScoreSummary summary = score(baseline, GIVEN);
        assertThat(summary.origin()).isEqualTo("none");
        String without = "{\"context\": \"It is\", \"continuation\": \" 42\"}";
        assertThat(summary).isEqualTo(score(baseline, without));
    }

    @Test
    void unknownFeaturesAndTagsAreReportedWithTheirLine() {
        String feature = GIVEN + "\n" + GIVEN.replace("pos", "nre");
        assertThatThrownBy(() -> score(lime, feature))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("[requests:2] [given tags]", "'nre'", "[pos, ner]");
        assertThatThrownBy(() -> score(lime, GIVEN.replace("CD", "COLOUR")))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("[requests:1] [given tags]", "'COLOUR'");
    }

    private static ScoreSummary score(TrainedModel model, String lines) {
        byte[] bytes = lines.getBytes(StandardCharsets.UTF_8);
        try (JsonLines in = JsonLines.of(new ByteArrayInputStream(bytes), "requests")) {
            return new ScoreLines(model, ContinuationScorer.of(model, 4))
                    .score(in, line -> {}, done -> {});
        }
    }
}
