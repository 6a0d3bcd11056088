package org.limelm.train.bench;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.limelm.core.LimeException;
import org.limelm.model.decoder.Activation;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.ModelPresets;
import org.limelm.model.decoder.Objective;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.GpuMath;
import org.limelm.model.device.Precision;
import org.limelm.train.config.OptimizerConfig;

/**
 * Compares training and decoding on the device with the CPU in float32, which the tests compare
 * with a reference implementation: every kind of layer, mask and optimizer. A run that is resumed
 * from a checkpoint is compared with an uninterrupted one, and if the device is deterministic,
 * equal passes must give equal bits. A distance above its tolerance is an error; all wrong results
 * are listed.
 */
final class CheckSection implements BenchSection {
    private static final ModelConfig TINY = ModelPresets.tiny();
    private static final Objective Z_LOSS = new Objective(1e-2, 0);

    /** One key and value head for two queries, of the largest width that flash attention has. */
    private static final ModelConfig GROUPED =
            TINY.with(
                    model ->
                            model.hiddenSize(256)
                                    .numLayers(2)
                                    .numHeads(2)
                                    .numKvHeads(1)
                                    .headDim(256)
                                    .ffnSize(704)
                                    .queryKeyNorm(true));

    /** Rows of several blocks of keys, whose gradients are sums. */
    private static final ModelConfig LONG = GROUPED.withContextLength(1024);

    private static final ModelConfig LLAMA =
            TINY.with(
                    model ->
                            model.activation(Activation.SWIGLU)
                                    .tiedHead(false)
                                    .queryKeyNorm(false)
                                    .logitSoftCap(15));

    /** Widths that are not multiples of 8. */
    private static final ModelConfig ODD =
            TINY.with(model -> model.vocabularySize(1001).ffnSize(350));

    private static List<DeviceCheck> checks(Device device) {
        List<DeviceCheck> checks = new ArrayList<>();
        for (Precision in : Precision.values()) {
            String suffix = ", " + in.label();
            checks.add(new GradientCheck("gradients" + suffix, TINY, in));
            checks.add(new GradientCheck("grouped heads of 256" + suffix, GROUPED, in));
            checks.add(
                    new GradientCheck(
                            "documents, recomputation" + suffix,
                            GROUPED,
                            in,
                            Objective.CROSS_ENTROPY,
                            Recompute.ALL,
                            true,
                            2,
                            1));
            checks.add(
                    new GradientCheck(
                            "SwiGLU, untied, soft cap, z-loss, two batches of one row" + suffix,
                            LLAMA,
                            in,
                            Z_LOSS,
                            Recompute.NONE,
                            false,
                            1,
                            2));
            checks.add(new GradientCheck("widths not divisible by 8" + suffix, ODD, in));
            checks.add(new DecodingCheck("decoding" + suffix, GROUPED, in));
        }
        OptimizerConfig adamW = OptimizerConfig.adamW();
        checks.add(new UpdateCheck("AdamW, three steps", TINY, adamW, 2e-2));
        checks.add(
                new UpdateCheck(
                        "AdamW, bf16 moments, three steps",
                        TINY,
                        adamW.withStateFormat(Precision.BF16),
                        1e-1));
        UpdateCheck muon =
                new UpdateCheck("Muon, three steps", TINY, OptimizerConfig.defaults(), 5e-2);
        checks.add(muon);
        checks.add(new ResumeCheck("checkpoint and resume", TINY, device));
        if (GpuMath.isDeterministic(device)) {
            for (Precision in : Precision.values()) {
                checks.add(repeated(in, false));
                checks.add(repeated(in, true));
            }
            checks.add(new RepeatCheck("equal bits: Muon, three steps", muon::movement));
        }
        return checks;
    }

    private static DeviceCheck repeated(Precision in, boolean documents) {
        String attention = documents ? "documents" : "rows";
        String name = "equal bits: " + attention + ", " + in.label();
        GradientCheck check =
                new GradientCheck(
                        name, LONG, in, Objective.CROSS_ENTROPY, Recompute.NONE, documents, 2, 1);
        return new RepeatCheck(name, check::gradients);
    }

    @Override
    public List<Figure> run(BenchSettings settings, Consumer<String> progress) {
        progress.accept("check against the CPU");
        return compare(checks(settings.device()), settings.device());
    }

    /**
     * Makes all checks on a device.
     *
     * @throws LimeException that lists all results that are wrong or failed
     */
    static List<Figure> compare(List<DeviceCheck> checks, Device device) {
        List<Figure> figures = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        for (DeviceCheck check : checks) {
            try {
                double distance = check.distance(device);
                figures.add(figure(check, distance));
                if (!(distance <= check.tolerance())) {
                    wrong.add(
                            String.format(
                                    Locale.ROOT,
                                    "%s: %.2e, expected at most %.0e",
                                    check.name(),
                                    distance,
                                    check.tolerance()));
                }
            } catch (LimeException e) {
                wrong.add(check.name() + ": " + e.getMessage()); // the other checks still run
            }
        }
        if (!wrong.isEmpty()) {
            throw new LimeException(
                    String.format(
                            Locale.ROOT,
                            "[check] %d of %d results on %s differ from those expected:%n  %s%nHint: this build of the tensor library does not give the results that LIME was tested with",
                            wrong.size(),
                            checks.size(),
                            device,
                            String.join(System.lineSeparator() + "  ", wrong)));
        }
        return figures;
    }

    private static Figure figure(DeviceCheck check, double distance) {
        double tolerance = check.tolerance();
        return Figure.of("check", check.name(), "relative distance", new Samples(distance))
                .within(
                        new Figure.Limit("tolerance", tolerance, false),
                        tolerance == 0 ? 0 : distance / tolerance);
    }
}
