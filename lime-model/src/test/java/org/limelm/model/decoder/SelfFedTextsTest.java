package org.limelm.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.MetadataSchema;

/** Reading texts position by position with tags that the model predicts. */
class SelfFedTextsTest {
    private static final int ROWS = 3;
    private static final int ALL_TAGS = 15; // 5 of pos times 3 of ner

    private final NDManager manager = NDManager.newBaseManager();
    private final LimeDecoder model =
            SelfFedModels.of(
                    TestModels.config(2, Activation.GEGLU, true, true, TestModels.learned())
                            .withQueryKeyNorm(true),
                    TagHeadConfig.Input.PREVIOUS_STATE,
                    manager);
    private final int length = model.config().contextLength();
    private final int vocabulary = model.config().vocabularySize();
    private final Batch batch = SelfFedModels.batch(manager, model, ROWS, false);

    @AfterEach
    void close() {
        model.close();
        manager.close();
    }

    private long[] column(long[] rows, int position) {
        long[] column = new long[ROWS];
        for (int row = 0; row < ROWS; row++) {
            column[row] = rows[row * length + position];
        }
        return column;
    }

    private List<long[]> tagsAt(int position) {
        return batch.tags().stream().map(tags -> column(tags.toLongArray(), position)).toList();
    }

    private static long[] atLeastZero(long[] ids) {
        return Arrays.stream(ids).map(id -> Math.max(0, id)).toArray();
    }

    /** With the true tags forced, reading position by position equals the teacher-forced pass. */
    @ParameterizedTest
    @EnumSource(
            value = MatrixFormat.class,
            names = {"PLAIN", "PACKED"})
    void forcedTagsGiveTheTeacherForcedProbabilities(MatrixFormat format) {
        float[] nll = model.score(batch, manager).nll().toFloatArray();
        long[] targets = batch.targets().toLongArray();
        try (CachedDecoder decoder = CachedDecoder.of(model, format);
                SelfFedTexts texts = decoder.newSelfFedTexts(ROWS, length, 1)) {
            for (int i = 0; i < length; i++) {
                texts.read(column(batch.tokens().toLongArray(), i), tagsAt(i));
                long[] next = column(targets, i);
                float[] found = texts.mix(new float[ROWS], atLeastZero(next)).logProbabilities();
                for (int row = 0; row < ROWS; row++) {
                    if (next[row] >= 0) {
                        assertThat(-found[row]).isCloseTo(nll[row * length + i], within(1e-5f));
                    }
                }
                texts.keep(new long[ROWS]);
            }
        }
    }

    /** Proposals with all combinations have the probabilities of the teacher-forced head. */
    @Test
    void proposalsAreThoseOfTheTagHead() {
        float[][] expected =
                model.score(batch, manager).tagNll().stream()
                        .map(scores -> scores.toFloatArray())
                        .toArray(float[][]::new);
        long[] targets = batch.targets().toLongArray();
        try (CachedDecoder decoder = CachedDecoder.of(model, MatrixFormat.PLAIN);
                SelfFedTexts texts = decoder.newSelfFedTexts(ROWS, length, 1)) {
            for (int i = 0; i < length; i++) {
                long[] tokens = column(batch.tokens().toLongArray(), i);
                List<long[]> truth = tagsAt(i);
                SelfFedTexts.Proposal proposal = texts.propose(tokens, 100);
                assertThat(proposal.logProbabilities()).hasSize(ROWS * ALL_TAGS);
                for (int row = 0; row < ROWS; row++) {
                    double sum = 0;
                    for (int k = 0; k < ALL_TAGS; k++) {
                        int at = row * ALL_TAGS + k;
                        float log = proposal.logProbabilities()[at];
                        sum += Math.exp(log);
                        assertThat(k == 0 ? 0 : proposal.logProbabilities()[at - 1])
                                .isGreaterThanOrEqualTo(log);
                        boolean isTruth =
                                proposal.tags().get(0)[at] == truth.get(0)[row]
                                        && proposal.tags().get(1)[at] == truth.get(1)[row];
                        if (isTruth && targets[row * length + i] >= 0) {
                            int place = row * length + i;
                            assertThat(-log)
                                    .isCloseTo(
                                            expected[0][place] + expected[1][place], within(1e-5f));
                        }
                    }
                    assertThat(sum).isCloseTo(1, within(1e-5));
                }
                texts.read(tokens, truth);
                texts.keep(new long[ROWS]);
            }
        }
    }

