package org.limelm.train.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.limelm.model.decoder.Recompute;
import org.limelm.train.arm.Arm;
import org.limelm.train.config.RunConfig;
import org.limelm.train.internal.table.TextTable;

/** Formats plans as text tables and as JSON. */
public final class PlanReport {
    private PlanReport() {}

    /** A training plan as JSON, with units in the names. */
    public record TrainingJson(
            String arm,
            String device,
            String deviceSource,
            int devices,
            Recompute recompute,
            boolean fits,
            long parameters,
            long nonEmbeddingParameters,
            long metadataParameters,
            double metadataShare,
            double flopsPerToken,
            Map<String, Long> memoryBytes,
            long totalMemoryBytes,
            long totalMemoryBytesWithoutRecomputation,
            long totalMemoryBytesWithRecomputation,
            long deviceMemoryBytes,
            double mfu,
            OptionalDouble modelledMfu,
            long tokensPerStep,
            long steps,
            long tokens,
            double tokensPerSecond,
            double secondsPerStep,
            double days,
            double deviceHours,
            OptionalDouble cost) {
        /** Returns the JSON record of a plan. */
        public static TrainingJson of(TrainingPlan plan) {
            return new TrainingJson(
                    plan.arm(),
                    plan.device().name(),
                    plan.device().source(),
                    plan.setup().devices(),
                    plan.setup().recompute(),
                    plan.fits(),
                    plan.size().total(),
                    plan.size().nonEmbedding(),
                    plan.size().metadataTables(),
                    plan.size().metadataShare(),
                    plan.flopsPerToken(),
                    bytes(plan.memory()),
                    plan.memory().totalBytes(),
                    plan.memoryWithoutRecomputation().totalBytes(),
                    plan.memoryWithRecomputation().totalBytes(),
                    plan.device().memoryBytes(),
                    plan.mfu(),
                    plan.modelledMfu(),
                    plan.tokensPerStep(),
                    plan.steps(),
                    plan.tokens(),
                    plan.tokensPerSecond(),
                    plan.secondsPerStep(),
                    plan.days(),
                    plan.deviceHours(),
                    plan.cost());
        }
    }

    /** An inference plan as JSON. */
    public record InferenceJson(
            String arm,
            String device,
            String deviceSource,
            boolean fits,
            long parameters,
            Map<String, Long> memoryBytes,
            long totalMemoryBytes,
            long deviceMemoryBytes,
            int rows,
            int positions,
            double mostTokensPerSecond) {
        /** Returns the JSON record of a plan. */
        public static InferenceJson of(InferencePlan plan) {
            return new InferenceJson(
                    plan.arm(),
                    plan.device().name(),
                    plan.device().source(),
                    plan.fits(),
                    plan.size().total(),
                    bytes(plan.memory()),
                    plan.memory().totalBytes(),
                    plan.device().memoryBytes(),
                    plan.rows(),
                    plan.positions(),
                    plan.mostTokensPerSecond());
        }
    }

    private static Map<String, Long> bytes(MemoryPlan memory) {
        Map<String, Long> bytes = new LinkedHashMap<>();
        memory.parts().forEach(part -> bytes.put(part.name(), part.bytes()));
        return bytes;
    }

    /** Returns the tables of training plans, one row per device. */
    public static String training(RunConfig run, List<TrainingPlan> plans) {
        TrainingPlan plan = plans.get(0);
        return arms(run, plan)
                + "\n"
                + memory(plan.memory())
                + String.format(
                        Locale.ROOT,
                        "with training.recompute=none %s, with training.recompute=all %s\n\n",
                        gb(plan.memoryWithoutRecomputation().totalBytes()),
                        gb(plan.memoryWithRecomputation().totalBytes()))
                + devices(plans)
                + notes(plan);
    }

    private static String arms(RunConfig run, TrainingPlan plan) {
        List<Arm> arms = new ArrayList<>(List.of(Arm.BASELINE, Arm.LIME, Arm.LIME_PLUS_1));
        if (!arms.contains(run.arm())) {
            arms.add(run.arm());
        }
        List<List<String>> rows = new ArrayList<>();
        for (Arm arm : arms) {
            ModelSize size = TrainingSetup.of(run.withArm(arm), 1).size();
            rows.add(
                    List.of(
                            arm.label(),
                            count(size.total()),
                            count(size.nonEmbedding()),
                            count(size.metadataTables()),
                            text("%.4f %%", 100 * size.metadataShare()),
                            text("%.2f", plan.flopsPerToken() / 1e9)));
        }
        return TextTable.of(
                List.of(
                        "arm",
                        "parameters",
                        "in layers",
                        "metadata tables",
                        "share",
                        "GFLOP/token"),
                rows);
    }

