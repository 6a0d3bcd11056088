package org.limelm.train.task;

import java.util.List;
import java.util.Optional;

/**
 * A figure of a task or of one of its groups.
 *
 * @param metric what was measured
 * @param value the figure
 * @param standardError its standard error over examples; empty with fewer than two examples
 * @param samples number of examples
 */
public record MetricValue(
        Metric metric, double value, Optional<Double> standardError, int samples) {
    /**
     * Computes a figure: a mean, exp of a mean, or a ratio of sums, with the standard error of the
     * mean, its linearization, and that of a ratio estimator (Cochran 1977, section 2.11).
     *
     * @param samples at least one
     */
    static MetricValue of(Metric metric, List<Sample> samples) {
        double values = samples.stream().mapToDouble(Sample::value).sum();
        double weights = samples.stream().mapToDouble(Sample::weight).sum();
        double ratio = values / weights; // the mean if every weight is 1
        double error = ratioError(samples, ratio, weights);
        boolean exponential = metric == Metric.PERPLEXITY;
        double value = exponential ? Math.exp(ratio) : ratio;
        return new MetricValue(
                metric,
                value,
                samples.size() < 2
                        ? Optional.empty()
                        : Optional.of(exponential ? value * error : error),
                samples.size());
    }

    private static double ratioError(List<Sample> samples, double ratio, double weights) {
        double squares = 0;
        for (Sample sample : samples) {
            double residual = sample.value() - ratio * sample.weight();
            squares += residual * residual;
        }
        double n = samples.size();
        return Math.sqrt(squares * n / (n - 1)) / weights;
    }
}