    /**
     * In two passes, the proposal at a position is what the head gives for its state if, of all
     * tags, only those that the position reads are dropped.
     */
    @Test
    void untaggedStatesProposeWhatTheHeadGivesWhereTagsAreDropped() {
        MetadataSchema tables = TestModels.SCHEMA.withDropped();
        int last = length - 1;
        try (LimeDecoder twoPass =
                        SelfFedModels.of(
                                TestModels.micro(),
                                TagHeadConfig.Input.UNTAGGED_STATE,
                                tables,
                                manager);
                LimeDecoder teacher =
                        SelfFedModels.of(
                                TestModels.micro(), TagHeadConfig.Input.STATE, tables, manager);
                CachedDecoder decoder = CachedDecoder.of(twoPass, MatrixFormat.PLAIN);
                SelfFedTexts texts = decoder.newSelfFedTexts(ROWS, length, 1)) {
            List<float[]> expected = scoresWithDroppedTags(teacher, tables, last);
            for (int i = 0; i < last; i++) {
                texts.read(column(batch.tokens().toLongArray(), i), tagsAt(i));
                texts.keep(new long[ROWS]);
            }
            List<long[]> truth = tagsAt(last);
            SelfFedTexts.Proposal proposal =
                    texts.propose(column(batch.tokens().toLongArray(), last), ALL_TAGS);
            for (int at = 0; at < ROWS * ALL_TAGS; at++) {
                int row = at / ALL_TAGS;
                if (proposal.tags().get(0)[at] == truth.get(0)[row]
                        && proposal.tags().get(1)[at] == truth.get(1)[row]) {
                    int place = row * length + last;
                    assertThat(-proposal.logProbabilities()[at])
                            .isCloseTo(
                                    expected.get(0)[place] + expected.get(1)[place], within(1e-5f));
                }
            }
            assertThat(texts.length()).isEqualTo(last);
        }
    }

    /**
     * Returns the scores of the true tags, with those of one position dropped where it reads them.
     */
    private List<float[]> scoresWithDroppedTags(
            LimeDecoder teacher, MetadataSchema tables, int position) {
        List<NDArray> read = new ArrayList<>();
        for (int feature = 0; feature < tables.size(); feature++) {
            long[] ids = batch.tags().get(feature).toLongArray();
            for (int row = 0; row < ROWS; row++) {
                ids[row * length + position] = tables.features().get(feature).size() - 1L;
            }
            read.add(manager.create(ids, batch.tokens().getShape()));
        }
        Batch dropped =
                new Batch(
                        batch.tokens(),
                        batch.targets(),
                        read,
                        batch.tags(), // all counted
                        Optional.empty(),
                        Optional.empty());
        return teacher.score(dropped, manager).tagNll().stream()
                .map(NDArray::toFloatArray)
                .toList();
    }

