package org.limelm.train.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.MetadataOrigin;
import org.limelm.core.text.TaggedPieces;
import org.limelm.model.decoder.InitConfig;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;
import org.limelm.model.generate.ForcedGeneration;
import org.limelm.model.generate.MetadataSource;
import org.limelm.train.TestCorpus;
import org.limelm.train.arm.Arm;
import org.limelm.train.arm.NextTags;
import org.limelm.train.arm.TagDropout;
import org.limelm.train.data.EvaluationRows;
import org.limelm.train.data.MemoryTokenSource;
import org.limelm.train.data.RowLayout;

/** Scores of a LIME+1 model that predicts its own tags. */
class SelfFedEvaluatorTest {
    private static final int ALL_TAGS = 8; // 4 of pos times 2 of ner
    private static final Arm ARM = Arm.LIME_PLUS_1.withNextTags(NextTags.of("0.3"));
    private static final TaggedPieces DOCUMENT = TestCorpus.document("Ada has 12 cats, Bo 7.");
    private static final MetadataLabel LABEL = new MetadataLabel("full", "oracle", "test");

    private final NDManager manager = NDManager.newBaseManager();
    private final LimeDecoder model = model(ARM);

    private LimeDecoder model(Arm arm) {
        LimeDecoder model =
                LimeDecoder.create(
                        TestCorpus.model(),
                        arm.modelFeatures(TestCorpus.SCHEMA),
                        Precision.F32,
                        Recompute.NONE,
                        manager,
                        InitConfig.defaults().withStd(0.3),
                        3);
        model.parameters()
                .forEach(
                        (name, weight) -> {
                            if (name.startsWith("embedding.meta") || name.contains("condition")) {
                                manager.randomNormal(
                                                0, 0.5f, weight.getShape(), weight.getDataType())
                                        .copyTo(weight);
                            }
                        });
        model.weightsChanged();
        return model;
    }

    @AfterEach
    void close() {
        model.close();
        manager.close();
    }

    private EvaluationRows rows(int length) {
        MemoryTokenSource source = new MemoryTokenSource(TestCorpus.SCHEMA, List.of(DOCUMENT));
        RowLayout layout = RowLayout.of(ARM, TestCorpus.SCHEMA, length, false);
        return EvaluationRows.all("x", source, layout, TestCorpus.END_OF_TEXT);
    }

    private EvaluationResult evaluate(
            MetadataOrigin origin, int candidates, boolean observedPast, int batchSize) {
        TagSupply.Predicted supply = new TagSupply.Predicted(origin, candidates);
        return new SelfFedEvaluator(model, supply, observedPast, TokenSink.NONE)
                .evaluate("a", LABEL, "x", rows(TestCorpus.CONTEXT), batchSize, 0);
    }

    /** Generation with the text forced, token by token, gives the probabilities of evaluation. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void greedyEvaluationIsGenerationWithTheTextForced(boolean observedPast) {
        requireForced(model, observedPast);
    }

    /** Also if the head reads each position a second time, without its tags. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void greedyEvaluationInTwoPassesIsGenerationWithTheTextForced(boolean observedPast) {
        Arm arm = ARM.withDropout(TagDropout.of("0.3")).withNextTags(NextTags.of("0.3:two-pass"));
        try (LimeDecoder twoPass = model(arm)) {
            requireForced(twoPass, observedPast);
            EvaluationResult oracle =
                    new Evaluator(twoPass, manager)
                            .evaluate("a", LABEL, "x", rows(TestCorpus.CONTEXT), 2, 0);
            assertThat(oracle.tagLoss()).as("not known after one pass").isEmpty();
        }
    }

    private void requireForced(LimeDecoder evaluated, boolean observedPast) {
        EvaluationResult result =
                new SelfFedEvaluator(
                                evaluated,
                                new TagSupply.Predicted(MetadataOrigin.PREDICTED_GREEDY, 1),
                                observedPast,
                                TokenSink.NONE)
                        .evaluate("a", LABEL, "x", rows(TestCorpus.CONTEXT), 2, 0);
        double forced = 0;
        for (int start = 0; start + 1 < DOCUMENT.size(); start += TestCorpus.CONTEXT) {
            int end = Math.min(DOCUMENT.size(), start + TestCorpus.CONTEXT + 1);
            int[] row = Arrays.copyOfRange(DOCUMENT.tokens(), start, end);
            Optional<MetadataSource> annotator =
                    observedPast ? Optional.of(tagsFrom(start)) : Optional.empty();
            forced -= ForcedGeneration.logProbability(evaluated, row, annotator);
        }
        assertThat(result.loss() * result.tokens()).isCloseTo(forced, within(1e-4));
        assertThat(result.origin()).isEqualTo("predicted-greedy");
        assertThat(result.tokens()).isEqualTo(DOCUMENT.size() - 1);
    }

    /** Returns the tags of the document's tokens, one token per call. */
    private static MetadataSource tagsFrom(int start) {
        int[] at = {start};
        return token -> {
            int i = at[0]++;
            return DOCUMENT.tags().stream().mapToInt(tags -> tags[i]).toArray();
        };
    }

