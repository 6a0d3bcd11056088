package org.limelm.train.optim;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;
import org.limelm.train.TestCorpus;
import org.limelm.train.config.OptimizerConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.distributed.PairedCollective;

class ShardedOptimizerTest {
    private static final OptimizerSetup SETUP =
            OptimizerSetup.of(RunConfig.defaults().withOptimizer(OptimizerConfig.adamW()));

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final OptimizerKernels kernels = new OptimizerKernels();

    @AfterEach
    void close() {
        manager.close();
    }

    private LimeDecoder model() {
        return LimeDecoder.create(
                TestCorpus.model(), TestCorpus.SCHEMA, Precision.F32, Recompute.NONE, manager, 1);
    }

    private ShardedOptimizer shard(LimeDecoder model, int rank) {
        return new ShardedOptimizer(
                SETUP, TrainedParameter.of(model), kernels, manager, new PairedCollective(rank));
    }

    /** Updates with gradients of ones and returns the weights. */
    private Map<String, float[]> updated(LimeDecoder model, Optimizer optimizer) {
        NDList gradients = new NDList();
        model.parameters().values().forEach(weight -> gradients.add(weight.onesLike()));
        NDArray stepCheck = manager.create(new float[] {1, 1, 0, 1});
        optimizer.update(gradients, new Update(1, 0.01, stepCheck));
        Map<String, float[]> weights = new LinkedHashMap<>();
        model.parameters().forEach((name, weight) -> weights.put(name, weight.toFloatArray()));
        return weights;
    }

    @Test
    void stateIsPartitionedWithoutDuplicates() {
        LimeDecoder model = model();
        Set<String> first = shard(model, 0).state().keySet();
        Set<String> second = shard(model, 1).state().keySet();
        Set<String> both = new HashSet<>(first);
        both.retainAll(second);
        assertThat(both).isEmpty();
        both.addAll(first);
        both.addAll(second);
        Optimizer whole = Optimizer.of(SETUP, TrainedParameter.of(model), kernels, manager);
        assertThat(both).isEqualTo(whole.state().keySet());
        long half = elements(whole) / 2;
        long largest =
                model.parameters().values().stream().mapToLong(NDArray::size).max().orElse(0);
        assertThat(elements(shard(model, 0))).isBetween(half - 2 * largest, half + 2 * largest);
    }

    private static long elements(Optimizer optimizer) {
        return optimizer.state().values().stream().mapToLong(NDArray::size).sum();
    }

    @Test
    void eachShardUpdatesItsParametersLikeTheUnshardedOptimizer() {
        LimeDecoder model = model();
        Map<String, float[]> expected =
                updated(model, Optimizer.of(SETUP, TrainedParameter.of(model), kernels, manager));
        for (int rank = 0; rank < 2; rank++) {
            LimeDecoder other = model();
            ShardedOptimizer shard = shard(other, rank);
            Map<String, float[]> initial = new LinkedHashMap<>();
            other.parameters().forEach((name, weight) -> initial.put(name, weight.toFloatArray()));
            Map<String, float[]> actual = updated(other, shard);
            for (int i = 0; i < shard.parameters().size(); i++) {
                String name = shard.parameters().get(i).name();
                assertThat(actual.get(name))
                        .as(name)
                        .isEqualTo(
                                (shard.ownership().orElseThrow().of(i) == rank ? expected : initial)
                                        .get(name));
            }
        }
    }
}
