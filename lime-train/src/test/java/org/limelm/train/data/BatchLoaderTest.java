package org.limelm.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Offset.offset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.limelm.core.LimeException;
import org.limelm.core.text.TaggedPieces;
import org.limelm.model.decoder.Batch;
import org.limelm.train.TestCorpus;
import org.limelm.train.arm.Arm;
import org.limelm.train.config.Accumulation;
import org.limelm.train.config.DataOrder;

class BatchLoaderTest {
    private static final int T = TestCorpus.CONTEXT;

    private static List<WeightedSource> sources() {
        return List.of(
                WeightedSource.of(
                        "corpus",
                        new MemoryTokenSource(TestCorpus.SCHEMA, TestCorpus.documents(30, 3)),
                        0.1));
    }

    private static RowLayout layout(Arm arm, boolean documentMask) {
        return RowLayout.of(arm, TestCorpus.SCHEMA, T, documentMask);
    }

    private static BatchLoader loader(int batchSize, int accumulation, int rank, int world) {
        return new BatchLoader(
                sources(),
                layout(Arm.LIME, false),
                BatchOrder.of(5, batchSize)
                        .with(
                                o ->
                                        o.accumulation(Accumulation.of(accumulation))
                                                .rank(rank)
                                                .worldSize(world)));
    }

    private static List<String> rowsOf(HostBatch batch) {
        List<String> rows = new ArrayList<>();
        for (int row = 0; row < batch.rows(); row++) {
            int from = row * batch.length();
            int to = from + batch.length();
            rows.add(
                    Arrays.toString(Arrays.copyOfRange(batch.tokens(), from, to))
                            + Arrays.toString(Arrays.copyOfRange(batch.targets(), from, to))
                            + Arrays.toString(Arrays.copyOfRange(batch.tags().get(0), from, to)));
        }
        return rows;
    }

    @Test
    void batchDoesNotDependOnEarlierRequests() {
        BatchLoader forward = loader(4, 1, 0, 1);
        BatchLoader backward = loader(4, 1, 0, 1);
        List<List<String>> first = new ArrayList<>();
        for (int step = 0; step < 20; step++) {
            first.add(rowsOf(forward.batch(step, 0)));
        }
        for (int step = 19; step >= 0; step--) {
            assertThat(rowsOf(backward.batch(step, 0))).isEqualTo(first.get(step));
        }
    }

    @Test
    void stepHasTheSameRowsForAnyNumberOfProcessesAndMicroSteps() {
        BatchLoader one = loader(8, 1, 0, 1);
        for (long step = 0; step < 6; step++) {
            List<String> expected = rowsOf(one.batch(step, 0));
            List<String> accumulated = new ArrayList<>();
            for (int micro = 0; micro < 4; micro++) {
                accumulated.addAll(rowsOf(loader(2, 4, 0, 1).batch(step, micro)));
            }
            assertThat(accumulated).isEqualTo(expected);
            List<String> distributed = new ArrayList<>();
            for (int rank = 0; rank < 4; rank++) {
                distributed.addAll(rowsOf(loader(2, 1, rank, 4).batch(step, 0)));
            }
            assertThat(distributed).isEqualTo(expected);
        }
    }

    @Test
    void growingBatchesReadTheSameRowsInTheSameOrder() {
        Accumulation growing = new Accumulation(1, 3, 4);
        BatchLoader growingLoader =
                new BatchLoader(
                        sources(),
                        layout(Arm.LIME, false),
                        BatchOrder.of(5, 2).withAccumulation(growing));
        BatchLoader constantLoader = loader(2, 1, 0, 1);
        long next = 0;
        for (long step = 0; step < 8; step++) {
            assertThat(growing.microStepsBefore(step)).isEqualTo(next);
            for (int micro = 0; micro < growing.microSteps(step); micro++) {
                assertThat(rowsOf(growingLoader.batch(step, micro)))
                        .isEqualTo(rowsOf(constantLoader.batch(next++, 0)));
            }
        }
        assertThat(next).isEqualTo(4 + 4 * 3);
    }

