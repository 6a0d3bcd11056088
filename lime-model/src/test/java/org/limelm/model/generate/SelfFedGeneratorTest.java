package org.limelm.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.limelm.core.LimeException;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.SelfFedModels;
import org.limelm.model.decoder.TagHeadConfig;
import org.limelm.model.decoder.TestModels;

/** Generation by a model that predicts its own tags. */
class SelfFedGeneratorTest {
    private static final int[] PROMPT = {3, 41, 7, 12};
    private static final int NO_END_OF_TEXT = -1;
    private static final SamplingOptions SAMPLED = new SamplingOptions(1, 0, 1, 9, 40);

    private final NDManager manager = NDManager.newBaseManager();
    private final LimeDecoder model =
            SelfFedModels.of(TestModels.micro(), TagHeadConfig.Input.PREVIOUS_STATE, manager);
    private final SelfFedGenerator generator = new SelfFedGenerator(model);

    @AfterEach
    void close() {
        generator.close();
        model.close();
        manager.close();
    }

    private Generation generate(TagPlan plan, SamplingOptions options) {
        return generator.generate(
                PROMPT, NO_END_OF_TEXT, plan, Optional.empty(), options, id -> {});
    }

    @Test
    void sameSeedGivesTheSameTextBeyondTheContext() {
        Generation text = generate(TagPlan.FREE, SAMPLED);
        assertThat(text.tokens()).hasSize(40);
        assertThat(text.slides()).isPositive(); // the context has 24 positions
        assertThat(generate(TagPlan.FREE, SAMPLED)).isEqualTo(text);
        SamplingOptions other = new SamplingOptions(1, 0, 1, 10, 40);
        assertThat(generate(TagPlan.FREE, other).tokens()).isNotEqualTo(text.tokens());
    }

    @Test
    void planRestrictsTheTagsOfGeneratedTokens() {
        List<int[]> chosen = new ArrayList<>();
        TagPlan alternating =
                before -> {
                    chosen.clear();
                    chosen.addAll(before);
                    return tags -> tags[0] == (before.size() % 2 == 0 ? 1 : 2);
                };
        Generation text = generate(alternating, SAMPLED);
        assertThat(text.tokens()).hasSize(40);
        for (int i = 0; i < chosen.size(); i++) {
            assertThat(chosen.get(i)[0]).isEqualTo(i % 2 == 0 ? 1 : 2);
        }
        assertThat(chosen).hasSize(39); // before the last token
    }

    /** Positions after a known token read the annotator's tags, which receives every token once. */
    @Test
    void tagsOfKnownTokensAreTheAnnotators() {
        List<Integer> seen = new ArrayList<>();
        Generation verbs = generateAnnotated(token -> noted(seen, token, 2));
        List<Integer> all = new ArrayList<>();
        for (int token : PROMPT) {
            all.add(token);
        }
        all.addAll(verbs.tokens());
        assertThat(seen).isEqualTo(all);
        assertThat(generateAnnotated(token -> new int[] {2, 0})).isEqualTo(verbs);
        assertThat(generateAnnotated(token -> new int[] {4, 1}).tokens())
                .isNotEqualTo(verbs.tokens());
    }

    /** As in training, where the tag of another document's first token is unknown. */
    @Test
    void theEndOfTextReadsNoneOfTheNextDocument() {
        float[] started = firstChoice(PROMPT[0], token -> new int[] {2, 1});
        MetadataSource noneOfTheSecondToken =
                token -> token == PROMPT[1] ? new int[2] : new int[] {2, 1};
        assertThat(firstChoice(NO_END_OF_TEXT, noneOfTheSecondToken)).isEqualTo(started);
        assertThat(firstChoice(NO_END_OF_TEXT, token -> new int[] {2, 1})).isNotEqualTo(started);
    }

    /** Returns the log-probabilities from which the first token after the prompt is chosen. */
    private float[] firstChoice(int endOfText, MetadataSource annotator) {
        List<float[]> seen = new ArrayList<>();
        generator.generateWhile(
                PROMPT,
                endOfText,
                TagPlan.FREE,
                Optional.of(annotator),
                SamplingOptions.greedy(1),
                (token, logProbabilities) -> seen.add(logProbabilities.clone()),
                token -> true);
        return seen.get(0);
    }

    private static int[] noted(List<Integer> seen, int token, int tag) {
        seen.add(token);
        return new int[] {tag, 0};
    }

    private Generation generateAnnotated(MetadataSource annotator) {
        return generator.generate(
                PROMPT,
                NO_END_OF_TEXT,
                TagPlan.FREE,
                Optional.of(annotator),
                SamplingOptions.greedy(40),
                id -> {});
    }

    @Test
    void planChangesTheText() {
        SamplingOptions greedy = SamplingOptions.greedy(5);
        List<Integer> nouns = generate(before -> tags -> tags[0] == 1, greedy).tokens();
        List<Integer> verbs = generate(before -> tags -> tags[0] == 2, greedy).tokens();
        assertThat(nouns).isNotEqualTo(verbs);
    }

    @Test
    void generationEndsWithThePlan() {
        Generation text = generate(before -> tags -> before.size() < 3, SAMPLED);
        assertThat(text.tokens()).hasSize(3);
        assertThat(text.stop()).isEqualTo(Generation.Stop.END_OF_PLAN);
    }

    @Test
    void emptyPromptIsRefused() {
        assertThatThrownBy(
                        () ->
                                generator.generate(
                                        new int[0],
                                        NO_END_OF_TEXT,
                                        TagPlan.FREE,
                                        Optional.empty(),
                                        SAMPLED,
                                        id -> {}))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("empty prompt");
    }
}
