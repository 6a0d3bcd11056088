package org.limelm.train.plan;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.limelm.core.ConfigException;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;
import org.limelm.train.config.RunConfig;

/**
 * What a training run needs on a number of equal devices.
 *
 * @param arm what is trained, with its annotation mode
 * @param setup what decides the memory
 * @param size its trained numbers
 * @param flopsPerToken see {@link org.limelm.model.decoder.ModelConfig#flopsPerToken}
 * @param device what one device can do
 * @param mfu share of the device's operations that go into the model's (model FLOPs utilization;
 *     recomputation does not count)
 * @param memory of each device
 * @param memoryWithoutRecomputation the same with {@code training.recompute=none}
 * @param memoryWithRecomputation the same with {@code training.recompute=all}
 * @param tokensPerStep of one optimizer step over all devices
 * @param steps optimizer steps
 * @param tokensPerSecond over all devices
 * @param updateSeconds the least time the optimizer's traffic takes in a step: weights, gradients
 *     and state are read, weights and state written once
 * @param pricePerHour of one device, where the user has stated it
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
        double tokensPerSecond,
        double updateSeconds,
        OptionalDouble pricePerHour) {

    private static final double SECONDS_PER_HOUR = 3600;

    /**
     * Plans a run.
     *
     * @param devices number of devices, one process each
     * @param mfu the share of the device's operations that is expected, above 0 and at most 1
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
        TrainingSetup setup = TrainingSetup.of(config, devices);
        int length = setup.model().contextLength();
        double flopsPerToken = setup.model().flopsPerToken(length);
        ModelSize size = setup.size();
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
                config.training().tokensPerStep(length, devices),
                config.training().totalSteps(setup.model(), devices),
                devices * mfu * device.flopsPerSecond(setup.precision()) / flopsPerToken,
                updateBytes(setup, size) / device.bytesPerSecond(),
                pricePerHour);
    }

    /** Returns the memory of a setup on a kind of device. */
    static MemoryPlan memory(TrainingSetup setup, DeviceSpec device) {
        return MemoryPlan.training(setup, device.gpu());
    }

    /** Weights and gradients are read, weights written, bf16 copies written; the state both. */
    private static double updateBytes(TrainingSetup setup, ModelSize size) {
        double copies = setup.precision() == Precision.BF16 ? 2.0 * size.matrices() : 0;
        double state = MemoryPlan.training(setup, true).bytes("optimizer");
        double share = setup.sharded() ? 1.0 / setup.devices() : 1;
        return share * 12.0 * size.total() + 2 * state + copies;
    }

    /** Returns whether the memory of a device is enough. */
    public boolean fits() {
        return memory.totalBytes() <= device.memoryBytes();
    }

    /** Returns the tokens of the whole run. */
    public long tokens() {
        return tokensPerStep * steps;
    }

    /** Returns the seconds of one optimizer step. */
    public double secondsPerStep() {
        return tokensPerStep / tokensPerSecond;
    }

    /** Returns the days of the whole run. */
    public double days() {
        return tokens() / tokensPerSecond / SECONDS_PER_HOUR / 24;
    }

    /** Returns the hours of all devices together. */
    public double deviceHours() {
        return tokens() / tokensPerSecond / SECONDS_PER_HOUR * setup.devices();
    }

    /** Returns the cost of the whole run in the currency of the stated price. */
    public OptionalDouble cost() {
        return pricePerHour.isPresent()
                ? OptionalDouble.of(pricePerHour.getAsDouble() * deviceHours())
                : OptionalDouble.empty();
    }

    /** Returns why the plan cannot be carried out and which keys would change that, if so. */
    public Optional<String> refusal() {
        if (fits()) {
            return Optional.empty();
        }
        List<Remedy> remedies = Remedy.of(setup, device);
        return Optional.of(Refusal.text(this, remedies));
    }
}