    @Test
    void epochReadsEveryTrainingDocumentAndNoHeldOutDocument() {
        List<WeightedSource> sources = sources();
        WeightedSource source = sources.get(0);
        BatchLoader loader = loader(1, 1, 0, 1);
        long rowsPerEpoch = (loader.trainingTokens() - 1) / T;
        for (int epoch = 0; epoch < 3; epoch++) {
            long inputs = 0;
            List<String> touched = new ArrayList<>();
            for (long row = epoch * rowsPerEpoch; row < (epoch + 1) * rowsPerEpoch; row++) {
                HostBatch batch = loader.batch(row, 0);
                inputs += batch.tokens().length;
                touched.addAll(batch.documents().get(0));
            }
            assertThat(inputs).isGreaterThan(loader.trainingTokens() - T - 1);
            String[] expected =
                    Arrays.stream(source.split().training())
                            .mapToObj(document -> "corpus:" + document)
                            .toArray(String[]::new);
            assertThat(touched.stream().distinct()).containsExactlyInAnyOrder(expected);
        }
    }

    @ParameterizedTest
    @EnumSource(DataOrder.class)
    void everyOrderReadsEveryRowOfAnEpochOnce(DataOrder order) {
        BatchLoader loader =
                new BatchLoader(
                        sources(),
                        layout(Arm.LIME, false),
                        BatchOrder.of(5, 1).withDataOrder(order).withBlockTokens(5L * T));
        int rowsPerEpoch = (int) ((loader.trainingTokens() - 1) / T);
        for (int epoch = 0; epoch < 2; epoch++) {
            Map<String, Integer> bytes = new HashMap<>();
            long read = 0;
            for (long row = 0; row < rowsPerEpoch; row++) {
                HostBatch batch = loader.batch(epoch * (long) rowsPerEpoch + row, 0);
                read += batch.tokens().length;
                batch.documents().get(0).forEach(name -> bytes.merge(name, 1, Integer::sum));
            }
            assertThat(read).isEqualTo((long) rowsPerEpoch * T);
            assertThat(bytes).hasSize(sources().get(0).split().training().length);
            // The number of rows with a document follows from its length, in every order.
            bytes.forEach(
                    (name, rows) -> {
                        int document = Integer.parseInt(name.substring(name.indexOf(':') + 1));
                        long length = sources().get(0).tokens().length(document);
                        assertThat((long) rows).isBetween(length / T - 1, length / T + 2);
                    });
        }
    }

