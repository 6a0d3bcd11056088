package org.limelm.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.limelm.core.LimeException;
import org.limelm.model.decoder.Activation;
import org.limelm.model.decoder.Batch;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.decoder.TestModels;
import org.limelm.model.device.Precision;

class GeneratorTest {
    private static final ModelConfig CONFIG =
            TestModels.config(2, Activation.GEGLU, false, false, TestModels.learned());
    private static final int[] PROMPT = {3, 41, 7};
    private static final int NO_END_OF_TEXT = -1;

    private NDManager manager;
    private LimeDecoder model;
    private Generator generator;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
        model =
                LimeDecoder.create(
                        CONFIG, TestModels.SCHEMA, Precision.F32, Recompute.NONE, manager, 21);
        model.parameter("head.weight").muli(50); // far from uniform
        generator = new Generator(model);
    }

    @AfterEach
    void close() {
        generator.close();
        model.close();
        manager.close();
    }

    /** Returns a source whose tags depend on all tokens so far. */
    private static MetadataSource prefixDependentTags() {
        int[] sum = new int[1];
        return token -> {
            sum[0] += token;
            return new int[] {sum[0] % 5, sum[0] % 3};
        };
    }

    @Test
    void greedyDecodingMatchesTheFullForwardPass() {
        List<Integer> streamed = new ArrayList<>();
        Generation written =
                generator.generate(
                        PROMPT,
                        NO_END_OF_TEXT,
                        prefixDependentTags(),
                        SamplingOptions.greedy(12),
                        streamed::add);

        List<Integer> text = new ArrayList<>(List.of(3, 41, 7));
        for (int step = 0; step < 12; step++) {
            text.add(bestNext(text));
        }
        assertThat(written.tokens()).isEqualTo(text.subList(3, 15));
        assertThat(written.stop()).isEqualTo(Generation.Stop.MAX_TOKENS);
        assertThat(streamed).isEqualTo(written.tokens());
    }

    private int bestNext(List<Integer> text) {
        return bestNext(text, 0);
    }

    /** Returns the best token after a text of which the model sees the positions from one on. */
    private int bestNext(List<Integer> whole, int from) {
        MetadataSource source = prefixDependentTags();
        whole.subList(0, from).forEach(source::tagsFor);
        List<Integer> text = whole.subList(from, whole.size());
        long[] ids = text.stream().mapToLong(Integer::longValue).toArray();
        long[] pos = new long[ids.length];
        long[] ner = new long[ids.length];
        for (int i = 0; i < ids.length; i++) {
            int[] tags = source.tagsFor((int) ids[i]);
            pos[i] = tags[0];
            ner[i] = tags[1];
        }
        Shape shape = new Shape(1, ids.length);
        NDArray tokens = manager.create(ids, shape);
        Batch batch =
                new Batch(
                        tokens,
                        tokens,
                        List.of(manager.create(pos, shape), manager.create(ner, shape)),
                        Optional.empty());
        return (int) model.logits(batch, manager).get(":, -1").argMax(-1).getLong(0);
    }

    @Test
    void sameSeedGivesTheSameText() {
        assertThat(sample(1)).isEqualTo(sample(1)).isNotEqualTo(sample(2));
    }

    private List<Integer> sample(long seed) {
        SamplingOptions options = new SamplingOptions(1.5, 0, 0.95, seed, 15);
        return generator
                .generate(PROMPT, NO_END_OF_TEXT, prefixDependentTags(), options, id -> {})
                .tokens();
    }

    @Test
    void tagsAreAskedForAsManyPositionsAsAreRead() {
        List<Integer> asked = new ArrayList<>();
        generator.generate(
                PROMPT,
                NO_END_OF_TEXT,
                token -> {
                    asked.add(token);
                    return new int[2];
                },
                SamplingOptions.greedy(5),
                id -> {});
        assertThat(asked).hasSize(PROMPT.length + 4);
    }

    @Test
    void generationStopsWhenTheCallerHasEnough() {
        List<Integer> seen = new ArrayList<>();
        Generation stopped =
                generator.generateWhile(
                        PROMPT,
                        NO_END_OF_TEXT,
                        prefixDependentTags(),
                        SamplingOptions.greedy(9),
                        id -> {
                            seen.add(id);
                            return seen.size() < 4;
                        });
        assertThat(stopped.tokens()).hasSize(4).isEqualTo(seen);
        assertThat(stopped.stop()).isEqualTo(Generation.Stop.CALLER);
    }

    @Test
    void generationStopsAtTheEndOfText() {
        List<Integer> all =
                generator
                        .generate(
                                PROMPT,
                                NO_END_OF_TEXT,
                                prefixDependentTags(),
                                SamplingOptions.greedy(9),
                                id -> {})
                        .tokens();
        int end = all.get(4);
        Generation ended =
                generator.generate(
                        PROMPT, end, prefixDependentTags(), SamplingOptions.greedy(9), id -> {});
        assertThat(ended.tokens()).isEqualTo(all.subList(0, all.indexOf(end)));
        assertThat(ended.stop()).isEqualTo(Generation.Stop.END_OF_TEXT);
    }

    @Test
    void aTextLongerThanTheContextIsReadThroughASlidingWindow() {
        Generation text =
                generator.generate(
                        PROMPT,
                        NO_END_OF_TEXT,
                        prefixDependentTags(),
                        SamplingOptions.greedy(60),
                        id -> {});
        assertThat(text.tokens()).hasSize(60);
        assertThat(text.slides()).isEqualTo(3); // of 24 positions, 12 at a time

        List<Integer> all = new ArrayList<>(List.of(3, 41, 7));
        all.addAll(text.tokens());
        // The position after the first slide sees the last 12 tokens only, with the same tags.
        assertThat(all.get(25)).isEqualTo(bestNext(all.subList(0, 25), 13));
    }

    @Test
    void aPromptLongerThanTheContextLosesItsBeginning() {
        int[] prompt = new int[100];
        for (int i = 0; i < prompt.length; i++) {
            prompt[i] = (7 * i) % 60;
        }
        Generation text =
                generator.generate(
                        prompt,
                        NO_END_OF_TEXT,
                        prefixDependentTags(),
                        SamplingOptions.greedy(1),
                        id -> {});
        List<Integer> all = new ArrayList<>(IntStream.of(prompt).boxed().toList());
        assertThat(text.tokens()).containsExactly(bestNext(all, 76));
        assertThat(text.slides()).isEqualTo(1);
    }

    @Test
    void invalidPromptsAndTagsAreRejected() {
        SamplingOptions options = SamplingOptions.greedy(1);
        assertThatThrownBy(
                        () ->
                                generator.generate(
                                        new int[0],
                                        NO_END_OF_TEXT,
                                        prefixDependentTags(),
                                        options,
                                        id -> {}))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("begin the prompt with the end-of-text token");
        assertThatThrownBy(
                        () ->
                                generator.generate(
                                        new int[] {64},
                                        NO_END_OF_TEXT,
                                        prefixDependentTags(),
                                        options,
                                        id -> {}))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("token 64 in the prompt");
        assertThatThrownBy(
                        () ->
                                generator.generate(
                                        PROMPT,
                                        NO_END_OF_TEXT,
                                        MetadataSource.none(),
                                        options,
                                        id -> {}))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("returned 0 tags, expected one for each of 2 tables");
    }
}
