package org.limelm.train.bench;

import ai.djl.Device;
import org.limelm.model.device.Precision;
import org.limelm.model.device.Threads;
import org.limelm.train.internal.measure.MachineMemory;
import org.limelm.train.internal.measure.MatmulPeak;
import org.limelm.train.internal.measure.MemoryBandwidth;
import org.limelm.train.plan.DeviceSpec;

/** Measures this machine's CPU as a device for planning; takes a few seconds. */
public final class CpuMeasurement {
    private CpuMeasurement() {}

    /** Measures the matmul peak and the memory bandwidth. */
    public static DeviceSpec take() {
        return new DeviceSpec(
                "cpu",
                "measured here with " + Threads.inUse() + " threads",
                MatmulPeak.measure(Precision.BF16, Device.cpu()),
                MatmulPeak.measure(Precision.F32, Device.cpu()),
                MemoryBandwidth.measureRead(Device.cpu()),
                MachineMemory.totalBytes(),
                false);
    }
}
