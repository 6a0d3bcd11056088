package org.limelm.train.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import java.nio.FloatBuffer;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;
import org.limelm.train.config.OptimizerConfig;

/** Compares how far the weights move in a few optimizer steps in float32. */
record UpdateCheck(String name, ModelConfig model, OptimizerConfig optimizer, double tolerance)
        implements DeviceCheck {
    private static final MetadataSchema TABLES = AnnotatorOptions.defaults().schema();
    private static final int STEPS = 3;
    private static final int ROWS = 2;

    @Override
    public double distance(Device device) {
        return DeviceCheck.relative(movement(device), movement(Device.cpu()));
    }

    /** Returns how far the weights move on a device. */
    float[] movement(Device device) {
        BenchSettings settings = new BenchSettings(model, device, ROWS, 1, Recompute.NONE);
        try (Trial trial = new Trial(settings, TABLES, Precision.F32, Recompute.NONE, optimizer)) {
            float[] before = weights(trial);
            for (int i = 0; i < STEPS; i++) {
                trial.step();
            }
            float[] after = weights(trial);
            for (int i = 0; i < after.length; i++) {
                after[i] -= before[i];
            }
            return after;
        }
    }

    private static float[] weights(Trial trial) {
        FloatBuffer all = FloatBuffer.allocate(Math.toIntExact(trial.model().parameterCount()));
        for (NDArray weight : trial.model().parameters().values()) {
            all.put(weight.toFloatArray());
        }
        return all.array();
    }
}
