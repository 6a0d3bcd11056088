package org.limelm.model.decoder;

import com.fasterxml.jackson.annotation.JsonValue;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Locale;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/**
 * The first values of the weights. Norm gains start at one, metadata tables as {@link
 * MetadataConfig} says, everything else normally distributed.
 *
 * <p>Whatever is chosen here, the loss of a fresh model is that of guessing, ln V: the standard
 * deviation of the token table is at most 4/D where it is also the output matrix, since the logit
 * of a position's own token starts at about D times that; and that of an output matrix of its own
 * at most 0.4/√D, since the logits start with √D times that.
 *
 * @param std standard deviation of the matrices and of the token table
 * @param widthScaled whether a matrix starts with {@code std · √(1024 / columns)} instead, so that
 *     it changes the scale of its input by the same factor at every width
 * @param outputs how the matrices that write into the residual stream start
 */
@RecordBuilder
public record InitConfig(
        @Doc("standard deviation of the matrices and of the token table") double std,
        @Doc("whether matrices start with std times the root of 1024 / columns")
                boolean widthScaled,
        @Doc(
                        "matrices that write into the residual stream: scaled (by 1 / root of 2 numLayers), zeros, or plain")
                Outputs outputs)
        implements InitConfigBuilder.With {

    /** How matrices that write into the residual stream start. */
    public enum Outputs {
        /** Divided by √(2L), as the stream sums 2L of them (Radford et al. 2019, GPT-2). */
        SCALED,
        /** Zero: every layer starts as the identity. */
        ZEROS,
        /** Like every other matrix. */
        PLAIN;

        /** Returns the name used in configurations and files. */
        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final double REFERENCE_WIDTH = 1024;
    private static final double LARGEST_OWN_LOGIT = 4;
    private static final double LARGEST_LOGIT_STD = 0.4;

    /** Checks that the deviation is positive. */
    public InitConfig {
        if (!(std > 0 && Double.isFinite(std))) {
            throw new ConfigException("[init] std " + std + ", expected above 0");
        }
    }

    /** Returns the values of keys that are not given. */
    public static InitConfig defaults() {
        return new InitConfig(0.02, false, Outputs.SCALED);
    }

    /** Returns the first values of a token table, (V, D). */
    ParameterSpec.Init tokenTable(ModelConfig config) {
        double largest = config.tiedHead() ? LARGEST_OWN_LOGIT / config.hiddenSize() : std;
        return new ParameterSpec.Init.Normal(Math.min(std, largest));
    }

    /** Returns the first values of an output matrix that is not the token table, (V, D). */
    ParameterSpec.Init head(ModelConfig config) {
        double largest = LARGEST_LOGIT_STD / Math.sqrt(config.hiddenSize());
        return new ParameterSpec.Init.Normal(Math.min(std, largest));
    }

    /** Returns the first values of a matrix that reads the residual stream. */
    ParameterSpec.Init input(long columns) {
        return new ParameterSpec.Init.Normal(matrixStd(columns));
    }

    /** Returns the first values of a matrix that writes into the residual stream. */
    ParameterSpec.Init output(long columns, int layers) {
        return switch (outputs) {
            case SCALED ->
                    new ParameterSpec.Init.Normal(matrixStd(columns) / Math.sqrt(2.0 * layers));
            case ZEROS -> new ParameterSpec.Init.Constant(0);
            case PLAIN -> new ParameterSpec.Init.Normal(matrixStd(columns));
        };
    }

    private double matrixStd(long columns) {
        return widthScaled ? std * Math.sqrt(REFERENCE_WIDTH / columns) : std;
    }
}
