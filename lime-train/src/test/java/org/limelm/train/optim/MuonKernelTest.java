package org.limelm.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.limelm.model.device.Precision;

class MuonKernelTest {
    private static final double RATE = 0.02;
    private static final double BETA = 0.95;
    private static final double DECAY = 0.1;

    private final NDManager manager = NDManager.newBaseManager();
    private final OptimizerKernels kernels = new OptimizerKernels();

    @AfterEach
    void close() {
        manager.close();
    }

    /** Muon in plain double arithmetic. */
    private static final class Reference {
        final double[][] weight;
        final double[][] momentum;

        Reference(double[][] weight) {
            this.weight = weight;
            momentum = new double[weight.length][weight[0].length];
        }

        void update(double[][] gradient, double divisor, List<Long> stacked) {
            int columns = weight[0].length;
            double[][] direction = new double[weight.length][columns];
            for (int i = 0; i < weight.length; i++) {
                for (int j = 0; j < columns; j++) {
                    double g = gradient[i][j] / divisor;
                    momentum[i][j] = BETA * momentum[i][j] + (1 - BETA) * g;
                    direction[i][j] = (1 - BETA) * g + BETA * momentum[i][j];
                }
            }
            int first = 0;
            for (long rows : stacked) {
                double[][] part = new double[(int) rows][];
                System.arraycopy(direction, first, part, 0, (int) rows);
                double[][] orthogonal = orthogonalize(part);
                double scale = RATE * 0.2 * Math.sqrt((double) Math.max(rows, columns));
                for (int i = 0; i < rows; i++) {
                    for (int j = 0; j < columns; j++) {
                        double old = weight[first + i][j];
                        weight[first + i][j] = old - RATE * DECAY * old - scale * orthogonal[i][j];
                    }
                }
                first += (int) rows;
            }
        }

        static double[][] orthogonalize(double[][] g) {
            boolean tall = g.length > g[0].length;
            double[][] x = scaled(tall ? transposed(g) : g);
            for (int step = 0; step < 5; step++) {
                double[][] a = times(x, transposed(x));
                double[][] b = sum(-4.775, a, 2.0315, times(a, a));
                x = sum(3.4445, x, 1, times(b, x));
            }
            return tall ? transposed(x) : x;
        }

        private static double[][] scaled(double[][] x) {
            double squares = 0;
            for (double[] row : x) {
                for (double value : row) {
                    squares += value * value;
                }
            }
            return sum(1 / (Math.sqrt(squares) + 1e-7), x, 0, x);
        }

        private static double[][] transposed(double[][] x) {
            double[][] y = new double[x[0].length][x.length];
            for (int i = 0; i < x.length; i++) {
                for (int j = 0; j < x[0].length; j++) {
                    y[j][i] = x[i][j];
                }
            }
            return y;
        }

        private static double[][] times(double[][] x, double[][] y) {
            double[][] z = new double[x.length][y[0].length];
            for (int i = 0; i < x.length; i++) {
                for (int k = 0; k < y.length; k++) {
                    for (int j = 0; j < y[0].length; j++) {
                        z[i][j] += x[i][k] * y[k][j];
                    }
                }
            }
            return z;
        }

        private static double[][] sum(double a, double[][] x, double b, double[][] y) {
            double[][] z = new double[x.length][x[0].length];
            for (int i = 0; i < x.length; i++) {
                for (int j = 0; j < x[0].length; j++) {
                    z[i][j] = a * x[i][j] + b * y[i][j];
                }
            }
            return z;
        }
    }

    private static double[][] random(long seed, int rows, int columns) {
        Random random = new Random(seed);
        double[][] values = new double[rows][columns];
        for (double[] row : values) {
            for (int j = 0; j < columns; j++) {
                row[j] = (float) random.nextGaussian();
            }
        }
        return values;
    }

