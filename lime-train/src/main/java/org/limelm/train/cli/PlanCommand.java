package org.limelm.train.cli;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.limelm.core.ConfigException;
import org.limelm.train.bench.CpuMeasurement;
import org.limelm.train.config.InitialModel;
import org.limelm.train.config.RunConfig;
import org.limelm.train.plan.DeviceSpec;
import org.limelm.train.plan.InferencePlan;
import org.limelm.train.plan.PlanReport;
import org.limelm.train.plan.TrainingPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lime plan}: computes what a configuration needs, without running it. */
@Command(
        name = "plan",
        description = {
            "Computes memory, speed, time and cost of a configuration on given hardware.",
            "Also shows parameters, operations and memory by part. If the plan does not fit, the"
                    + " exit status is 2 and the message lists the keys that would help. Without a"
                    + " device, all known devices are compared."
        },
        footer = {
            "",
            "Examples:",
            "  lime plan configs/lime-500m.yaml",
            "  lime plan configs/lime-1b.yaml training.budget=paper --device h100-80g \\",
            "      --devices 8",
            "  lime plan configs/lime-1b.yaml --device rtx4090 --mfu 0.3 --price-per-hour 0.5",
            "  lime plan configs/lime-2b.yaml --task generate --device cpu --positions 16",
            "  lime plan configs/lime-500m.yaml --flops 312e12 --bandwidth 1.5e12 \\",
            "      --memory 40e9 --json"
        })
final class PlanCommand implements Callable<Integer> {
    /** The task to plan. */
    enum Task {
        TRAIN,
        GENERATE
    }

    @Mixin private ConfigArguments config = new ConfigArguments();

    @Option(
            names = "--device",
            paramLabel = "NAME",
            description =
                    "Device: h100-80g, a100-80g, a100-40g, rtx4090 (datasheet figures) or cpu"
                            + " (measured).")
    private Optional<String> device = Optional.empty();

    @Option(
            names = "--flops",
            paramLabel = "FLOP/s",
            description =
                    "Peak of matrix products in the configuration's precision, such as 312e12.")
    private Optional<Double> flops = Optional.empty();

    @Option(
            names = "--bandwidth",
            paramLabel = "B/s",
            description = "Memory bandwidth in bytes per second, such as 1.5e12.")
    private Optional<Double> bandwidth = Optional.empty();

    @Option(
            names = "--memory",
            paramLabel = "BYTES",
            description = "Device memory in bytes, such as 40e9.")
    private Optional<Double> memory = Optional.empty();

    @Option(
            names = "--devices",
            defaultValue = "1",
            paramLabel = "N",
            description = "Number of devices, one process each (default: ${DEFAULT-VALUE}).")
    private int devices;

    @Option(
            names = "--mfu",
            defaultValue = "0.4",
            paramLabel = "SHARE",
            description =
                    "Model FLOPs utilization, a share of the device's FLOP/s; an assumption until"
                            + " measured (default: ${DEFAULT-VALUE}).")
    private double mfu;

    @Option(
            names = "--price-per-hour",
            paramLabel = "PRICE",
            description = "Price per device hour, in any currency; required to show the cost.")
    private Optional<Double> pricePerHour = Optional.empty();

    @Option(
            names = "--task",
            defaultValue = "train",
            paramLabel = "TASK",
            description = "Task: train or generate (default: ${DEFAULT-VALUE}).")
    private Task task = Task.TRAIN;

    @Option(
            names = "--rows",
            defaultValue = "1",
            paramLabel = "N",
            description = "Texts generated in parallel (default: ${DEFAULT-VALUE}).")
    private int rows;

    @Option(
            names = "--positions",
            paramLabel = "N",
            description = "Length of prompt plus generated text (default: context length).")
    private Optional<Integer> positions = Optional.empty();

    @Mixin private JsonOutput json = new JsonOutput();

    @Override
    public Integer call() {
        RunConfig run = InitialModel.resolve(config.load(RunConfig.class));
        boolean given = flops.isPresent() || bandwidth.isPresent() || memory.isPresent();
        boolean survey = device.isEmpty() && !given;
        List<DeviceSpec> candidates = survey ? DeviceSpec.known() : List.of(device());
        Optional<String> refusal =
                task == Task.TRAIN ? train(run, candidates) : generate(run, candidates);
        if (refusal.isPresent() && !survey) {
            throw new ConfigException(refusal.get());
        }
        return 0;
    }

    /** Prints the plan and returns why the last device is insufficient, if so. */
    private Optional<String> train(RunConfig run, List<DeviceSpec> candidates) {
        OptionalDouble price =
                pricePerHour.map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
        List<TrainingPlan> plans =
                candidates.stream()
                        .map(candidate -> TrainingPlan.of(run, candidate, devices, mfu, price))
                        .toList();
        System.out.print(PlanReport.training(run, plans));
        List<PlanReport.TrainingJson> objects =
                plans.stream().map(PlanReport.TrainingJson::of).toList();
        json.print(objects.size() == 1 ? objects.get(0) : objects);
        return plans.get(plans.size() - 1).refusal();
    }

    private Optional<String> generate(RunConfig run, List<DeviceSpec> candidates) {
        int length = positions.orElse(run.model().contextLength());
        List<InferencePlan> plans =
                candidates.stream()
                        .map(candidate -> InferencePlan.of(run, candidate, rows, length))
                        .toList();
        System.out.print(PlanReport.inference(plans));
        List<PlanReport.InferenceJson> objects =
                plans.stream().map(PlanReport.InferenceJson::of).toList();
        json.print(objects.size() == 1 ? objects.get(0) : objects);
        return plans.get(plans.size() - 1).refusal();
    }

    private DeviceSpec device() {
        if (device.isEmpty()) {
            return new DeviceSpec(
                    "given device",
                    "the command line",
                    required("--flops", flops),
                    required("--flops", flops),
                    required("--bandwidth", bandwidth),
                    (long) required("--memory", memory),
                    true);
        }
        DeviceSpec named =
                device.get().equals("cpu") ? CpuMeasurement.take() : DeviceSpec.named(device.get());
        return new DeviceSpec(
                named.name(),
                named.source(),
                flops.orElse(named.bf16FlopsPerSecond()),
                flops.orElse(named.f32FlopsPerSecond()),
                bandwidth.orElse(named.bytesPerSecond()),
                memory.map(Double::longValue).orElse(named.memoryBytes()),
                named.gpu());
    }

    private static double required(String option, Optional<Double> value) {
        return value.orElseThrow(
                () ->
                        new ConfigException(
                                ("[plan] %s is missing, expected all of --flops, --bandwidth and"
                                                + " --memory. Hint: or name a known device:"
                                                + " --device h100-80g")
                                        .formatted(option)));
    }
}
