package org.limelm.train.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.text.TaggedPieces;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;
import org.limelm.model.weights.ModelFolder;
import org.limelm.train.TestCorpus;
import org.limelm.train.arm.Arm;
import org.limelm.train.arm.TagDropout;
import org.limelm.train.data.EvaluationRows;
import org.limelm.train.data.MemoryTokenSource;
import org.limelm.train.data.RowLayout;
import org.limelm.train.loop.Trainer;

/** Models whose tags are dropped in training. */
class WithoutTagsTest {
    private static final int STEPS = 400;
    private static final TagDropout RISING = TagDropout.of("0:rising");

    @TempDir private Path folder;

    /**
     * LIME+1 depends on its tags. If they are dropped more and more until the end of the training,
     * the model ends no worse than one that never had any, and needs none.
     */
    @Test
    void aModelWhoseTagsAreDroppedUntilNoneIsLeftNeedsNoTags() {
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.realText());
        double baseline = loss(train(shards, "baseline", Arm.BASELINE), Arm.BASELINE);
        Path dependent = train(shards, "dependent", Arm.LIME_PLUS_1);
        double withTags = loss(dependent, Arm.LIME_PLUS_1);
        double withNone = loss(dependent, rows(Arm.LIME_PLUS_1, untagged()));
        Arm dropping = Arm.LIME_PLUS_1.withDropout(RISING);
        Path independent = train(shards, "independent", dropping);
        double withoutTags = loss(independent, rows(dropping, TestCorpus.realText()).withoutTags());

        assertThat(withTags).isLessThan(baseline - 0.3);
        assertThat(withNone).isGreaterThan(baseline + 0.3);
        assertThat(withoutTags).isLessThan(baseline + 0.1);
    }

    @Test
    void theShareOfDroppedTagsRisesToOneAtTheLastStep() {
        TagDropout dropout = TagDropout.of("0.2:rising");
        assertThat(dropout.shareAt(1, 4)).isCloseTo(0.4, within(1e-12));
        assertThat(dropout.shareAt(4, 4)).isEqualTo(1);
        assertThat(dropout.shareAt(9, 4)).isEqualTo(1);
        assertThat(TagDropout.of("0.2").shareAt(4, 4)).isEqualTo(0.2);
    }

    private Path train(Path shards, String name, Arm arm) {
        return Trainer.train(TestCorpus.run(shards, folder.resolve(name), STEPS, 1).withArm(arm))
                .folder();
    }

    private static List<TaggedPieces> untagged() {
        return TestCorpus.realText().stream()
                .map(
                        pieces ->
                                new TaggedPieces(
                                        pieces.tokens(),
                                        pieces.byteLengths(),
                                        IntStream.range(0, TestCorpus.SCHEMA.size())
                                                .mapToObj(feature -> new int[pieces.size()])
                                                .toList()))
                .toList();
    }

    private static EvaluationRows rows(Arm arm, List<TaggedPieces> documents) {
        return EvaluationRows.all(
                "text",
                new MemoryTokenSource(TestCorpus.SCHEMA, documents),
                RowLayout.of(arm, TestCorpus.SCHEMA, TestCorpus.CONTEXT, false),
                TestCorpus.END_OF_TEXT);
    }

    private static double loss(Path run, Arm arm) {
        return loss(run, rows(arm, TestCorpus.realText()));
    }

    private static double loss(Path run, EvaluationRows rows) {
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder model =
                        ModelFolder.load(
                                        run.resolve("model"),
                                        Precision.F32,
                                        Recompute.NONE,
                                        manager)
                                .decoder()) {
            return new Evaluator(model, manager)
                    .evaluate("arm", MetadataLabel.WITHOUT_TAGS, "text", rows, 16, 0)
                    .loss();
        }
    }
}
