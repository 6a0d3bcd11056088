package org.limelm.train.plan;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.limelm.core.ConfigException;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;
import org.limelm.train.config.RunConfig;
import org.limelm.train.config.TrainingConfig;

/**
 * The resources that a training run needs on a number of identical devices.
 *
 * @param arm the arm to train with its annotation mode
 * @param setup the settings that determine memory
 * @param size the model's parameter counts
 * @param flopsPerToken see {@link org.limelm.model.decoder.ModelConfig#flopsPerToken}
 * @param device the device
 * @param mfu model FLOPs utilization: share of the device's FLOP/s that the model's operations
 *     reach, without recomputation
 * @param memory memory of each device
 * @param memoryWithoutRecomputation the same with {@code training.recompute=none}
 * @param memoryWithRecomputation the same with {@code training.recompute=all}
 * @param tokensPerStep tokens of one optimizer step over all devices
 * @param steps optimizer steps
 * @param tokens tokens of the whole run
 * @param tokensPerSecond tokens per second over all devices
 * @param updateSeconds lower bound of the optimizer update from its memory traffic: weights,
 *     gradients and state are read once, weights and state are written once
 * @param modelledMfu the MFU that a model of the device gives, never measured, see {@link
 *     Roofline}; empty on a CPU, in float32 and without flash attention
 * @param pricePerHour price per device hour, if given by the user
 */
public record TrainingPlan(
        String arm,
        TrainingSetup setup,
        ModelSize size,
        double flopsPerToken,
        DeviceSpec device,
        double mfu,
        MemoryPlan memory,
        MemoryPlan memoryWithoutRecomputation,
        MemoryPlan memoryWithRecomputation,
        long tokensPerStep,
        long steps,
        long tokens,
        double tokensPerSecond,
        double updateSeconds,
        OptionalDouble modelledMfu,
        OptionalDouble pricePerHour) {

    private static final double SECONDS_PER_HOUR = 3600;

    /**
     * Plans a run.
     *
     * @param devices number of devices, one process each
     * @param mfu the expected model FLOPs utilization, above 0 and at most 1
     */
    public static TrainingPlan of(
            RunConfig config,
            DeviceSpec device,
            int devices,
            double mfu,
            OptionalDouble pricePerHour) {
        if (!(mfu > 0 && mfu <= 1)) {
            throw new ConfigException("[plan] mfu " + mfu + ", expected above 0 and at most 1");
        }
        if (!(pricePerHour.orElse(0) >= 0)) {
            throw new ConfigException(
                    "[plan] price per hour " + pricePerHour.getAsDouble() + ", expected 0 or more");
        }
        TrainingSetup setup = setup(config, device, devices);
        int length = setup.model().contextLength();
        TrainingConfig training = config.training().forProcesses(length, devices);
        double flopsPerToken = setup.model().flopsPerToken(length);
        ModelSize size = setup.size();
        double updateSeconds = updateBytes(setup, size) / device.bytesPerSecond();
        long steps = training.totalSteps(setup.model(), devices);
        return new TrainingPlan(
                config.armLabel(),
                setup,
                size,
                flopsPerToken,
                device,
                mfu,
                memory(setup, device),
                memory(setup.withRecompute(Recompute.NONE), device),
                memory(setup.withRecompute(Recompute.ALL), device),
                training.tokensPerStep(length, devices),
                steps,
                training.accumulation(steps).microStepsBefore(steps)
                        * training.tokensPerMicroStep(length, devices),
                devices * mfu * device.flopsPerSecond(setup.precision()) / flopsPerToken,
                updateSeconds,
                Roofline.mfu(setup, device, training.accumulation(), updateSeconds),
                pricePerHour);
    }

    /** Returns the setup of a configuration, in which {@code recompute=auto} has been decided. */
    private static TrainingSetup setup(RunConfig config, DeviceSpec device, int devices) {
        TrainingSetup setup = TrainingSetup.of(config, devices);
        return setup.withRecompute(
                FittingRecompute.of(
                        config.training().recompute(), setup, device.memoryBytes(), device.gpu()));
    }

    /** Returns the memory of a setup on a kind of device. */
    static MemoryPlan memory(TrainingSetup setup, DeviceSpec device) {
        return MemoryPlan.training(setup, device.gpu());
    }

    /** Reads weights, gradients and state; writes weights, bf16 copies and state. */
    private static double updateBytes(TrainingSetup setup, ModelSize size) {
        double copies = setup.precision() == Precision.BF16 ? 2.0 * size.matrices() : 0;
        double state = MemoryPlan.training(setup, true).bytes("optimizer");
        double share = setup.sharded() ? 1.0 / setup.devices() : 1;
        return share * 12.0 * size.total() + 2 * state + copies;
    }

    /** Returns whether the plan fits into the memory of a device. */
    public boolean fits() {
        return memory.totalBytes() <= device.memoryBytes();
    }

    /** Returns the seconds of one optimizer step. */
    public double secondsPerStep() {
        return tokensPerStep / tokensPerSecond;
    }

    /** Returns the days that the whole run takes. */
    public double days() {
        return tokens / tokensPerSecond / SECONDS_PER_HOUR / 24;
    }

    /** Returns the total hours of all devices. */
    public double deviceHours() {
        return tokens / tokensPerSecond / SECONDS_PER_HOUR * setup.devices();
    }

    /** Returns the cost of the whole run in the currency of the given price. */
    public OptionalDouble cost() {
        return pricePerHour.isPresent()
                ? OptionalDouble.of(pricePerHour.getAsDouble() * deviceHours())
                : OptionalDouble.empty();
    }

    /** Returns why the plan does not fit and which keys would help, or empty if it fits. */
    public Optional<String> refusal() {
        if (fits()) {
            return Optional.empty();
        }
        List<Remedy> remedies = Remedy.of(setup, device);
        return Optional.of(Refusal.text(this, remedies));
    }
}
