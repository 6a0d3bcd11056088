package org.limelm.train.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.pipeline.DocumentAnnotator;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.train.RandomModels;
import org.limelm.train.arm.Arm;
import org.limelm.train.arm.NextTags;
import org.limelm.train.evaluation.TagSupply;
import org.limelm.train.generation.Prompt;
import org.limelm.train.generation.TrainedModel;

/** Scores of tokens against those of continuations, and against whole distributions. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenScorerTest {
    private static final String TEXT = "The people of the States paid 42 dollars.";

    /** Rounding of float32 sums in another order. */
    private static final double TOLERANCE = 1e-4;

    @TempDir private static Path folder;
    private TrainedModel lime;
    private TrainedModel full;
    private TrainedModel next;

    @BeforeAll
    void open() {
        Path tokenizer = RandomModels.tokenizer(folder);
        lime = open("lime", tokenizer, Arm.LIME, AnnotationMode.CAUSAL);
        full = open("full", tokenizer, Arm.LIME, AnnotationMode.FULL);
        Arm selfFed = Arm.LIME_PLUS_1.withNextTags(NextTags.of("0.3"));
        next = open("next", tokenizer, selfFed, AnnotationMode.CAUSAL);
    }

    private TrainedModel open(String name, Path tokenizer, Arm arm, AnnotationMode mode) {
        return TrainedModel.open(RandomModels.save(folder.resolve(name), tokenizer, arm, mode));
    }

    @AfterAll
    void close() {
        lime.close();
        full.close();
        next.close();
    }

    private static List<ScoredToken> score(
            TrainedModel model, TagSupply supply, Prompt prompt, boolean start, int top) {
        AnnotationMode mode = model.provenance().annotation();
        try (TokenScorer scorer = new TokenScorer(model, mode, supply, 4)) {
            return scorer.score(List.of(prompt), List.of(), start, top).get(0);
        }
    }

    private static double sum(List<ScoredToken> tokens) {
        return tokens.stream().mapToDouble(token -> token.logProbability().orElse(0)).sum();
    }

    @Test
    void theTokensOfADocumentAddUpToItsScore() {
        for (TrainedModel model : List.of(lime, full)) {
            for (String text : List.of(TEXT, TEXT + (" " + TEXT).repeat(9))) {
                List<ScoredToken> tokens =
                        score(model, TagSupply.annotated(), new Prompt.Text(text), true, 0);
                ContinuationScore expected =
                        ContinuationScorer.of(model, 4).logLikelihood("", List.of(text)).get(0);
                assertThat(tokens).hasSize(expected.tokens());
                assertThat(sum(tokens)).isCloseTo(expected.logLikelihood(), within(10 * TOLERANCE));
            }
        }
    }

    @Test
    void theMostProbableTokensAreTheWholeDistribution() {
        for (TagSupply supply :
                List.of(
                        TagSupply.annotated(),
                        TagSupply.of("predicted-greedy", 1),
                        TagSupply.of("predicted-marginal", 5))) {
            int vocabulary = next.decoder().config().vocabularySize();
            List<ScoredToken> tokens = score(next, supply, new Prompt.Text(TEXT), true, vocabulary);
            for (ScoredToken token : tokens) {
                double own = token.logProbability().orElseThrow();
                List<ScoredToken.RankedToken> top = token.top();
                assertThat(top).hasSize(vocabulary);
                assertThat(top)
                        .isSortedAccordingTo(
                                Comparator.comparingDouble(ScoredToken.RankedToken::logProbability)
                                        .reversed());
                assertThat(
                                top.stream()
                                        .filter(rank -> rank.id() == token.id())
                                        .findFirst()
                                        .orElseThrow()
                                        .logProbability())
                        .isEqualTo(own);
                double mass =
                        top.stream().mapToDouble(rank -> Math.exp(rank.logProbability())).sum();
                assertThat(mass).isPositive().isLessThanOrEqualTo(1 + TOLERANCE);
                if (!(supply instanceof TagSupply.Predicted predicted)
                        || predicted.candidates() == 1) {
                    assertThat(mass).isCloseTo(1, within(TOLERANCE));
                }
            }
        }
    }

    @Test
    void tokenIdsHaveTheTagsOfTheirText() {
        for (TrainedModel model : List.of(lime, full, next)) {
            List<Integer> ids = ids(model, TEXT);
            List<ScoredToken> byText =
                    score(model, TagSupply.annotated(), new Prompt.Text(TEXT), false, 1);
            List<ScoredToken> byIds =
                    score(model, TagSupply.annotated(), new Prompt.Tokens(ids), false, 1);
            assertThat(byIds).isEqualTo(byText);
            assertThat(byText.get(0).logProbability()).isEmpty();
        }
    }

    /** A leading end of text starts a document, and one in the middle starts another. */
    @Test
    void theEndOfTextStartsADocument() {
        int end = lime.tokenizer().endOfTextId();
        List<Integer> ids = new ArrayList<>(List.of(end));
        ids.addAll(ids(lime, TEXT));
        List<ScoredToken> document =
                score(lime, TagSupply.annotated(), new Prompt.Tokens(ids), false, 0);
        List<ScoredToken> text = score(lime, TagSupply.annotated(), new Prompt.Text(TEXT), true, 0);
        assertThat(document.subList(1, document.size())).isEqualTo(text);
        ids.add(end);
        ids.add(ids.get(1));
        List<ScoredToken> two =
                score(lime, TagSupply.annotated(), new Prompt.Tokens(ids), false, 0);
        assertThat(two.stream().map(ScoredToken::id)).containsExactlyElementsOf(ids);
        assertThat(two.subList(1, two.size()))
                .allMatch(token -> token.logProbability().isPresent());
    }

    @Test
    void textsOfNoPredictionHaveNoScores() {
        assertThat(score(lime, TagSupply.annotated(), new Prompt.Text(""), false, 1)).isEmpty();
        assertThat(score(lime, TagSupply.annotated(), new Prompt.Text(""), true, 1)).isEmpty();
        int end = lime.tokenizer().endOfTextId();
        assertThat(score(lime, TagSupply.annotated(), new Prompt.Tokens(List.of(end)), false, 1))
                .hasSize(1);
        assertThatThrownBy(() -> new Prompt.Tokens(List.of())).isInstanceOf(LimeException.class);
    }

    @Test
    void onlyASelfFedModelPredictsItsTags() {
        assertThat(TokenScorer.defaultSupply(next)).isInstanceOf(TagSupply.Predicted.class);
        assertThat(TokenScorer.defaultSupply(lime)).isEqualTo(TagSupply.annotated());
        assertThatThrownBy(
                        () ->
                                new TokenScorer(
                                        lime,
                                        AnnotationMode.CAUSAL,
                                        TagSupply.of("predicted-greedy", 1),
                                        4))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("does not predict");
    }

    private static List<Integer> ids(TrainedModel model, String text) {
        int[] tokens =
                new DocumentAnnotator(
                                model.annotators(),
                                model.tokenizer(),
                                AnnotationMode.FULL,
                                model.provenance().arm().split())
                        .annotate(text)
                        .pieces()
                        .tokens();
        return IntStream.of(tokens).limit(tokens.length - 1L).boxed().toList();
    }
}
