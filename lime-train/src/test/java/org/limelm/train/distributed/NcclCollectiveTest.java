package org.limelm.train.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.decoder.Batch;
import org.limelm.model.decoder.Gradients;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.ModelPresets;
import org.limelm.model.decoder.Objective;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;
import org.limelm.model.internal.torch.TensorAddress;

/** Tests the calls received by a library with NCCL's interface. */
class NcclCollectiveTest {
    private static final int REMOTE_ERROR = 6;

    @TempDir private static Path folder;
    private static Path library = Path.of("");

    private NDManager manager;
    private NcclStub stub;
    private NcclCollective collective;

    @BeforeAll
    static void compile() {
        library = NcclStub.compile(folder);
    }

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager("PyTorch");
        stub = new NcclStub(library);
        stub.clear();
        stub.failAsynchronously(0);
        collective = new NcclCollective(new LocalCollective(), stub.functions(), stub);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private static String addressOf(NDArray array) {
        StringBuilder address = new StringBuilder();
        TensorAddress.use(array, place -> address.append("0x%x".formatted(place.address())));
        return address.toString();
    }

    @Test
    void communicatorIdIsPassedByValue() {
        collective.allReduceSum(manager.ones(new Shape(4)));
        byte[] expected = new byte[128];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = (byte) (i * 7 + 3);
        }
        assertThat(stub.idOfCommunicator()).isEqualTo(expected);
        assertThat(stub.journal()).contains("ncclGetUniqueId", "ncclCommInitRank ranks=1 rank=0");
    }

    @Test
    void sumPassesMemoryCountTypeOperationAndStream() {
        NDArray array = manager.ones(new Shape(3, 5), DataType.FLOAT32);
        collective.allReduceSum(array);
        String address = addressOf(array);
        assertThat(stub.journal())
                .endsWith(
                        "ncclAllReduce send=%s recv=%s count=15 type=7 op=0 comm=1 stream=0x7abc"
                                .formatted(address, address));
        assertThat(array.getFloat(2, 4)).isEqualTo(2); // the stub adds one to the last value
        assertThat(array.getFloat(2, 3)).isEqualTo(1);
    }

    @Test
    void broadcastPassesBytesAndRoot() {
        NDArray array = manager.zeros(new Shape(6), DataType.INT64);
        collective.broadcast(array, 0);
        String address = addressOf(array);
        assertThat(stub.journal())
                .endsWith(
                        "ncclBroadcast send=%s recv=%s count=48 type=0 root=0 comm=1 stream=0x7abc"
                                .formatted(address, address));
    }

    @Test
    void operationsRunOnAStreamOfTheirOwnAfterWhatTheEngineHasQueued() {
        collective.allReduceSum(manager.ones(new Shape(4)));
        assertThat(stub.journal().subList(2, 4))
                .containsExactly("stream 0x7abc created", "stream 0x7abc waits for the engine");
        assertThat(stub.journal().get(4)).startsWith("ncclAllReduce").endsWith("stream=0x7abc");
    }

    @Test
    void broadcastsOfManyArraysAreOneGroup() {
        List<NDArray> arrays = List.of(manager.ones(new Shape(4)), manager.ones(new Shape(2)));
        collective.broadcastAll(arrays, index -> 0);
        List<String> calls =
                stub.journal().stream()
                        .filter(line -> line.startsWith("nccl"))
                        .map(line -> line.split(" ")[0])
                        .toList();
        assertThat(calls)
                .containsExactly(
                        "ncclGetUniqueId",
                        "ncclCommInitRank",
                        "ncclGroupStart",
                        "ncclBroadcast",
                        "ncclBroadcast",
                        "ncclGroupEnd");
    }

    @Test
    void bucketsAreQueuedWhileTheBackwardPassContinues() {
        try (LimeDecoder model =
                        LimeDecoder.create(
                                ModelPresets.tiny().withContextLength(8),
                                MetadataSchema.EMPTY,
                                Precision.F32,
                                Recompute.NONE,
                                manager,
                                1L);
                Gradients gradients = Gradients.of(model, 1 << 16);
                GradientExchange exchange =
                        new GradientExchange(
                                new NcclCollective(new PairedCollective(), stub.functions(), stub),
                                gradients.buckets())) {
            NDArray ids = manager.ones(new Shape(1, 8), DataType.INT64);
            Batch batch = new Batch(ids, ids, List.of(), Optional.empty());
            model.accumulate(
                    batch,
                    8,
                    Objective.CROSS_ENTROPY,
                    gradients,
                    bucket -> {
                        stub.note("bucket " + bucket + " complete");
                        exchange.begin(bucket);
                    },
                    manager);
            stub.note("backward pass ends");
            exchange.finish();
            List<String> trace =
                    stub.journal().stream()
                            .filter(line -> line.matches("(bucket|backward|ncclAllReduce).*"))
                            .map(line -> line.replaceAll(" send.*", ""))
                            .toList();
            int buckets = gradients.buckets().size();
            assertThat(buckets).isGreaterThan(8);
            for (int i = 0;
                    i < buckets;
                    i++) { // a sum is queued before the next bucket is complete
                assertThat(trace.get(2 * i)).isEqualTo("bucket " + i + " complete");
                assertThat(trace.get(2 * i + 1)).isEqualTo("ncclAllReduce");
            }
            assertThat(trace).endsWith("backward pass ends");
        }
    }

    @Test
    void communicatorIsCreatedOnceAndDestroyedOnClose() {
        NDArray array = manager.ones(new Shape(4));
        collective.allReduceSum(array);
        collective.allReduceSum(array);
        collective.close();
        assertThat(stub.journal().stream().filter(line -> line.startsWith("ncclCommInitRank")))
                .hasSize(1);
        assertThat(stub.journal()).endsWith("ncclCommDestroy", "stream 0x7abc destroyed");
    }

    @Test
    void awaitPendingWaitsForTheStreamAndDetectsAsyncErrors() {
        collective.allReduceSum(manager.ones(new Shape(4)));
        stub.staysBusyForQueries(5);
        collective.awaitPending();
        stub.failAsynchronously(REMOTE_ERROR);
        stub.staysBusyForQueries(5);
        assertThatThrownBy(collective::awaitPending)
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("remote process exited");
    }

    @Test
    void abortAbortsTheCommunicator() {
        collective.allReduceSum(manager.ones(new Shape(4)));
        collective.abort(1, "a test");
        assertThat(stub.journal()).endsWith("ncclCommAbort");
    }

    @Test
    void onlyFloat32ArraysCanBeSummed() {
        NDArray array = manager.zeros(new Shape(6), DataType.INT64);
        assertThatThrownBy(() -> collective.allReduceSum(array))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("float32");
    }
}
