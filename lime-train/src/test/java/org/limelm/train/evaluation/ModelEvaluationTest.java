package org.limelm.train.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.ConfigException;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.train.RandomModels;
import org.limelm.train.arm.Arm;
import org.limelm.train.generation.TrainedModel;

/** Evaluations of text, by models with random weights. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModelEvaluationTest {
    private static final String FIRST = "{\"text\": \"It is so.\"}\n";
    private static final String SECOND = "{\"text\": \"We are here.\"}\n";

    @TempDir private static Path folder;
    private Path tokenizer = Path.of("");

    @BeforeAll
    void trainTokenizer() {
        tokenizer = RandomModels.tokenizer(folder);
    }

    @Test
    void aModelThatWasTrainedWithinDocumentsIsEvaluatedWithinDocuments() throws IOException {
        try (TrainedModel packed = model("packed", false);
                TrainedModel masked = model("masked", true)) {
            EvaluationResult first = evaluate(masked, FIRST);
            EvaluationResult second = evaluate(masked, SECOND);
            EvaluationResult both = evaluate(masked, FIRST + SECOND);
            assertThat(both.tokens()).isLessThan(RandomModels.CONTEXT); // all in one row
            assertThat(both.tokens()).isEqualTo(first.tokens() + second.tokens());
            assertThat(nats(both)).isCloseTo(nats(first) + nats(second), within(1e-3));

            EvaluationResult across = evaluate(packed, FIRST + SECOND);
            assertThat(across.tokens()).isEqualTo(both.tokens() + 1);
        }
    }

    @Test
    void aModelThatReadsNoTagsIsEvaluatedWithoutTags() throws IOException {
        Path file = Files.writeString(folder.resolve("text.jsonl"), FIRST + SECOND);
        AnnotationMode causal = AnnotationMode.CAUSAL;
        TagSupply none = TagSupply.of("none", 1);
        try (TrainedModel baseline = model("baseline", false);
                TrainedModel lime = model("lime", Arm.LIME, false)) {
            ModelEvaluation evaluation = new ModelEvaluation(baseline, 4);
            assertThat(evaluation.text(List.of(file), causal, none, 0))
                    .isEqualTo(evaluation.text(List.of(file), causal, 0));
            ModelEvaluation refused = new ModelEvaluation(lime, 4);
            assertThatThrownBy(() -> refused.text(List.of(file), causal, none, 0))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("[tags none]");
        }
    }

    private TrainedModel model(String name, boolean documentMask) {
        return model(name, Arm.BASELINE, documentMask);
    }

    private TrainedModel model(String name, Arm arm, boolean documentMask) {
        return TrainedModel.open(
                RandomModels.save(
                        folder.resolve(name), tokenizer, arm, AnnotationMode.CAUSAL, documentMask));
    }

    private static EvaluationResult evaluate(TrainedModel model, String lines) throws IOException {
        Path file = Files.writeString(folder.resolve("text.jsonl"), lines);
        return new ModelEvaluation(model, 4).text(List.of(file), AnnotationMode.CAUSAL, 0);
    }

    private static double nats(EvaluationResult result) {
        return result.loss() * result.tokens();
    }
}
