package org.limelm.train.internal.measure;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.limelm.model.internal.torch.TorchModule;

/**
 * Measures the bytes per second that the device moves between its memory and its cores, with the
 * current number of threads: the limit of memory-bound work such as decoding and the optimizer's
 * update. The buffer is far larger than the caches.
 *
 * <p>The memory bandwidth of a shared machine varies from second to second: measure it right next
 * to the work that is compared with it.
 */
public final class MemoryBandwidth implements AutoCloseable {
    private static final long BYTES_CPU = 512L << 20;
    private static final long BYTES_GPU = 4L << 30;
    private static final int ROW = 1 << 16;

    private final TorchModule kernels = LimitKernels.ALL.load();
    private final NDManager manager;
    private final NDArray buffer;
    private final long bytes;

    /** Fills a buffer on a device. */
    public MemoryBandwidth(Device device) {
        bytes = device.isGpu() ? BYTES_GPU : BYTES_CPU;
        manager = NDManager.newBaseManager(device, "PyTorch");
        buffer = manager.ones(new Shape(bytes / Float.BYTES / ROW, ROW), DataType.FLOAT32);
        readBytesPerSecond(); // warm-up: the first pass also compiles
    }

    /**
     * Reads the buffer twice: once to compute a sum and once to compute a maximum.
     *
     * @return bytes read per second in the faster pass
     */
    public double readBytesPerSecond() {
        return Math.max(read("sum_all"), read("max_all"));
    }

    private double read(String kernel) {
        try (NDManager scope = manager.newSubManager()) {
            long start = System.nanoTime();
            kernels.call(scope, kernel, buffer).getFloat(); // waits for an asynchronous device
            return bytes / ((System.nanoTime() - start) / 1e9);
        }
    }

    /**
     * Multiplies the buffer in place once.
     *
     * @return bytes read plus bytes written, per second
     */
    public double updateBytesPerSecond() {
        try (NDManager scope = manager.newSubManager()) {
            long start = System.nanoTime();
            kernels.call(scope, "scale_", buffer, 1.0);
            kernels.call(scope, "first", buffer).getFloat();
            return 2.0 * bytes / ((System.nanoTime() - start) / 1e9);
        }
    }

    /**
     * Measures the read bandwidth as the best of five runs.
     *
     * @return bytes per second
     */
    public static double measureRead(Device device) {
        try (MemoryBandwidth bandwidth = new MemoryBandwidth(device)) {
            double best = 0;
            for (int run = 0; run < 5; run++) {
                best = Math.max(best, bandwidth.readBytesPerSecond());
            }
            return best;
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
