package org.limelm.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.text.Alignment;
import org.limelm.core.text.TaggedPieces;
import org.limelm.train.TestCorpus;
import org.limelm.train.arm.Arm;
import org.limelm.train.config.Accumulation;
import org.limelm.train.config.DataConfig;
import org.limelm.train.config.RunConfig;

class TrainingDataTest {
    private static final List<TaggedPieces> DOCUMENTS = TestCorpus.documents(20, 1);

    @TempDir Path folder;

    private Path shards(AnnotationMode mode, Alignment alignment, String tokenizer) {
        String name = mode.label() + alignment.label() + tokenizer;
        return TestCorpus.write(folder.resolve(name), DOCUMENTS, mode, alignment, tokenizer);
    }

    private RunConfig run(Path... shards) {
        return TestCorpus.run(shards[0], folder.resolve("run"), 1, 1)
                .withData(DataConfig.defaults().withShards(shards));
    }

    @Test
    void armsWithTablesRejectShardsOfAnotherAnnotationMode() {
        Path full = shards(AnnotationMode.FULL, Alignment.LINGUISTIC, "aa");
        assertThatThrownBy(() -> TrainingData.open(run(full)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining(full.toString())
                .hasMessageContaining("annotation mode 'full', expected 'causal'")
                .hasMessageContaining("--annotation causal");
        TrainingData.open(run(full).withArm(Arm.BASELINE)).close();
        TrainingData.open(run(full).withAnnotation(AnnotationMode.FULL)).close();
    }

    @Test
    void shardsOfAnotherAlignmentAreRejected() {
        Path plain = shards(AnnotationMode.CAUSAL, Alignment.PLAIN, "aa");
        assertThatThrownBy(() -> TrainingData.open(run(plain)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("alignment 'plain', expected 'linguistic' for arm lime");
        TrainingData.open(run(plain).withArm(Arm.PLAIN)).close();
    }

    @Test
    void mismatchCanBeAllowed() {
        Path full = shards(AnnotationMode.FULL, Alignment.LINGUISTIC, "aa");
        DataConfig allowed = run(full).data().withAllowMismatch(true);
        try (TrainingData data = TrainingData.open(run(full).withData(allowed))) {
            assertThat(data.annotation()).isEqualTo(AnnotationMode.FULL);
        }
    }

    @Test
    void sourcesWithDifferentTokenizersAreRejected() {
        Path one = shards(AnnotationMode.CAUSAL, Alignment.LINGUISTIC, "aa");
        Path other = shards(AnnotationMode.CAUSAL, Alignment.LINGUISTIC, "bb");
        assertThatThrownBy(() -> TrainingData.open(run(one, other)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("made by tokenizer bb");
    }

    @Test
    void validationDataOfTheirOwnAreScoredAndTheWholeCorpusIsTrainedOn() {
        Path corpus = shards(AnnotationMode.CAUSAL, Alignment.LINGUISTIC, "aa");
        List<TaggedPieces> other = TestCorpus.documents(3, 9);
        Path validation = TestCorpus.write(folder.resolve("validation"), other);
        RunConfig config = run(corpus);
        try (TrainingData data =
                TrainingData.open(
                        config.withData(config.data().withValidation(List.of(validation))))) {
            assertThat(data.sources().get(0).split().training()).hasSize(DOCUMENTS.size());
            assertThat(data.heldOut()).hasSize(1);
            assertThat(data.heldOut().get(0).name()).isEqualTo(validation.toString());
            int scored = 0;
            for (HostBatch batch : data.validation().batches(4, 0)) {
                scored += batch.predictedTokens();
            }
            int tokens = other.stream().mapToInt(TaggedPieces::size).sum();
            assertThat(scored).isEqualTo(tokens - 1);
        }
    }

    @Test
    void shardsGiveTheSameBatchesAsDocumentsInMemory() {
        RunConfig config = run(shards(AnnotationMode.CAUSAL, Alignment.LINGUISTIC, "aa"));
        try (TrainingData data = TrainingData.open(config)) {
            WeightedSource memory =
                    WeightedSource.of(
                            data.sources().get(0).name(),
                            new MemoryTokenSource(TestCorpus.SCHEMA, DOCUMENTS),
                            config.data().validationFraction());
            BatchLoader fromShards = data.batches(0, 1, Accumulation.of(1), 1);
            BatchLoader fromMemory =
                    new BatchLoader(List.of(memory), data.layout(), fromShards.order());
            for (int step = 0; step < 10; step++) {
                HostBatch expected = fromMemory.batch(step, 0);
                HostBatch actual = fromShards.batch(step, 0);
                assertThat(actual.tokens()).isEqualTo(expected.tokens());
                assertThat(actual.targetBytes()).isEqualTo(expected.targetBytes());
                assertThat(actual.tags().get(1)).isEqualTo(expected.tags().get(1));
                assertThat(actual.documents()).isEqualTo(expected.documents());
            }
        }
    }
}
