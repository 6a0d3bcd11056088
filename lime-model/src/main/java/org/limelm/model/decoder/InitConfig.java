package org.limelm.model.decoder;

import com.fasterxml.jackson.annotation.JsonValue;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Locale;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/**
 * The initialization of the weights. Norm gains start at one, metadata tables as {@link
 * MetadataConfig} specifies, everything else is normally distributed.
 *
 * <p>With any of these settings the initial loss is that of guessing, ln V. To ensure this, the
 * standard deviation of a tied token table is at most 4/D, as the initial logit of a position's own
 * token is about D times that; and the standard deviation of an untied output matrix is at most
 * 0.4/√D, as the initial logits have √D times that.
 *
 * @param from folder of a model to start from, read by the trainer; empty = newly initialized. Then
 *     the rest applies only to parameters that this model does not have, such as metadata tables
 * @param std standard deviation of the matrices and of the token table
 * @param widthScaled whether matrices use {@code std · √(1024 / columns)} instead, so that they
 *     change the scale of their input by the same factor at every width
 * @param outputs initialization of the matrices that write into the residual stream
 */
@RecordBuilder
public record InitConfig(
        @Doc(
                        "folder of a model or run whose architecture and weights the run starts from; empty = new weights")
                String from,
        @Doc("standard deviation of the matrices and of the token table") double std,
        @Doc("whether matrices start with std times the root of 1024 / columns")
                boolean widthScaled,
        @Doc(
                        "matrices that write into the residual stream: scaled (by 1 / root of 2 numLayers), zeros, or plain")
                Outputs outputs)
        implements InitConfigBuilder.With {

    /** Initialization of the matrices that write into the residual stream. */
    public enum Outputs {
        /** Divided by √(2L), as the stream sums 2L of them (Radford et al. 2019, GPT-2). */
        SCALED,
        /** All zero: every layer starts as the identity. */
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
    private static final double MAX_OWN_LOGIT = 4;
    private static final double MAX_LOGIT_STD = 0.4;

    /** Checks that the standard deviation is positive. */
    public InitConfig {
        if (!(std > 0 && Double.isFinite(std))) {
            throw new ConfigException("[init] std " + std + ", expected above 0");
        }
    }

    /** Returns the default values. */
    public static InitConfig defaults() {
        return new InitConfig("", 0.02, false, Outputs.SCALED);
    }

    /** Returns the initialization of a token table, (V, D). */
    ParameterSpec.Init tokenTable(ModelConfig config) {
        double largest = config.tiedHead() ? MAX_OWN_LOGIT / config.hiddenSize() : std;
        return new ParameterSpec.Init.Normal(Math.min(std, largest));
    }

    /** Returns the initialization of an untied output matrix, (V, D). */
    ParameterSpec.Init head(ModelConfig config) {
        double largest = MAX_LOGIT_STD / Math.sqrt(config.hiddenSize());
        return new ParameterSpec.Init.Normal(Math.min(std, largest));
    }

    /** Returns the initialization of a matrix that reads the residual stream. */
    ParameterSpec.Init input(long columns) {
        return new ParameterSpec.Init.Normal(matrixStd(columns));
    }

    /** Returns the initialization of a matrix that writes into the residual stream. */
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
