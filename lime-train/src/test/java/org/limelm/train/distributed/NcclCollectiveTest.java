package org.limelm.train.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.LimeException;
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
    void communicatorIsCreatedOnceAndDestroyedOnClose() {
        NDArray array = manager.ones(new Shape(4));
        collective.allReduceSum(array);
        collective.allReduceSum(array);
        collective.close();
        assertThat(stub.journal().stream().filter(line -> line.startsWith("ncclCommInitRank")))
                .hasSize(1);
        assertThat(stub.journal()).endsWith("ncclCommDestroy");
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
