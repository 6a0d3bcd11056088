package org.limelm.train.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.pipeline.DocumentAnnotator;
import org.limelm.core.ConfigException;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.MetadataOrigin;
import org.limelm.model.generate.ForcedGeneration;
import org.limelm.train.RandomModels;
import org.limelm.train.arm.Arm;
import org.limelm.train.arm.NextTags;
import org.limelm.train.evaluation.TagSupply;
import org.limelm.train.generation.TrainedModel;

/** Scores of a LIME+1 model that predicts the tags that it reads. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OwnTagsScoringTest {
    private static final String CONTEXT = "The people of the United";

    /** Rounding of float32 sums in another order. */
    private static final double TOLERANCE = 1e-4;

    @TempDir private static Path folder;
    private TrainedModel selfFed;
    private TrainedModel oracle;

    @BeforeAll
    void open() {
        Path tokenizer = RandomModels.tokenizer(folder);
        selfFed = open("selfFed", tokenizer, Arm.LIME_PLUS_1.withNextTags(NextTags.of("0.3")));
        oracle = open("oracle", tokenizer, Arm.LIME_PLUS_1);
    }

    private static TrainedModel open(String name, Path tokenizer, Arm arm) {
        return TrainedModel.open(
                RandomModels.save(folder.resolve(name), tokenizer, arm, AnnotationMode.FULL));
    }

    @AfterAll
    void close() {
        selfFed.close();
        oracle.close();
    }

    /** Returns the ids of a text and the end of text. */
    private int[] pieces(String text) {
        return new DocumentAnnotator(
                        selfFed.annotators(),
                        selfFed.tokenizer(),
                        AnnotationMode.FULL,
                        selfFed.provenance().arm().split())
                .annotate(text)
                .pieces()
                .tokens();
    }

    /** Token by token, with the text forced, generation gives the probabilities of scoring. */
    @Test
    void withOwnTagsAScoreIsThatOfGenerationWithTheTextForced() {
        ContinuationScorer scorer = ownTags(MetadataOrigin.PREDICTED_GREEDY);
        ContinuationScore score = scorer.logLikelihood("", List.of(CONTEXT)).get(0);
        int[] pieces = pieces(CONTEXT); // ends with the end of text
        int[] row = new int[pieces.length];
        row[0] = pieces[pieces.length - 1];
        System.arraycopy(pieces, 0, row, 1, pieces.length - 1);
        assertThat(score.logLikelihood())
                .isCloseTo(
                        ForcedGeneration.logProbability(selfFed.decoder(), row, Optional.empty()),
                        within(TOLERANCE));
        assertThat(scorer.label(false).origin()).isEqualTo("predicted-greedy");
    }

    /** The chain rule, which an oracle of the next token does not satisfy for its own text. */
    @Test
    void withOwnTagsTheScoreOfTwoWordsIsThatOfEachInTurn() {
        for (MetadataOrigin origin :
                List.of(MetadataOrigin.PREDICTED_GREEDY, MetadataOrigin.PREDICTED_MARGINAL)) {
            ContinuationScorer scorer = ownTags(origin);
            double both = scorer.logLikelihood(CONTEXT, List.of(" we we")).get(0).logLikelihood();
            double first = scorer.logLikelihood(CONTEXT, List.of(" we")).get(0).logLikelihood();
            double second =
                    scorer.logLikelihood(CONTEXT + " we", List.of(" we")).get(0).logLikelihood();
            assertThat(first + second).isCloseTo(both, within(TOLERANCE));
        }
    }

    @Test
    void ownTagsNeedAModelThatPredictsThemAndNoGivenOnes() {
        TagSupply own = new TagSupply.Predicted(MetadataOrigin.PREDICTED_GREEDY, 1);
        assertThatThrownBy(() -> new ContinuationScorer(oracle, AnnotationMode.FULL, own, 4))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("nextTags");
        ContinuationScorer scorer = ownTags(MetadataOrigin.PREDICTED_GREEDY);
        ContinuationRequest given =
                new ContinuationRequest(CONTEXT, List.of(" we"), List.of("CD", "CARDINAL"));
        assertThatThrownBy(() -> scorer.logLikelihood(List.of(given), done -> {}))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("gives the tags");
    }

    private ContinuationScorer ownTags(MetadataOrigin origin) {
        return new ContinuationScorer(
                selfFed, AnnotationMode.FULL, new TagSupply.Predicted(origin, 5), 4);
    }
}
