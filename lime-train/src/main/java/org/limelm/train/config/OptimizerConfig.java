package org.limelm.train.config;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;
import org.limelm.model.device.Precision;

/** The optimizer: how gradients update the weights. */
@RecordBuilder
public record OptimizerConfig(
        @Doc("adamw, or muon: Muon for the matrices of the layers and AdamW for everything else")
                Kind kind,
        @Doc("peak learning rate; Muon's updates are scaled to match those of AdamW")
                double learningRate,
        @Doc("multiplier of learningRate for the matrices that Muon updates") double matrixRate,
        @Doc("multiplier of learningRate for token table, output matrix and metadata tables")
                double embeddingRate,
        @Doc("decay of the mean of the gradients") double beta1,
        @Doc("decay of the mean of the squared gradients") double beta2,
        @Doc("term added to the denominator") double epsilon,
        @Doc("decoupled weight decay, on matrices only") double weightDecay,
        @Doc("whether weight decay includes the output matrix (if tied, the token table)")
                boolean embeddingDecay,
        @Doc("maximum global gradient norm; 0 = no clipping") double clipNorm,
        @Doc("momentum of Muon") double momentum,
        @Doc("format of the moments: f32, or bf16 with stochastic rounding, in half the memory")
                Precision stateFormat,
        @Doc("decay of the moving average of the weights, such as 0.999; 0 = no average")
                double averageDecay)
        implements OptimizerConfigBuilder.With {
    private static final String BELOW_ONE = "0 <= x < 1";

    /** The algorithm that computes an update from a gradient. */
    public enum Kind {
        /** AdamW (Loshchilov and Hutter 2019). */
        ADAMW,
        /** Muon (Jordan et al. 2024, scaled as by Liu et al. 2025), with AdamW for the rest. */
        MUON
    }

    /** Checks the ranges. */
    public OptimizerConfig {
        check("learningRate", learningRate, learningRate > 0, "above 0");
        check("matrixRate", matrixRate, matrixRate > 0, "above 0");
        check("embeddingRate", embeddingRate, embeddingRate > 0, "above 0");
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

    /**
     * Returns AdamW as it is commonly used: one learning rate for all parameters, and weight decay
     * on every matrix, including a tied token table.
     */
    public static OptimizerConfig adamW() {
        return defaults()
                .with(
                        config ->
                                config.kind(Kind.ADAMW)
                                        .beta2(0.95)
                                        .embeddingRate(1)
                                        .embeddingDecay(true));
    }

    /** Returns the default values: the recipe of docs/recipe.md. */
    public static OptimizerConfig defaults() {
        return OptimizerConfigBuilder.builder()
                .kind(Kind.MUON)
                .learningRate(1e-3)
                .matrixRate(1)
                .embeddingRate(10)
                .beta1(0.9)
                .beta2(0.99)
                .epsilon(1e-8)
                .weightDecay(0.1)
                .embeddingDecay(false)
                .clipNorm(1)
                .momentum(0.95)
                .stateFormat(Precision.F32)
                .averageDecay(0)
                .build();
    }
}