    /** Reading with one candidate gives the same as reading it among others and keeping it. */
    @Test
    void keptCandidateIsAsIfItHadBeenReadAlone() {
        try (CachedDecoder decoder = CachedDecoder.of(model, MatrixFormat.PLAIN);
                SelfFedTexts alone = decoder.newSelfFedTexts(ROWS, length, 1);
                SelfFedTexts among = decoder.newSelfFedTexts(ROWS, length, 6)) {
            for (int i = 0; i < length; i++) {
                long[] tokens = column(batch.tokens().toLongArray(), i);
                SelfFedTexts.Proposal proposal = among.propose(tokens, 6);
                assertClose(alone.propose(tokens, 6).logProbabilities(), proposal);
                among.read(tokens, proposal.tags());
                long[] chosen = {i % 6, (i + 1) % 6, (i + 3) % 6};
                List<long[]> kept = new ArrayList<>();
                for (long[] tags : proposal.tags()) {
                    long[] one = new long[ROWS];
                    for (int row = 0; row < ROWS; row++) {
                        one[row] = tags[row * 6 + (int) chosen[row]];
                    }
                    kept.add(one);
                }
                alone.read(tokens, kept);
                float[] expected = alone.logProbabilities();
                float[] found = among.logProbabilities();
                for (int row = 0; row < ROWS; row++) {
                    for (int id = 0; id < vocabulary; id++) {
                        int at = (row * 6 + (int) chosen[row]) * vocabulary + id;
                        assertThat(found[at])
                                .isCloseTo(expected[row * vocabulary + id], within(1e-5f));
                    }
                }
                alone.keep(new long[ROWS]);
                among.keep(chosen);
            }
        }
    }

    private static void assertClose(float[] expected, SelfFedTexts.Proposal proposal) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(proposal.logProbabilities()[i]).isCloseTo(expected[i], within(1e-5f));
        }
    }

    /** The marginal is a distribution over the vocabulary; with few candidates, less than one. */
    @Test
    void marginalsSumToTheMassOfTheCandidates() {
        for (int candidates : new int[] {ALL_TAGS, 4}) {
            try (CachedDecoder decoder = CachedDecoder.of(model, MatrixFormat.PLAIN);
                    SelfFedTexts texts = decoder.newSelfFedTexts(ROWS, length, candidates)) {
                for (int i = 0; i < 4; i++) {
                    long[] tokens = column(batch.tokens().toLongArray(), i);
                    SelfFedTexts.Proposal proposal = texts.propose(tokens, candidates);
                    texts.read(tokens, proposal.tags());
                    double[] sums = new double[ROWS];
                    long[] last = new long[ROWS];
                    for (int id = 0; id < vocabulary; id++) {
                        Arrays.fill(last, id);
                        float[] logs =
                                texts.mix(proposal.logProbabilities(), last).logProbabilities();
                        for (int row = 0; row < ROWS; row++) {
                            sums[row] += Math.exp(logs[row]);
                        }
                    }
                    for (int row = 0; row < ROWS; row++) {
                        double mass = 0;
                        for (int k = 0; k < candidates; k++) {
                            mass += Math.exp(proposal.logProbabilities()[row * candidates + k]);
                        }
                        assertThat(sums[row]).isCloseTo(mass, within(1e-5));
                        assertThat(mass).isCloseTo(1, within(candidates == ALL_TAGS ? 1e-5 : 1));
                    }
                    texts.keep(new long[] {0, 1, 2});
                }
            }
        }
    }

    @Test
    void modelWithoutAHeadIsRefused() {
        try (LimeDecoder other =
                        SelfFedModels.of(TestModels.micro(), TagHeadConfig.Input.STATE, manager);
                CachedDecoder decoder = CachedDecoder.of(other, MatrixFormat.PLAIN)) {
            assertThatThrownBy(() -> decoder.newSelfFedTexts(1, 4, 1))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("no head that predicts its own tags");
        }
    }

    @Test
    void fullTextsAndUnknownIdsAreRefused() {
        try (CachedDecoder decoder = CachedDecoder.of(model, MatrixFormat.PLAIN);
                SelfFedTexts texts = decoder.newSelfFedTexts(1, 1, 2)) {
            List<long[]> tags = List.of(new long[] {1, 2}, new long[] {0, 1});
            assertThatThrownBy(() -> texts.read(new long[] {64}, tags))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("token id 64, expected 0 to 63");
            texts.read(new long[] {3}, tags);
            assertThatThrownBy(() -> texts.keep(new long[] {2}))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("candidate id 2");
            texts.keep(new long[] {1});
            assertThatThrownBy(() -> texts.read(new long[] {3}, tags))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("all 1 positions are in use");
        }
    }
}
