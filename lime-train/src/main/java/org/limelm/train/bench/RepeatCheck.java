package org.limelm.train.bench;

import ai.djl.Device;
import java.util.function.Function;

/**
 * Compares two equal computations on the device, which must give equal bits.
 *
 * @param computation computes its result on a device
 */
record RepeatCheck(String name, Function<Device, float[]> computation) implements DeviceCheck {
    @Override
    public double tolerance() {
        return 0;
    }

    @Override
    public double distance(Device device) {
        return DeviceCheck.relative(computation.apply(device), computation.apply(device));
    }
}
