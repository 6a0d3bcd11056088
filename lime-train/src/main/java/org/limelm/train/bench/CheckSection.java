package org.limelm.train.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.decoder.Gradients;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.ModelPresets;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;

/**
 * Checks the kernels of the device against those of the CPU in float32, which the tests compare
 * with a reference implementation. Compares the gradients of one step of the preset {@code tiny}:
 * the relative distance is |a − b| / |b| over all gradients together. A distance above the
 * tolerance is an error.
 */
final class CheckSection implements BenchSection {
    private static final MetadataSchema TABLES = AnnotatorOptions.defaults().schema();
    private static final double TOLERANCE_F32 = 1e-3;
    private static final double TOLERANCE_BF16 = 5e-2;

    @Override
    public List<Figure> run(BenchSettings settings, Consumer<String> progress) {
        progress.accept("check against the CPU");
        ModelConfig model = ModelPresets.tiny();
        List<float[]> expected = gradients(model, Precision.F32, Device.cpu());
        List<Figure> figures = new ArrayList<>();
        for (Precision precision : Precision.values()) {
            double distance = distance(gradients(model, precision, settings.device()), expected);
            double tolerance = precision == Precision.F32 ? TOLERANCE_F32 : TOLERANCE_BF16;
            if (!(distance <= tolerance)) {
                throw new LimeException(
                        "[check] gradients on %s in %s differ from those on the CPU by %.2e, expected at most %.0e. Hint: this build of the tensor library does not give the results that LIME was tested with"
                                .formatted(
                                        settings.device(), precision.label(), distance, tolerance));
            }
            figures.add(
                    Figure.of(
                            "check",
                            "gradients, " + precision.label() + ", from the CPU's in f32",
                            "relative distance",
                            new Samples(distance)));
        }
        return figures;
    }

    private static List<float[]> gradients(ModelConfig config, Precision precision, Device device) {
        BenchSettings settings = new BenchSettings(config, device, 2, 1, Recompute.NONE);
        List<float[]> copies = new ArrayList<>();
        try (NDManager manager = NDManager.newBaseManager(device, "PyTorch");
                LimeDecoder model =
                        LimeDecoder.create(config, TABLES, precision, Recompute.NONE, manager, 1L);
                Gradients gradients = Gradients.of(model)) {
            model.accumulate(
                            Trial.batch(settings, TABLES).toBatch(manager),
                            (double) settings.tokensPerStep(),
                            gradients,
                            manager)
                    .close();
            for (NDArray bucket : new NDList(gradients.buckets())) {
                copies.add(bucket.toFloatArray());
            }
        }
        return copies;
    }

    private static double distance(List<float[]> actual, List<float[]> expected) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < expected.size(); i++) {
            for (int j = 0; j < expected.get(i).length; j++) {
                double right = expected.get(i)[j];
                difference += Math.pow(actual.get(i)[j] - right, 2);
                size += right * right;
            }
        }
        return Math.sqrt(difference / size);
    }
}
