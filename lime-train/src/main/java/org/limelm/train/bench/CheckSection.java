package org.limelm.train.bench;

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
import org.limelm.model.device.Precision;
import org.limelm.train.config.OptimizerConfig;

/**
 * Compares training and decoding on the device with the CPU in float32, which the tests compare
 * with a reference implementation: every kind of layer, mask and optimizer. A distance above its
 * tolerance is an error; all wrong results are listed.
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

    private static List<DeviceCheck> checks() {
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
        checks.add(new UpdateCheck("Muon, three steps", TINY, OptimizerConfig.defaults(), 5e-2));
        return checks;
    }

    @Override
    public List<Figure> run(BenchSettings settings, Consumer<String> progress) {
        progress.accept("check against the CPU");
        List<Figure> figures = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        for (DeviceCheck check : checks()) {
            double distance = check.distance(settings.device());
            if (!(distance <= check.tolerance())) {
                wrong.add(
                        String.format(
                                Locale.ROOT,
                                "%s: %.2e, expected at most %.0e",
                                check.name(),
                                distance,
                                check.tolerance()));
            }
            figures.add(
                    Figure.of("check", check.name(), "relative distance", new Samples(distance))
                            .within(
                                    new Figure.Limit("tolerance", check.tolerance(), false),
                                    distance / check.tolerance()));
        }
        if (!wrong.isEmpty()) {
            throw new LimeException(
                    String.format(
                            Locale.ROOT,
                            "[check] %d of %d results on %s differ from those on the CPU:%n  %s%nHint: this build of the tensor library does not give the results that LIME was tested with",
                            wrong.size(),
                            figures.size(),
                            settings.device(),
                            String.join(System.lineSeparator() + "  ", wrong)));
        }
        return figures;
    }
}