    /** With all combinations of tags nothing is left out; with few, the result is a bound. */
    @Test
    void fewCandidatesAreALowerBoundOfTheProbability() {
        EvaluationResult all = evaluate(MetadataOrigin.PREDICTED_MARGINAL, ALL_TAGS, true, 2);
        EvaluationResult some = evaluate(MetadataOrigin.PREDICTED_MARGINAL, 3, true, 2);
        CandidateFigures ofAll = all.candidates().orElseThrow();
        CandidateFigures ofSome = some.candidates().orElseThrow();
        assertThat(ofAll.mass()).isCloseTo(1, within(1e-5));
        assertThat(ofAll.renormalizedBitsPerByte()).isCloseTo(all.bitsPerByte(), within(1e-5));
        assertThat(ofSome.mass()).isBetween(0.1, 0.999);
        assertThat(some.bitsPerByte()).isGreaterThan(all.bitsPerByte());
        assertThat(ofSome.renormalizedBitsPerByte()).isLessThan(some.bitsPerByte());
    }

    @Test
    void resultsDoNotDependOnTheBatchSize() {
        for (MetadataOrigin origin :
                List.of(MetadataOrigin.PREDICTED_GREEDY, MetadataOrigin.PREDICTED_MARGINAL)) {
            for (boolean observedPast : new boolean[] {false, true}) {
                EvaluationResult one = evaluate(origin, 4, observedPast, 1);
                EvaluationResult two = evaluate(origin, 4, observedPast, 2);
                assertThat(one.loss()).isCloseTo(two.loss(), within(1e-5));
                assertThat(one.accuracy()).isEqualTo(two.accuracy());
            }
        }
    }

    /** The joint loss is the sum of its parts, and that of the text alone is the oracle's. */
    @Test
    void jointLossIsThatOfTokensAndTags() {
        EvaluationResult oracle =
                new Evaluator(model, manager)
                        .evaluate("a", LABEL, "x", rows(TestCorpus.CONTEXT), 2, 0);
        EvaluationResult joint = oracle.joint().orElseThrow();
        TagLoss tags = oracle.tagLoss().orElseThrow();
        assertThat(tags.byFeature()).containsOnlyKeys("pos", "ner");
        assertThat(joint.loss())
                .isCloseTo(
                        oracle.loss()
                                + tags.byFeature().getOrDefault("pos", Double.NaN)
                                + tags.byFeature().getOrDefault("ner", Double.NaN),
                        within(1e-9));
        assertThat(joint.bitsPerByte())
                .isCloseTo(
                        joint.loss() * joint.tokens() / Math.log(2) / joint.bytes(), within(1e-9));
        assertThat(joint.origin()).isEqualTo("joint");
    }

    @Test
    void documentMaskIsRefused() {
        MemoryTokenSource source = new MemoryTokenSource(TestCorpus.SCHEMA, List.of(DOCUMENT));
        RowLayout layout = RowLayout.of(ARM, TestCorpus.SCHEMA, 8, true);
        EvaluationRows masked = EvaluationRows.all("x", source, layout, TestCorpus.END_OF_TEXT);
        SelfFedEvaluator evaluator =
                new SelfFedEvaluator(
                        model,
                        new TagSupply.Predicted(MetadataOrigin.PREDICTED_GREEDY, 1),
                        false,
                        TokenSink.NONE);
        assertThatThrownBy(() -> evaluator.evaluate("a", LABEL, "x", masked, 1, 0))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("data.documentMask");
    }
}
