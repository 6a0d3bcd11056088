package org.limelm.train.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;

/**
 * A measured figure with its spread and, if known, the limit of the machine measured at the same
 * time.
 *
 * @param section section it belongs to: {@code step} …
 * @param name what was measured; the same name means the same measurement in every run
 * @param unit unit of value, lowest, highest and limit
 * @param value median of the samples
 * @param lowest lowest sample
 * @param highest highest sample
 * @param error half the width of the 95 % confidence interval of the median; 0 for one sample
 * @param limit what the machine allows, and why
 * @param ratio median of sample / limit, where each limit was measured next to its sample
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Figure(
        String section,
        String name,
        String unit,
        double value,
        double lowest,
        double highest,
        double error,
        Optional<Limit> limit,
        Optional<Double> ratio) {

    /**
     * The upper bound of a figure.
     *
     * @param what description, such as {@code matmul peak, bf16}
     * @param value median of the limits measured next to the samples, in the figure's unit
     * @param measured whether it was measured; otherwise it is an estimate or a tolerance
     */
    public record Limit(String what, double value, boolean measured) {
        /** A limit measured next to the samples. */
        Limit(String what, double value) {
            this(what, value, true);
        }
    }

    /** Returns a figure without a known limit. */
    static Figure of(String section, String name, String unit, Samples samples) {
        return new Figure(
                section,
                name,
                unit,
                samples.median(),
                samples.lowest(),
                samples.highest(),
                samples.error(),
                Optional.empty(),
                Optional.empty());
    }

    /** Returns a copy with a limit. */
    Figure within(Limit bound, double share) {
        return new Figure(
                section,
                name,
                unit,
                value,
                lowest,
                highest,
                error,
                Optional.of(bound),
                Optional.of(share));
    }
}
