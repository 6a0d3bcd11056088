package org.limelm.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.limelm.train.TestCorpus;

/** Invariants of the data order, for arbitrary sizes. */
class OrderPropertiesTest {
    @Property(tries = 200)
    void indexPermutationReachesEveryIndexOnce(
            @ForAll @IntRange(min = 1, max = 3000) int size, @ForAll long seed) {
        IndexPermutation permutation = new IndexPermutation(size, seed);
        BitSet reached = new BitSet();
        for (int i = 0; i < size; i++) {
            reached.set((int) permutation.apply(i));
        }
        assertThat(reached.cardinality()).isEqualTo(size);
        assertThat(reached.length()).isEqualTo(size);
    }

    @Property(tries = 100)
    void ordinalInSourceCountsEarlierRowsOfTheSource(
            @ForAll @Size(min = 1, max = 6) List<@DoubleRange(min = 0.01, max = 50) Double> shares,
            @ForAll long seed) {
        double[] values = shares.stream().mapToDouble(Double::doubleValue).toArray();
        SourceMixer mixer = new SourceMixer(values, seed);
        long[] seen = new long[values.length];
        for (int row = 0; row < 2 * SourceMixer.PERIOD + 10; row++) {
            int source = mixer.sourceOf(row);
            assertThat(mixer.ordinalInSource(row)).isEqualTo(seen[source]++);
        }
        assertThat(seen).doesNotContain(0);
    }

    @Property(tries = 100)
    void everyDocumentIsEitherTrainingOrHeldOut(
            @ForAll @IntRange(max = 500) int documents,
            @ForAll @DoubleRange(max = 0.9) double fraction) {
        DocumentSplit split = DocumentSplit.of(documents, fraction);
        int[] all =
                IntStream.concat(IntStream.of(split.training()), IntStream.of(split.validation()))
                        .sorted()
                        .toArray();
        assertThat(all).isEqualTo(IntStream.range(0, documents).toArray());
        if (fraction > 0 && documents > 1) {
            assertThat(split.validation()).isNotEmpty();
        }
    }

    @Property(tries = 50)
    void splitOfExistingDocumentsDoesNotChangeIfTheCorpusGrows(
            @ForAll @IntRange(min = 200, max = 400) int documents) {
        DocumentSplit before = DocumentSplit.of(documents, 0.2);
        DocumentSplit after = DocumentSplit.of(documents + 100, 0.2);
        assertThat(IntStream.of(after.validation()).filter(d -> d < documents).toArray())
                .isEqualTo(before.validation());
    }

    @Property(tries = 30)
    void evaluationRowsPredictEveryTokenExceptTheFirstOnce(
            @ForAll @IntRange(min = 1, max = 40) int documents,
            @ForAll @IntRange(min = 1, max = 9) int batchSize) {
        MemoryTokenSource source =
                new MemoryTokenSource(TestCorpus.SCHEMA, TestCorpus.documents(documents, 8));
        RowLayout layout =
                new RowLayout(16, new int[] {0}, new int[0], new int[0], false, 0, false);
        long predicted = 0;
        for (HostBatch batch : EvaluationRows.all("x", source, layout, 0).batches(batchSize, 0)) {
            predicted += batch.predictedTokens();
        }
        assertThat(predicted).isEqualTo(source.tokenCount() - 1);
    }
}
