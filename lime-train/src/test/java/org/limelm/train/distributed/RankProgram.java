package org.limelm.train.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Consumer;
import org.limelm.core.LimeException;
import org.limelm.train.config.DistributedConfig;

/** The program run by each rank of a test job. */
final class RankProgram {
    private RankProgram() {}

    public static void main(String[] args) {
        double watchdogSeconds = args[0].equals("wait") ? Double.parseDouble(args[1]) : 60;
        DistributedConfig config =
                new DistributedConfig(DistributedConfig.Choice.AUTO, watchdogSeconds, false, 1);
        switch (args[0]) {
            case "operations" -> checkOperations();
            case "big" -> within(config, RankProgram::digestOfLargeSum);
            case "throw" -> within(config, RankProgram::fail);
            case "uncaught" -> within(config, RankProgram::failInAnotherThread);
            case "wait" -> within(config, RankProgram::sumForever);
            case "nccl" -> nccl(Path.of(args[1]));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static void within(DistributedConfig config, Consumer<Collective> body) {
        Collectives.within(
                config,
                team -> {
                    body.accept(team.collective());
                    return true;
                });
    }

    /** Checks all operations, with at most seven values per call so that arrays are split. */
    private static void checkOperations() {
        MpiCollective collective = MpiCollective.open(7);
        int rank = collective.rank();
        int size = collective.size();
        int sumOfRanks = size * (size - 1) / 2;
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            float[] values = new float[100];
            for (int i = 0; i < values.length; i++) {
                values[i] = rank + i;
            }
            NDArray array = manager.create(values, new Shape(4, 25));
            collective.allReduceSum(array);
            for (int i = 0; i < values.length; i++) {
                values[i] = sumOfRanks + size * i;
            }
            assertThat(array.toFloatArray()).isEqualTo(values);

            double[] numbers = {rank, 0.5, 1e-300 * rank};
            collective.allReduceSum(numbers);
            assertThat(numbers).containsExactly(sumOfRanks, 0.5 * size, 1e-300 * sumOfRanks);

            NDArray ranks = manager.full(new Shape(33), (float) rank);
            collective.broadcast(ranks, 1);
            assertThat(ranks.toFloatArray()).containsOnly(1);
            NDArray integers = manager.create(new long[] {rank, 7, 8});
            collective.broadcast(integers, size - 1);
            assertThat(integers.toLongArray()).containsExactly(size - 1, 7, 8);

            assertThat(collective.broadcast("Rang " + rank + " grüßt alle", 1))
                    .isEqualTo("Rang 1 grüßt alle");
            assertThat(collective.broadcast(new byte[rank], 0)).isEmpty();

            NDArray transposed = manager.ones(new Shape(4, 25)).transpose();
            assertThatThrownBy(() -> collective.allReduceSum(transposed))
                    .hasMessageContaining("contiguous");
            assertThatThrownBy(() -> collective.allReduceSum(integers))
                    .hasMessageContaining("float32");
            assertThatThrownBy(MpiCollective::open)
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("one job per process");

            long started = System.nanoTime();
            Pause.of(Duration.ofMillis(rank == 1 ? 400 : 0));
            collective.barrier(Duration.ofMinutes(1));
            assertThat((System.nanoTime() - started) / 1e6).isGreaterThan(350);
        }
        collective.close();
        collective.close();
        System.out.print("rank " + rank + " done\n");
    }

    /** Sums 32 MiB of numbers whose sum depends on their order, and prints its digest. */
    private static void digestOfLargeSum(Collective collective) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            manager.getEngine().setRandomSeed(collective.rank());
            NDArray array = manager.randomNormal(new Shape(8 << 20));
            collective.allReduceSum(array);
            collective.allReduceSum(array);
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            ByteBuffer bytes = array.toByteBuffer();
            sha256.update(bytes);
            System.out.print("digest " + HexFormat.of().formatHex(sha256.digest()) + "\n");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void fail(Collective collective) {
        if (collective.rank() == 1) {
            throw new LimeException("[test] rank 1 cannot continue");
        }
        collective.barrier(Duration.ofMinutes(1));
    }

    private static void failInAnotherThread(Collective collective) {
        if (collective.rank() == 1) {
            new Thread(
                            () -> {
                                throw new IllegalStateException("nobody catches this");
                            },
                            "loader")
                    .start();
            Pause.of(Duration.ofMinutes(1));
        }
        collective.barrier(Duration.ofMinutes(1));
    }

    private static void sumForever(Collective collective) {
        if (collective.rank() == 1) {
            System.out.print("rank 1 has pid " + ProcessHandle.current().pid() + "\n");
        }
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray array = manager.zeros(new Shape(5));
            while (true) {
                collective.allReduceSum(array);
            }
        }
    }

    private static void nccl(Path library) {
        NcclStub stub = new NcclStub(library);
        LaunchEnvironment launch = LaunchEnvironment.of(System.getenv());
        assertThat(launch).isNotEqualTo(LaunchEnvironment.of(Map.of()));
        MpiCollective mpi = MpiCollective.open();
        try (Collective collective = new NcclCollective(mpi, stub.functions(), stub);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            collective.allReduceSum(manager.zeros(new Shape(3)));
            assertThat(stub.idOfCommunicator()[127]).isEqualTo((byte) (127 * 7 + 3));
            assertThat(stub.journal())
                    .contains("ncclCommInitRank ranks=2 rank=" + collective.rank());
            System.out.print("rank " + collective.rank() + " joined\n");
        }
    }
}
