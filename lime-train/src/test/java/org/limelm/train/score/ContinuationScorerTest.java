package org.limelm.train.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
import org.limelm.core.metadata.Feature;
import org.limelm.core.text.TaggedPieces;
import org.limelm.model.decoder.Batch;
import org.limelm.model.generate.Generation;
import org.limelm.model.generate.SamplingOptions;
import org.limelm.train.RandomModels;
import org.limelm.train.arm.Arm;
import org.limelm.train.evaluation.TagSupply;
import org.limelm.train.generation.GeneratedText;
import org.limelm.train.generation.GenerationListener;
import org.limelm.train.generation.MetadataChoice;
import org.limelm.train.generation.Prompt;
import org.limelm.train.generation.TextGenerator;
import org.limelm.train.generation.TrainedModel;

/** Log-likelihoods against sums over the model's logits, written out. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContinuationScorerTest {
    private static final String CONTEXT = "The people of the United";
    private static final List<String> CONTINUATIONS =
            List.of(" States paid 42 dollars", " we", ".");

    /** Rounding of float32 sums in another order. */
    private static final double TOLERANCE = 1e-4;

    @TempDir private static Path folder;
    private TrainedModel causal;
    private TrainedModel next;
    private TrainedModel plain;

    @BeforeAll
    void open() {
        Path tokenizer = RandomModels.tokenizer(folder);
        causal = open("causal", tokenizer, Arm.LIME);
        next = open("next", tokenizer, Arm.LIME_PLUS_1);
        plain = open("plain", tokenizer, Arm.PLAIN);
    }

    private TrainedModel open(String name, Path tokenizer, Arm arm) {
        return TrainedModel.open(
                RandomModels.save(folder.resolve(name), tokenizer, arm, AnnotationMode.CAUSAL));
    }

    @AfterAll
    void close() {
        causal.close();
        next.close();
        plain.close();
    }

    @Test
    void aScoreIsTheSumOfTheLogProbabilitiesOfTheContinuationsTokens() {
        for (TrainedModel model : List.of(causal, next, plain)) {
            List<ContinuationScore> scores =
                    ContinuationScorer.of(model, 2).logLikelihood(CONTEXT, CONTINUATIONS);
            for (int i = 0; i < CONTINUATIONS.size(); i++) {
                Expected expected = expected(model, CONTEXT, CONTINUATIONS.get(i));
                ContinuationScore score = scores.get(i);
                assertThat(score.logLikelihood())
                        .isCloseTo(expected.logLikelihood(), within(TOLERANCE));
                assertThat(score.tokens()).isEqualTo(expected.tokens());
                assertThat(score.bytes()).isEqualTo(CONTINUATIONS.get(i).length());
                assertThat(score.greedy()).isEqualTo(expected.greedy());
                assertThat(score.droppedTokens()).isZero();
            }
        }
    }

    private record Expected(double logLikelihood, int tokens, boolean greedy) {}

    /** The sum, from the logits of one unpadded row with tags of the whole text. */
    private static Expected expected(TrainedModel model, String context, String continuation) {
        Arm arm = model.provenance().arm();
        int first = pieces(model, context).size() - 1; // both without the end of text
        TaggedPieces all = pieces(model, context + continuation);
        int length = all.size() - 1;
        float[] logits = logits(model, all, length, arm);
        int vocabulary = logits.length / length;
        double sum = 0;
        boolean greedy = true;
        for (int token = first; token < length; token++) {
            int at = (token - 1) * vocabulary;
            double total = 0;
            int best = 0;
            for (int id = 0; id < vocabulary; id++) {
                total += Math.exp(logits[at + id]);
                best = logits[at + id] > logits[at + best] ? id : best;
            }
            sum += logits[at + all.tokens()[token]] - Math.log(total);
            greedy &= best == all.tokens()[token];
        }
        return new Expected(sum, length - first, greedy);
    }

    private static TaggedPieces pieces(TrainedModel model, String text) {
        return new DocumentAnnotator(
                        model.annotators(),
                        model.tokenizer(),
                        model.provenance().annotation(),
                        model.provenance().arm().split())
                .annotate(text)
                .pieces();
    }

    private static float[] logits(TrainedModel model, TaggedPieces all, int length, Arm arm) {
        try (NDManager scope = model.manager().newSubManager()) {
            Shape shape = new Shape(1, length);
            List<NDArray> tags = new ArrayList<>();
            for (int table = 0; table < model.decoder().tables().size(); table++) {
                int[] column = all.tags().get(table);
                long[] read =
                        IntStream.range(0, length)
                                .mapToLong(
                                        i -> i + arm.shift() < length ? column[i + arm.shift()] : 0)
                                .toArray();
                tags.add(scope.create(read, shape));
            }
            long[] tokens = IntStream.range(0, length).mapToLong(i -> all.tokens()[i]).toArray();
            NDArray ids = scope.create(tokens, shape);
            return model.decoder()
                    .logits(new Batch(ids, ids, tags, Optional.empty()), scope)
                    .toFloatArray();
        }
    }

    @Test
    void scoresDoNotDependOnTheBatchSizeAndRepeatExactly() {
        List<ContinuationRequest> requests =
                IntStream.range(0, 9)
                        .mapToObj(i -> "It cost " + "a dollar ".repeat(i) + "and " + i)
                        .map(text -> new ContinuationRequest(text, CONTINUATIONS))
                        .toList();
        List<Long> progress = new ArrayList<>();
        List<List<ContinuationScore>> one =
                ContinuationScorer.of(causal, 1).logLikelihood(requests, progress::add);
        assertThat(progress).isSorted().endsWith(9L);
        for (int batchSize : List.of(4, 7, 64)) {
            List<List<ContinuationScore>> other =
                    ContinuationScorer.of(causal, batchSize).logLikelihood(requests, done -> {});
            for (int i = 0; i < requests.size(); i++) {
                for (int j = 0; j < CONTINUATIONS.size(); j++) {
                    assertThat(other.get(i).get(j).logLikelihood())
                            .isCloseTo(one.get(i).get(j).logLikelihood(), within(TOLERANCE));
                }
            }
            assertThat(ContinuationScorer.of(causal, batchSize).logLikelihood(requests, d -> {}))
                    .isEqualTo(other);
        }
    }

    @Test
    void spacesAtTheEndOfTheContextBelongToTheContinuation() {
        ContinuationScorer scorer = ContinuationScorer.of(causal, 4);
        assertThat(scorer.logLikelihood(CONTEXT + " ", List.of("States")))
                .isEqualTo(scorer.logLikelihood(CONTEXT, List.of(" States")));
    }

    @Test
    void aContinuationOfNothingFollowsTheEndOfText() {
        for (TrainedModel model : List.of(causal, next, plain)) {
            ContinuationScore score =
                    ContinuationScorer.of(model, 4).logLikelihood("", List.of("The people")).get(0);
            TaggedPieces pieces = pieces(model, "The people");
            assertThat(score.tokens()).isEqualTo(pieces.size() - 1);
            assertThat(score.bytes()).isEqualTo(10);
            assertThat(score.logLikelihood()).isNegative();
        }
    }

    @Test
    void aLongContextLosesItsBeginning() {
        String context = "We paid the people of the States. ".repeat(20);
        TaggedPieces all = pieces(causal, context + "We paid");
        ContinuationScore score =
                ContinuationScorer.of(causal, 4).logLikelihood(context, List.of("We paid")).get(0);
        int length = all.size() - 1;
        assertThat(score.droppedTokens()).isEqualTo(length - 1 - RandomModels.CONTEXT);
        assertThat(score.tokens())
                .isEqualTo(length - (pieces(causal, context.stripTrailing()).size() - 1));
    }

    @Test
    void aLongContinuationIsScoredInParts() {
        String text = "We paid the people of the States. ".repeat(9).strip();
        ContinuationScore score =
                ContinuationScorer.of(causal, 4).logLikelihood("", List.of(text)).get(0);
        assertThat(score.tokens()).isEqualTo(pieces(causal, text).size() - 1);
        assertThat(score.bytes()).isEqualTo(text.length());
    }

    @Test
    void givenTagsReplaceThoseOfTheContinuationOnly() {
        ContinuationScorer scorer = ContinuationScorer.of(next, 4);
        String word = " we";
        TaggedPieces all = pieces(next, CONTEXT + word);
        List<String> own = new ArrayList<>();
        for (int table = 0; table < 2; table++) {
            Feature feature = next.decoder().tables().features().get(table);
            own.add(feature.tag(all.tags().get(table)[all.size() - 2]));
        }
        assertThat(own).isNotEqualTo(List.of("CD", "CARDINAL"));
        ContinuationScore oracle = scorer.logLikelihood(CONTEXT, List.of(word)).get(0);
        assertThat(oracle.tokens()).as("one tag for every token of the word").isEqualTo(1);
        assertThat(given(scorer, word, own)).isEqualTo(oracle.logLikelihood());
        assertThat(given(scorer, word, List.of("CD", "CARDINAL")))
                .isNotEqualTo(oracle.logLikelihood());
        assertThat(scorer.label(false).origin()).isEqualTo("oracle");
        assertThat(scorer.label(true).origin()).isEqualTo("given");
        assertThat(ContinuationScorer.of(causal, 1).label(false).origin()).isEqualTo("observed");
        assertThat(ContinuationScorer.of(plain, 1).label(true).origin()).isEqualTo("none");
    }

    private static double given(ContinuationScorer scorer, String word, List<String> tags) {
        ContinuationRequest request = new ContinuationRequest(CONTEXT, List.of(word), tags);
        return scorer.logLikelihood(List.of(request), done -> {}).get(0).get(0).logLikelihood();
    }

    /** Scoring and generation read the same tags: a generated token is the greedy one. */
    @Test
    void whatGreedyGenerationGivesIsGreedy() {
        List<String> tags = List.of("CD", "CARDINAL");
        int compared = 0;
        try (TextGenerator fromNext = new TextGenerator(next);
                TextGenerator fromCausal = new TextGenerator(causal)) {
            for (String word : List.of("people", "States", "dollars", "It was 42", "We paid for")) {
                String context = CONTEXT + " " + word;
                MetadataChoice given = new MetadataChoice.GivenAnswer(AnnotationMode.CAUSAL, tags);
                compared += requireGreedy(next, fromNext, context, given, tags);
                MetadataChoice observed = new MetadataChoice.Annotated(AnnotationMode.CAUSAL);
                compared += requireGreedy(causal, fromCausal, context, observed, List.of());
            }
        }
        assertThat(compared).isPositive();
    }

    /** An empty prompt is the end of text, which reads no tags, given ones included. */
    @Test
    void givenTagsAfterAnEmptyPromptAreReadAsInScoring() {
        List<String> tags = List.of("CD", "CARDINAL");
        int id = pieces(next, " we").tokens()[0];
        assertThat(pieces(next, " we").size()).as("one token and the end of text").isEqualTo(2);
        double[] generated = new double[1];
        GenerationListener listener =
                new GenerationListener() {
                    @Override
                    public void onText(String added, List<String> ofPiece) {}

                    @Override
                    public void chosen(int token, float[] logits) {
                        double total = 0;
                        for (float logit : logits) {
                            total += Math.exp(logit);
                        }
                        generated[0] = logits[id] - Math.log(total);
                    }
                };
        try (TextGenerator generator = new TextGenerator(next)) {
            generator.generate(
                    new Prompt.Text(""),
                    new MetadataChoice.GivenAnswer(AnnotationMode.CAUSAL, tags),
                    SamplingOptions.greedy(1),
                    List.of(),
                    listener);
        }
        ContinuationRequest request = new ContinuationRequest("", List.of(" we"), tags);
        ContinuationScore score =
                ContinuationScorer.of(next, 1)
                        .logLikelihood(List.of(request), done -> {})
                        .get(0)
                        .get(0);
        assertThat(score.tokens()).isEqualTo(1);
        assertThat(score.logLikelihood()).isCloseTo(generated[0], within(TOLERANCE));
    }

    /** Returns 1 if the generated token could be compared: a text of one token. */
    private static int requireGreedy(
            TrainedModel model,
            TextGenerator generator,
            String context,
            MetadataChoice choice,
            List<String> tags) {
        String text =
                generator.generate(context, choice, SamplingOptions.greedy(1), added -> {}).text();
        if (text.isEmpty()) {
            return 0;
        }
        ContinuationRequest request = new ContinuationRequest(context, List.of(text), tags);
        ContinuationScore score =
                ContinuationScorer.of(model, 1)
                        .logLikelihood(List.of(request), done -> {})
                        .get(0)
                        .get(0);
        boolean sameContext =
                pieces(model, context + text).size() == pieces(model, context).size() + 1;
        if (score.tokens() != 1 || !sameContext) {
            return 0;
        }
        assertThat(score.greedy()).as(context + "|" + text).isTrue();
        return 1;
    }

    @Test
    void generationEndsBeforeAStopText() {
        try (TextGenerator generator = new TextGenerator(causal)) {
            MetadataChoice observed = MetadataChoice.automatic();
            SamplingOptions greedy = SamplingOptions.greedy(20);
            String whole = generator.generate(CONTEXT, observed, greedy, added -> {}).text();
            String stop = whole.substring(whole.length() / 2, whole.length() / 2 + 2);
            GeneratedText stopped =
                    generator.generate(
                            new Prompt.Text(CONTEXT),
                            observed,
                            greedy,
                            List.of(stop),
                            (added, tags) -> {});
            assertThat(stopped.text()).isEqualTo(whole.substring(0, whole.indexOf(stop)));
            assertThat(stopped.stop()).isEqualTo(Generation.Stop.CALLER);
            assertThatThrownBy(
                            () ->
                                    generator.generate(
                                            new Prompt.Text(CONTEXT),
                                            observed,
                                            greedy,
                                            List.of(stop, ""),
                                            (added, tags) -> {}))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("empty stop text");
        }
    }

    @Test
    void aModelThatReadsNoTagsIsScoredWithoutTags() {
        TagSupply none = TagSupply.of("none", 1);
        ContinuationScorer scorer = new ContinuationScorer(plain, AnnotationMode.CAUSAL, none, 2);
        assertThat(scorer.logLikelihood(CONTEXT, CONTINUATIONS))
                .isEqualTo(ContinuationScorer.of(plain, 2).logLikelihood(CONTEXT, CONTINUATIONS));
        assertThat(scorer.label(false).origin()).isEqualTo("none");
        assertThatThrownBy(() -> new ContinuationScorer(causal, AnnotationMode.CAUSAL, none, 2))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("[tags none]");
    }

    @Test
    void emptyContinuationsAreRejected() {
        assertThatThrownBy(() -> new ContinuationRequest("The", List.of(" a", "")))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("[score]", "'The'", "at least one character");
    }
}