    private NDArray array(double[][] values) {
        float[] flat = new float[values.length * values[0].length];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = (float) values[i / values[0].length][i % values[0].length];
        }
        return manager.create(flat, new Shape(values.length, values[0].length));
    }

    private void update(
            OptimizerKernels with,
            NDArray weight,
            NDArray gradient,
            NDArray momentum,
            List<Long> stacked,
            Precision precision,
            float... stepCheck) {
        try (NDManager scope = manager.newSubManager()) {
            Optional<RoundingNoise> noise =
                    momentum.getDataType() == DataType.FLOAT32
                            ? Optional.empty()
                            : Optional.of(with.roundingNoise(new NDList(weight), 7, scope));
            with.muon(
                    weight,
                    gradient,
                    momentum,
                    stacked,
                    RoundingNoise.key("weight"),
                    noise,
                    scope.create(stepCheck),
                    RATE,
                    BETA,
                    DECAY,
                    precision);
        }
    }

    private static double distance(NDArray actual, double[][] expected, double[][] origin) {
        float[] flat = actual.toFloatArray();
        double apart = 0;
        double moved = 0;
        for (int i = 0; i < flat.length; i++) {
            double right = expected[i / expected[0].length][i % expected[0].length];
            double from = origin[i / expected[0].length][i % expected[0].length];
            apart += (flat[i] - right) * (flat[i] - right);
            moved += (right - from) * (right - from);
        }
        return Math.sqrt(apart / moved);
    }

    @ParameterizedTest
    @CsvSource({
        "true, F32, F32, 24, 1e-4", "false, F32, F32, 24, 1e-4", "true, F32, F32, 9, 1e-4",
        "true, F32, BF16, 24, 0.02", "true, BF16, F32, 24, 0.1", "false, BF16, BF16, 24, 0.1"
    })
    void updateMatchesTheReferenceForStackedMatricesInEveryFormat(
            boolean mayReadScalars,
            Precision precision,
            Precision format,
            int columns,
            double tolerance) {
        List<Long> stacked = List.of(16L, 8L, 8L);
        double[][] start = random(1, 32, columns);
        Reference twin = new Reference(random(1, 32, columns));
        OptimizerKernels with = new OptimizerKernels(mayReadScalars);
        NDArray weight = array(start);
        weight.setRequiresGradient(true); // like model weights
        NDArray momentum =
                format == Precision.BF16 ? with.bf16Zeros(weight, manager) : weight.zerosLike();
        for (int step = 1; step <= 4; step++) {
            double[][] gradient = random(10 + step, 32, columns);
            float divisor = step == 2 ? 3 : 1;
            NDArray given = array(gradient);
            update(with, weight, given, momentum, stacked, precision, 1, 1, 0, divisor);
            twin.update(gradient, divisor, stacked);
            float[] before = weight.toFloatArray();
            NDArray poison = given.mul(Float.NaN);
            update(with, weight, poison, momentum, stacked, precision, Float.NaN, 1, 1, 1);
            assertThat(weight.toFloatArray()).as("skipped").isEqualTo(before);
        }
        assertThat(distance(weight, twin.weight, start)).isLessThan(tolerance);
    }

    @Test
    void updateHasTheScaleOfAdamW() {
        List<Double> sizes = new ArrayList<>();
        for (int rows : new int[] {64, 256}) {
            NDArray weight = manager.zeros(new Shape(rows, 128));
            NDArray gradient = array(random(rows, rows, 128));
            NDArray momentum = weight.zerosLike();
            List<Long> stacked = List.of((long) rows);
            update(kernels, weight, gradient, momentum, stacked, Precision.F32, 1, 1, 0, 1);
            sizes.add(weight.norm().getFloat() / Math.sqrt(rows * 128.0) / RATE);
        }
        // 0.2 for singular values of 1; after the iterations they are between 0.7 and 1.2
        assertThat(sizes).allSatisfy(size -> assertThat(size).isCloseTo(0.19, offset(0.04)));
    }
}