    @Test
    void numberOfDistinctDocumentsInABatchIsThatOfRandomSampling() {
        List<TaggedPieces> documents = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            documents.add(TestCorpus.document("x".repeat(40 * T)));
        }
        List<WeightedSource> sources =
                List.of(
                        WeightedSource.of(
                                "long", new MemoryTokenSource(TestCorpus.SCHEMA, documents), 0));
        int batches = 60;
        double byChance = 50 * (1 - Math.pow(1 - 1 / 50.0, 16)); // 13.8 of 16 rows
        double mixed = distinct(sources, DataOrder.ROWS, batches);
        assertThat(mixed).isCloseTo(byChance, within(0.8)); // a row may touch two documents
        assertThat(distinct(sources, DataOrder.DOCUMENTS, batches)).isLessThan(2.5);
        double inBlocks = distinct(sources, DataOrder.BLOCKS, batches);
        assertThat(inBlocks).isBetween(3.0, 6.5); // a block of 200 rows has 5 or 6 documents
    }

    private static double distinct(List<WeightedSource> sources, DataOrder order, int batches) {
        return new BatchLoader(
                        sources,
                        layout(Arm.BASELINE, false),
                        BatchOrder.of(5, 16).withDataOrder(order).withBlockTokens(200L * T))
                .distinctDocumentsPerBatch(batches);
    }

    @Test
    void epochsAndSeedsHaveDifferentOrders() {
        BatchLoader loader = loader(1, 1, 0, 1);
        long rowsPerEpoch = (loader.trainingTokens() - 1) / T;
        assertThat(rowsOf(loader.batch(0, 0))).isNotEqualTo(rowsOf(loader.batch(rowsPerEpoch, 0)));
        BatchLoader otherSeed =
                new BatchLoader(sources(), layout(Arm.LIME, false), BatchOrder.of(6, 1));
        assertThat(rowsOf(loader.batch(0, 0))).isNotEqualTo(rowsOf(otherSeed.batch(0, 0)));
    }

    @Test
    void everyArmWithLinguisticSplitsSeesTheSameTokens() {
        HostBatch expected = loader(4, 1, 0, 1).batch(3, 0);
        for (Arm arm : Arm.presets().values()) {
            HostBatch batch =
                    new BatchLoader(sources(), layout(arm, false), BatchOrder.of(5, 4)).batch(3, 0);
            assertThat(batch.tokens()).isEqualTo(expected.tokens());
            assertThat(batch.targets()).isEqualTo(expected.targets());
        }
    }

    @Test
    void targetsAreTheNextTokens() {
        HostBatch batch = loader(4, 1, 0, 1).batch(0, 0);
        for (int row = 0; row < 4; row++) {
            for (int i = 0; i + 1 < T; i++) {
                assertThat(batch.targets()[row * T + i]).isEqualTo(batch.tokens()[row * T + i + 1]);
            }
        }
    }

    @Test
    void documentMaskIgnoresTheFirstTokenOfTheNextDocument() {
        MemoryTokenSource source =
                new MemoryTokenSource(
                        TestCorpus.SCHEMA,
                        List.of(TestCorpus.document("a"), TestCorpus.document("b")));
        HostBatch masked =
                EvaluationRows.all("x", source, layoutOf(Arm.BASELINE, 3, true), 0)
                        .batches(1, 0)
                        .iterator()
                        .next();
        assertThat(masked.targets()).containsExactly(256, Batch.IGNORED, 256);
        assertThat(masked.documentIds().orElseThrow()).containsExactly(0, 0, 1);
        assertThat(masked.targetBytes()).containsExactly(0, 0, 0);
        HostBatch unmasked = onlyRow(source, Arm.BASELINE, 3);
        assertThat(unmasked.targets()).containsExactly(256, 'b', 256);
        assertThat(unmasked.targetBytes()).containsExactly(0, 1, 0);
        assertThat(unmasked.documentIds()).isEmpty();
    }

    @Test
    void sourceWithWeightTwoIsReadTwiceAsOften() {
        WeightedSource small =
                new WeightedSource(
                        "small",
                        new MemoryTokenSource(TestCorpus.SCHEMA, TestCorpus.documents(20, 1)),
                        DocumentSplit.of(20, 0),
                        2);
        WeightedSource large =
                new WeightedSource(
                        "large",
                        new MemoryTokenSource(TestCorpus.SCHEMA, TestCorpus.documents(60, 2)),
                        DocumentSplit.of(60, 0),
                        1);
        BatchLoader loader =
                new BatchLoader(
                        List.of(small, large), layout(Arm.LIME, false), BatchOrder.of(1, 1));
        Map<String, Integer> rows = new HashMap<>();
        for (int step = 0; step < SourceMixer.PERIOD; step++) {
            String first = loader.batch(step, 0).documents().get(0).get(0);
            rows.merge(first.substring(0, 5), 1, Integer::sum);
        }
        double smallShare = 2.0 * small.tokens().tokenCount();
        double expected = smallShare / (smallShare + large.tokens().tokenCount());
        assertThat(rows.getOrDefault("small", 0) / (double) SourceMixer.PERIOD)
                .isCloseTo(expected, offset(0.001));
    }

    @Test
    void corpusShorterThanARowIsRejected() {
        List<WeightedSource> tiny =
                List.of(
                        WeightedSource.of(
                                "tiny",
                                new MemoryTokenSource(
                                        TestCorpus.SCHEMA, List.of(TestCorpus.document("abc"))),
                                0));
        assertThatThrownBy(
                        () -> new BatchLoader(tiny, layout(Arm.LIME, false), BatchOrder.of(1, 1)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("4 training tokens")
                .hasMessageContaining("expected more than 16");
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
