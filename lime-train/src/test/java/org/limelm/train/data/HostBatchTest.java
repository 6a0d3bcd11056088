package org.limelm.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.limelm.model.decoder.Batch;

class HostBatchTest {
    private static final long[] TOKENS = {5, 6, 7, 8, 9, 10};
    private static final long[] OTHERS = {1, 2, 3, 4, 5, 6};
    private static final long[] TARGETS = {6, Batch.IGNORED, 8, 9, 10, Batch.IGNORED};
    private static final List<long[]> TAGS =
            List.of(new long[] {1, 2, 3, 0, 1, 2}, new long[] {0, 0, 4, 4, 0, 0});
    private static final List<long[]> TAG_TARGETS = List.of(new long[] {2, -100, 1, 0, 3, 1});
    private static final long[] DOCUMENTS = {0, 0, 1, 0, 0, 0};

    private static HostBatch batch(Optional<long[]> documentIds) {
        return new HostBatch(
                2,
                3,
                TOKENS,
                TARGETS,
                TAGS,
                TAG_TARGETS,
                documentIds,
                new int[6],
                List.of(new RowOrigin("a", new int[] {0}, 0)));
    }

    @Test
    void everyColumnIsCopiedUnchanged() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            Batch batch = batch(Optional.of(DOCUMENTS)).toBatch(manager);
            assertThat(batch.tokens().getShape()).isEqualTo(new Shape(2, 3));
            assertThat(batch.tokens().toLongArray()).isEqualTo(TOKENS);
            assertThat(batch.targets().toLongArray()).isEqualTo(TARGETS);
            assertThat(batch.tags().get(0).toLongArray()).isEqualTo(TAGS.get(0));
            assertThat(batch.tags().get(1).toLongArray()).isEqualTo(TAGS.get(1));
            assertThat(batch.tagTargets().get(0).toLongArray()).isEqualTo(TAG_TARGETS.get(0));
            assertThat(batch.documentIds().orElseThrow().toLongArray()).isEqualTo(DOCUMENTS);
        }
    }

    @Test
    void batchIsTheSameWithAndWithoutStagingAndOutlivesReuseOfItsBuffer() {
        HostBatch first = batch(Optional.of(DOCUMENTS));
        HostBatch second =
                new HostBatch(
                        2,
                        3,
                        OTHERS,
                        TARGETS,
                        TAGS,
                        TAG_TARGETS,
                        Optional.empty(),
                        new int[6],
                        List.of());
        StagingRing ring = new StagingRing(1);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            ring.stage(first);
            Batch staged = first.toBatch(manager);
            ring.stage(second); // reuses the buffer of the first
            assertThat(staged.tokens().toLongArray()).isEqualTo(TOKENS);
            assertThat(staged.documentIds().orElseThrow().toLongArray()).isEqualTo(DOCUMENTS);
            assertThat(first.toBatch(manager).targets().toLongArray()).isEqualTo(TARGETS);
            assertThat(second.toBatch(manager).tokens().toLongArray()).isEqualTo(OTHERS);
        }
    }

    @Test
    void batchWithoutDocumentMaskHasNoDocumentIds() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            assertThat(batch(Optional.empty()).toBatch(manager).documentIds()).isEmpty();
        }
    }

    @Test
    void ignoredTargetsAreNotCounted() {
        assertThat(batch(Optional.empty()).predictedTokens()).isEqualTo(4);
    }
}
