package org.limelm.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.limelm.core.text.TaggedPieces;
import org.limelm.model.decoder.Batch;
import org.limelm.train.TestCorpus;
import org.limelm.train.arm.Arm;
import org.limelm.train.arm.NextTags;
import org.limelm.train.arm.TagDropout;
import org.limelm.train.arm.TagSource;

/** The tags that each position reads, by arm. */
class TagsOfRowsTest {
    @Test
    void limePlusOneReadsTagsOfTheNextTokenWithinTheDocument() {
        TaggedPieces first = TestCorpus.document("a1");
        TaggedPieces second = TestCorpus.document("B2");
        MemoryTokenSource source = new MemoryTokenSource(TestCorpus.SCHEMA, List.of(first, second));
        HostBatch plain = onlyRow(source, Arm.LIME, 6);
        HostBatch shifted = onlyRow(source, Arm.LIME_PLUS_1, 6);

        // a, 1, end of text, B, 2, end of text
        assertThat(plain.tags().get(0)).containsExactly(1, 2, 0, 1, 2, 0);
        assertThat(plain.tags().get(1)).containsExactly(0, 0, 0, 1, 0, 0);
        // The tag of "B" must not reach the end of text before it; the last next token is unknown.
        assertThat(shifted.tags().get(0)).containsExactly(2, 0, 0, 2, 0, 0);
        assertThat(shifted.tags().get(1)).containsExactly(0, 0, 0, 0, 0, 0);
    }

    @Test
    void tagsOfAnyShiftComeFromTheSameDocument() {
        TaggedPieces first = TestCorpus.document("a1");
        TaggedPieces second = TestCorpus.document("B2");
        MemoryTokenSource source = new MemoryTokenSource(TestCorpus.SCHEMA, List.of(first, second));
        // Unshifted: 1, 2, 0 of "a", "1" and the end of text; then the same of "B2".
        assertThat(onlyRow(source, Arm.LIME.withShift(-1), 6).tags().get(0))
                .containsExactly(0, 1, 2, 0, 1, 2);
        assertThat(onlyRow(source, Arm.LIME.withShift(-2), 6).tags().get(0))
                .containsExactly(0, 0, 1, 0, 0, 1);
        assertThat(onlyRow(source, Arm.LIME.withShift(2), 6).tags().get(0))
                .containsExactly(0, 0, 0, 0, 0, 0);
        assertThat(onlyRow(source, Arm.LIME.withShift(-9), 6).tags().get(0)).containsOnly(0);
    }

    @Test
    void firstPositionOfARowReadsTheTagOfTheTokenBeforeTheRow() {
        MemoryTokenSource source =
                new MemoryTokenSource(TestCorpus.SCHEMA, List.of(TestCorpus.document("ab1c")));
        List<long[]> rows = new ArrayList<>();
        EvaluationRows.all("x", source, layoutOf(Arm.LIME.withShift(-1), 2, false), 0)
                .batches(1, 0)
                .forEach(batch -> rows.add(batch.tags().get(0)));
        assertThat(rows).containsExactly(new long[] {0, 1}, new long[] {1, 2}); // 1: of "b"
    }

    @Test
    void lastPositionOfARowReadsTheTagOfTheTokenAfterTheRow() {
        MemoryTokenSource source =
                new MemoryTokenSource(TestCorpus.SCHEMA, List.of(TestCorpus.document("ab1c")));
        HostBatch shifted = onlyRow(source, Arm.LIME_PLUS_1, 2);
        assertThat(shifted.tags().get(0)).containsExactly(1, 2); // of "b" and "1"
    }

