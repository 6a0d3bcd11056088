package org.limelm.train.internal.measure;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.limelm.model.device.Precision;
import org.limelm.model.internal.torch.TorchModule;

/**
 * Measures the floating-point operations per second that the device achieves in a large square
 * matrix product, with the current number of threads. Every speed that LIME reports is relative to
 * this peak.
 */
public final class MatmulPeak implements AutoCloseable {
    private static final int SIZE_CPU = 2048;
    private static final int SIZE_GPU = 8192;

    private final TorchModule kernels = LimitKernels.ALL.load();
    private final NDManager manager;
    private final NDArray left;
    private final NDArray right;
    private final int size;

    /** Prepares two matrices on a device. */
    public MatmulPeak(Precision precision, Device device) {
        size = device.isGpu() ? SIZE_GPU : SIZE_CPU;
        manager = NDManager.newBaseManager(device, "PyTorch");
        left = matrix(precision);
        right = matrix(precision);
        flopsPerSecond(1); // warm-up: the first product also packs and compiles
    }

    private NDArray matrix(Precision precision) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray values = scope.randomNormal(0, 1, new Shape(size, size), DataType.FLOAT32);
            return kernels.call(manager, "to_dtype", values, precision.code());
        }
    }

    /**
     * Times products and returns 2 · size³ · repeats divided by the seconds they took.
     *
     * @param repeats number of products timed together, at least 1
     */
    public double flopsPerSecond(int repeats) {
        try (NDManager scope = manager.newSubManager()) {
            long start = System.nanoTime();
            NDArray product = kernels.call(scope, "matmul_repeat", left, right, repeats);
            kernels.call(scope, "first", product).getFloat(); // waits for an asynchronous device
            double seconds = (System.nanoTime() - start) / 1e9;
            return 2.0 * size * size * size * repeats / seconds;
        }
    }

    /**
     * Measures the peak as the best of five runs.
     *
     * @return floating-point operations per second
     */
    public static double measure(Precision precision, Device device) {
        try (MatmulPeak peak = new MatmulPeak(precision, device)) {
            double best = 0;
            for (int run = 0; run < 5; run++) {
                best = Math.max(best, peak.flopsPerSecond(4));
            }
            return best;
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
