package org.limelm.train.plan;

import java.util.List;
import java.util.Locale;

/** Formats the message for a plan that does not fit. */
final class Refusal {
    private Refusal() {}

    static String text(TrainingPlan plan, List<Remedy> remedies) {
        StringBuilder text =
                new StringBuilder(
                        String.format(
                                Locale.ROOT,
                                "[plan] %s needs %s on each device, %s has %s. Hint:",
                                plan.arm(),
                                gb(plan.memory().totalBytes()),
                                plan.device().name(),
                                gb(plan.device().memoryBytes())));
        if (remedies.stream().noneMatch(Remedy::fits)) {
            text.append(" no key is sufficient, use a smaller model or a larger device;");
        }
        for (Remedy remedy : remedies) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "%n  %s needs %s: %s",
                            remedy.change(),
                            gb(remedy.totalBytes()),
                            remedy.fits() ? "fits" : "not sufficient alone"));
        }
        return text.toString();
    }

    private static String gb(long bytes) {
        return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }
}
