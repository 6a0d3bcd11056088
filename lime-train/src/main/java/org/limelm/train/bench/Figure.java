package org.limelm.train.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;

/**
 * One measured figure with its spread and, where there is one, the limit that the machine set in
 * the same minutes.
 *
 * @param section what it belongs to: {@code step} …
 * @param name what was measured; the same name means the same measurement in every run
 * @param unit of value, lowest, highest and limit
 * @param value median of the samples
 * @param lowest of the samples
 * @param highest of the samples
 * @param error how far the true median may be from the value, with 95 % certainty; 0 for one sample
 * @param limit what the machine allows, and why
 * @param ratio median over the samples of sample / limit, each with the limit measured beside it
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
     * What bounds a figure.
     *
     * @param what such as {@code matmul peak, bf16}
     * @param value in the figure's unit, median of what was measured beside the samples
     */
    public record Limit(String what, double value) {}

    /** Returns a figure that nothing is known to bound. */
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

    /** Returns this beside its limit. */
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