    @Test
    void tagsToPredictAreThoseOfTheTarget() {
        TaggedPieces first = TestCorpus.document("a1");
        TaggedPieces second = TestCorpus.document("B2");
        MemoryTokenSource source = new MemoryTokenSource(TestCorpus.SCHEMA, List.of(first, second));
        NextTags on = NextTags.of("0.3");
        HostBatch plusOne = onlyRow(source, Arm.LIME_PLUS_1.withNextTags(on), 5);
        // Targets: 1, end of text, B, 2, end of text. A document's first tags cannot be read ahead.
        assertThat(plusOne.tagTargets().get(0)).containsExactly(2, 0, 0, 2, 0);
        assertThat(plusOne.tagTargets().get(0)).isEqualTo(plusOne.tags().get(0));

        HostBatch baseline = onlyRow(source, Arm.BASELINE.withNextTags(on), 6);
        assertThat(baseline.tags()).isEmpty();
        assertThat(baseline.tagTargets()).hasSize(2);
        assertThat(baseline.tagTargets().get(0)[5]).isEqualTo(Batch.IGNORED); // as its target

        HostBatch posOnly = onlyRow(source, Arm.LIME_POS.withNextTags(on), 5);
        assertThat(posOnly.tagTargets()).hasSize(1);
        assertThat(onlyRow(source, Arm.LIME, 5).tagTargets()).isEmpty();
    }

    @Test
    void armsWithOneFeatureReadItsColumn() {
        MemoryTokenSource source =
                new MemoryTokenSource(TestCorpus.SCHEMA, List.of(TestCorpus.document("A1")));
        assertThat(onlyRow(source, Arm.LIME_POS, 2).tags()).containsExactly(new long[] {1, 2});
        assertThat(onlyRow(source, Arm.LIME_NER, 2).tags()).containsExactly(new long[] {1, 0});
        assertThat(onlyRow(source, Arm.BASELINE, 2).tags()).isEmpty();
    }

    @Test
    void shuffledTagsKeepTheirFrequenciesButMoveToOtherTokens() {
        MemoryTokenSource source =
                new MemoryTokenSource(TestCorpus.SCHEMA, TestCorpus.documents(50, 4));
        ShuffledTags shuffled = new ShuffledTags(source);
        Map<String, Integer> before = new HashMap<>();
        Map<String, Integer> after = new HashMap<>();
        int moved = 0;
        for (int document = 0; document < source.documentCount(); document++) {
            int count = (int) source.length(document);
            String[] own = tagsOf(source, document, count);
            String[] others = tagsOf(shuffled, document, count);
            for (int i = 0; i < count; i++) {
                before.merge(own[i], 1, Integer::sum);
                after.merge(others[i], 1, Integer::sum);
                moved += own[i].equals(others[i]) ? 0 : 1;
            }
        }
        assertThat(after).isEqualTo(before);
        assertThat(moved).isGreaterThan((int) (source.tokenCount() / 4));
    }

    @Test
    void noiseReplacesTheGivenShareOfTagsDeterministically() {
        MemoryTokenSource source =
                new MemoryTokenSource(TestCorpus.SCHEMA, TestCorpus.documents(200, 4));
        TokenSource noisy = TagSelection.of(new TagSource.Noise(0.5, 0), source);
        TokenSource otherSeed = TagSelection.of(new TagSource.Noise(0.5, 1), source);
        int moved = 0;
        int movedOfShuffled = 0;
        int differing = 0;
        for (int document = 0; document < source.documentCount(); document++) {
            int count = (int) source.length(document);
            String[] own = tagsOf(source, document, count);
            String[] changed = tagsOf(noisy, document, count);
            String[] shuffled = tagsOf(new ShuffledTags(source), document, count);
            String[] others = tagsOf(otherSeed, document, count);
            assertThat(tagsOf(noisy, document, count)).isEqualTo(changed);
            int[] last = new int[1];
            noisy.readTags(0, source.documentStart(document) + count - 1, last, 0, 1);
            assertThat(changed[count - 1]).startsWith(last[0] + "/");
            for (int i = 0; i < count; i++) {
                moved += own[i].equals(changed[i]) ? 0 : 1;
                movedOfShuffled += own[i].equals(shuffled[i]) ? 0 : 1;
                differing += others[i].equals(changed[i]) ? 0 : 1;
            }
        }
        assertThat((double) moved / movedOfShuffled).isCloseTo(0.5, offset(0.06));
        assertThat(differing).isPositive();
        assertThat(TagSelection.of(TagSource.observed(), source)).isSameAs(source);
    }