    private static String memory(MemoryPlan memory) {
        List<List<String>> rows = new ArrayList<>();
        for (MemoryPart part : memory.parts()) {
            rows.add(
                    List.of(
                            String.format(Locale.ROOT, "%s: %s", part.name(), part.from()),
                            gb(part.bytes()),
                            percent((double) part.bytes() / memory.totalBytes())));
        }
        rows.add(List.of("total", gb(memory.totalBytes()), ""));
        return TextTable.of(List.of("memory per device", "size", "share"), rows);
    }

    private static String devices(List<TrainingPlan> plans) {
        List<List<String>> rows = new ArrayList<>();
        for (TrainingPlan plan : plans) {
            rows.add(
                    List.of(
                            plan.setup().devices() + " x " + plan.device().name(),
                            plan.setup().recompute().text(),
                            gb(plan.memory().totalBytes())
                                    + " of "
                                    + gb(plan.device().memoryBytes()),
                            plan.fits() ? "fits" : "DOES NOT FIT",
                            text("%,.0f", plan.tokensPerSecond()),
                            plan.modelledMfu().isPresent()
                                    ? percent(plan.modelledMfu().getAsDouble())
                                    : "-",
                            text("%.2f", plan.secondsPerStep()),
                            text("%.1f", plan.days()),
                            text("%,.0f", plan.deviceHours()),
                            plan.cost().isPresent()
                                    ? text("%,.0f", plan.cost().getAsDouble())
                                    : "-"));
        }
        return TextTable.of(
                List.of(
                        "devices",
                        "recompute",
                        "memory",
                        "",
                        "tokens/s",
                        "modelled MFU",
                        "s/step",
                        "days",
                        "device hours",
                        "cost"),
                rows);
    }

    private static String notes(TrainingPlan plan) {
        DeviceSpec device = plan.device();
        return text(
                """
                %s steps of %s tokens: %s tokens
                assumed MFU: %s, which sets tokens/s; the optimizer update takes at least %.3f s of a step
                modelled MFU, not measured: products at %.0f %% of the peak FLOP/s, attention at %.0f %%, memory
                traffic at %.0f %% of the bandwidth, as traced on an H100; host and communication are free
                device figures: %s
                """,
                count(plan.steps()),
                count(plan.tokensPerStep()),
                count(plan.tokens()),
                percent(plan.mfu()),
                plan.updateSeconds(),
                100 * Roofline.PRODUCT_SHARE,
                100 * Roofline.ATTENTION_SHARE,
                100 * Roofline.TRAFFIC_SHARE,
                device.source());
    }

    /** Returns the tables of an inference plan. */
    public static String inference(List<InferencePlan> plans) {
        List<List<String>> rows = new ArrayList<>();
        for (InferencePlan plan : plans) {
            rows.add(
                    List.of(
                            plan.device().name(),
                            gb(plan.memory().totalBytes())
                                    + " of "
                                    + gb(plan.device().memoryBytes()),
                            plan.fits() ? "fits" : "DOES NOT FIT",
                            text("%,.1f", plan.mostTokensPerSecond())));
        }
        InferencePlan plan = plans.get(0);
        return String.format(
                        Locale.ROOT,
                        "%s, %s parameters, %s, %d rows of %d positions\n\n",
                        plan.arm(),
                        count(plan.size().total()),
                        plan.precision().label(),
                        plan.rows(),
                        plan.positions())
                + memory(plan.memory())
                + "\n"
                + TextTable.of(List.of("device", "memory", "", "tokens/s at most"), rows)
                + "upper bound from memory bandwidth: every token reads every matrix once\n";
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private static String gb(long bytes) {
        return text("%.2f GB", bytes / 1e9);
    }

    private static String count(long number) {
        return text("%,d", number);
    }

    private static String percent(double share) {
        return text("%.1f %%", 100 * share);
    }
}
