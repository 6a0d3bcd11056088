package org.limelm.train.config;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;
import org.limelm.model.device.Precision;

/** How gradients change the weights, and what is kept of them. */
@RecordBuilder
public record OptimizerConfig(
        @Doc("adamw, or muon: Muon for the layers' matrices and AdamW for everything else")
                Kind kind,
        @Doc("learning rate at the top of the schedule; Muon's updates are scaled to suit AdamW's")
                double learningRate,
        @Doc("that of Muon's matrices; 0 = learningRate") double matrixLearningRate,
        @Doc("that of token table, output matrix and metadata tables; 0 = learningRate")
                double embeddingLearningRate,
        @Doc("decay of the mean of the gradients") double beta1,
        @Doc("decay of the mean of the squared gradients") double beta2,
        @Doc("added to the denominator") double epsilon,
        @Doc("decoupled weight decay, on matrices only") double weightDecay,
        @Doc("whether the output matrix, which is the token table where it is tied, decays too")
                boolean embeddingDecay,
        @Doc("largest global gradient norm; 0 = no clipping") double clipNorm,
        @Doc("decay of Muon's momentum") double momentum,
        @Doc("format of the moments: f32, or bf16 rounded by chance, in half the memory")
                Precision stateFormat,
        @Doc("decay of the weights' moving average, such as 0.999; 0 = no average")
                double averageDecay)
        implements OptimizerConfigBuilder.With {
    private static final String BELOW_ONE = "0 <= x < 1";

    /** What computes an update from a gradient. */
    public enum Kind {
        /** AdamW (Loshchilov and Hutter 2019). */
        ADAMW,
        /** Muon (Jordan et al. 2024, scaled as by Liu et al. 2025), with AdamW for the rest. */
        MUON
    }

    /** Checks the ranges. */
    public OptimizerConfig {
        check("learningRate", learningRate, learningRate > 0, "above 0");
        check("matrixLearningRate", matrixLearningRate, matrixLearningRate >= 0, "0 or more");
        check(
                "embeddingLearningRate",
                embeddingLearningRate,
                embeddingLearningRate >= 0,
                "0 or more");
        check("beta1", beta1, beta1 >= 0 && beta1 < 1, BELOW_ONE);
        check("beta2", beta2, beta2 >= 0 && beta2 < 1, BELOW_ONE);
        check("epsilon", epsilon, epsilon > 0, "above 0");
        check("weightDecay", weightDecay, weightDecay >= 0, "0 or more");
        check("clipNorm", clipNorm, clipNorm >= 0, "0 or more");
        check("momentum", momentum, momentum >= 0 && momentum < 1, BELOW_ONE);
        check("averageDecay", averageDecay, averageDecay >= 0 && averageDecay < 1, BELOW_ONE);
    }

    private static void check(String key, double value, boolean valid, String expected) {
        if (!valid || Double.isInfinite(value)) {
            throw new ConfigException(
                    "[optimizer] %s %s, expected %s%s"
                            .formatted(
                                    key,
                                    value,
                                    expected,
                                    Double.isInfinite(value) ? ", finite" : ""));
        }
    }

    /** Returns the values of keys that are not given. */
    public static OptimizerConfig defaults() {
        return OptimizerConfigBuilder.builder()
                .kind(Kind.ADAMW)
                .learningRate(1e-3)
                .matrixLearningRate(0)
                .embeddingLearningRate(0)
                .beta1(0.9)
                .beta2(0.95)
                .epsilon(1e-8)
                .weightDecay(0.1)
                .embeddingDecay(true)
                .clipNorm(1)
                .momentum(0.95)
                .stateFormat(Precision.F32)
                .averageDecay(0)
                .build();
    }

    /** Returns what the learning rate of a step is multiplied by for Muon's matrices. */
    public double matrixRateFactor() {
        return matrixLearningRate > 0 ? matrixLearningRate / learningRate : 1;
    }

    /** Returns what the learning rate of a step is multiplied by for tables. */
    public double embeddingRateFactor() {
        return embeddingLearningRate > 0 ? embeddingLearningRate / learningRate : 1;
    }
}
