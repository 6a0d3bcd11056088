package org.limelm.model.decoder;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/**
 * How metadata enters the model: E(x_i) = E_L(x_i) + Σ_d w_d · E_M^d(a_{i,d}).
 *
 * @param weight whether each w_d is a constant or a trained scalar
 * @param weightValue the constant, or the initial value
 * @param init initialization of the tables E_M; with zeros, step 0 equals the model without
 *     metadata
 * @param initStd standard deviation of {@link TableInit#NORMAL}
 */
public record MetadataConfig(
        @Doc("whether the factor of every table is fixed or learned") WeightMode weight,
        @Doc("the fixed factor, or the one that learning starts from") double weightValue,
        @Doc("initial values of the tables: zeros (step 0 equals the baseline) or normal")
                TableInit init,
        @Doc("standard deviation of normal tables") double initStd) {

    /** Whether w_d is trained. */
    public enum WeightMode {
        /** A constant. */
        FIXED,
        /** A scalar parameter per feature. */
        LEARNED;

        /** Returns the name used in configurations and files. */
        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Initialization of the metadata tables. */
    public enum TableInit {
        /** All zero. */
        ZEROS,
        /** Normally distributed. */
        NORMAL;

        /** Returns the name used in configurations and files. */
        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Checks that the numbers are finite and the standard deviation is positive. */
    public MetadataConfig {
        if (!Double.isFinite(weightValue)) {
            throw new ConfigException("[metadata] weightValue " + weightValue + " is not finite");
        }
        if (!(initStd > 0 && Double.isFinite(initStd))) {
            throw new ConfigException("[metadata] initStd " + initStd + ", expected above 0");
        }
    }

    /** Returns whether every w_d is trained. */
    public boolean hasLearnedWeights() {
        return weight == WeightMode.LEARNED;
    }

    /** Returns the default: w_d fixed at 1 and tables initialized to zero. */
    public static MetadataConfig defaults() {
        return new MetadataConfig(WeightMode.FIXED, 1.0, TableInit.ZEROS, 0.02);
    }
}