    @Test
    void dropoutReplacesTheGivenShareOfTagsDeterministically() {
        MemoryTokenSource source =
                new MemoryTokenSource(TestCorpus.SCHEMA, TestCorpus.documents(200, 9));
        List<WeightedSource> sources = List.of(WeightedSource.of("x", source, 0));
        TagDropout dropout = TagDropout.of("0.3");
        BatchOrder order = BatchOrder.of(5, 32).withDropout(dropout);
        BatchLoader dropping =
                new BatchLoader(
                        sources,
                        layoutOf(Arm.LIME.withDropout(dropout), TestCorpus.CONTEXT, false),
                        order);
        int id = TestCorpus.SCHEMA.features().get(0).size(); // DROPPED, after all other tags
        BatchLoader keeping =
                new BatchLoader(
                        sources,
                        layoutOf(Arm.LIME, TestCorpus.CONTEXT, false),
                        BatchOrder.of(5, 32));
        long tagged = 0;
        long dropped = 0;
        for (int step = 0; step < 8; step++) {
            long[] before = keeping.batch(step, 0).tags().get(0);
            long[] after = dropping.batch(step, 0).tags().get(0);
            assertThat(dropping.batch(step, 0).tags().get(0)).isEqualTo(after);
            for (int i = 0; i < before.length; i++) {
                if (before[i] != 0) {
                    tagged++;
                    if (after[i] == id) {
                        dropped++;
                    } else {
                        assertThat(after[i]).isEqualTo(before[i]);
                    }
                }
            }
        }
        assertThat((double) dropped / tagged).isBetween(0.27, 0.33);
    }

    /**
     * A head that reads untagged states learns where the tags that a position reads are dropped.
     */
    @Test
    void inTwoPassesOnlyDroppedTagsArePredicted() {
        MemoryTokenSource source =
                new MemoryTokenSource(TestCorpus.SCHEMA, TestCorpus.documents(50, 9));
        TagDropout dropout = TagDropout.of("0.3");
        Arm arm = Arm.LIME_PLUS_1.withDropout(dropout).withNextTags(NextTags.of("0.3:two-pass"));
        HostBatch batch =
                new BatchLoader(
                                List.of(WeightedSource.of("x", source, 0)),
                                layoutOf(arm, TestCorpus.CONTEXT, false),
                                BatchOrder.of(5, 32).withDropout(dropout))
                        .batch(0, 0);
        long id = TestCorpus.SCHEMA.features().get(0).size();
        int predicted = 0;
        for (int i = 0; i < batch.targets().length; i++) {
            boolean dropped = batch.tags().get(0)[i] == id;
            assertThat(batch.tagTargets().get(0)[i] >= 0).isEqualTo(dropped);
            predicted += dropped ? 1 : 0;
        }
        assertThat(predicted).isPositive();
    }

    private static String[] tagsOf(TokenSource source, int document, int count) {
        int[] pos = new int[count];
        int[] ner = new int[count];
        source.readTags(0, source.documentStart(document), pos, 0, count);
        source.readTags(1, source.documentStart(document), ner, 0, count);
        String[] tags = new String[count];
        for (int i = 0; i < count; i++) {
            tags[i] = pos[i] + "/" + ner[i];
        }
        return tags;
    }

    private static RowLayout layoutOf(Arm arm, int length, boolean mask) {
        return RowLayout.of(arm, TestCorpus.SCHEMA, length, mask);
    }

    private static HostBatch onlyRow(TokenSource source, Arm arm, int length) {
        return EvaluationRows.all("x", source, layoutOf(arm, length, false), 0)
                .batches(1, 0)
                .iterator()
                .next();
    }
}
