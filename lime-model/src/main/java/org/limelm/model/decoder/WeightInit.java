package org.limelm.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.limelm.core.random.SplitMix64;
import org.limelm.model.internal.torch.Kernels;
import org.limelm.model.internal.torch.TorchModule;

/**
 * Initializes a parameter from (seed, name) alone: two models with the same seed share the values
 * of every parameter with the same name and shape, on any machine and device.
 */
final class WeightInit implements WeightSource {
    /** Elements drawn from one generator; also keeps transfers far below 2 GiB. */
    private static final int SLICE = 1 << 20;

    private final TorchModule kernels = Kernels.TENSOR.load();
    private final long seed;

    WeightInit(long seed) {
        this.seed = seed;
    }

    @Override
    public NDArray create(ParameterSpec spec, NDManager manager) {
        if (spec.init() instanceof ParameterSpec.Init.Constant constant) {
            return manager.full(spec.shape(), (float) constant.value(), DataType.FLOAT32);
        }
        double std = ((ParameterSpec.Init.Normal) spec.init()).std();
        NDArray array = manager.zeros(spec.shape(), DataType.FLOAT32);
        long elements = spec.shape().size();
        int parallelism = Runtime.getRuntime().availableProcessors();
        int slices = Math.toIntExact((elements + SLICE - 1) / SLICE);
        for (int first = 0; first < slices; first += parallelism) {
            int from = first;
            float[][] values =
                    IntStream.range(from, Math.min(from + parallelism, slices))
                            .parallel()
                            .mapToObj(i -> draw(spec.name(), i, elements, std))
                            .toArray(float[][]::new);
            for (int i = 0; i < values.length; i++) {
                copy(array, (long) (from + i) * SLICE, values[i]);
            }
        }
        return array;
    }

    private float[] draw(String name, int slice, long elements, double std) {
        Random random = new Random(SplitMix64.next(SplitMix64.next(seed ^ hash(name)) + slice));
        float[] values = new float[(int) Math.min(SLICE, elements - (long) slice * SLICE)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (std * random.nextGaussian());
        }
        return values;
    }

    private void copy(NDArray array, long start, float[] values) {
        try (NDManager scope = array.getManager().newSubManager()) {
            NDArray flat = kernels.call(scope, "flat", array);
            NDArray part = scope.create(values, new Shape(values.length));
            kernels.call(scope, "copy_slice_", flat, start, part);
        }
    }

    private static long hash(String name) {
        CRC32 crc = new CRC32();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        return SplitMix64.next(crc.getValue());
    }
}
