package org.limelm.train.bench;

import ai.djl.Device;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.limelm.model.device.Precision;
import org.limelm.model.device.Threads;
import org.limelm.train.measure.MatmulPeak;
import org.limelm.train.measure.MemoryBandwidth;
import org.limelm.train.plan.DeviceSpec;

/** Measures this machine's processor as a device of plans; takes some seconds. */
public final class CpuMeasurement {
    private CpuMeasurement() {}

    /** Measures products of matrices and reading of memory. */
    public static DeviceSpec take() {
        return new DeviceSpec(
                "cpu",
                "measured here with " + Threads.inUse() + " threads",
                MatmulPeak.measure(Precision.BF16, Device.cpu()),
                MatmulPeak.measure(Precision.F32, Device.cpu()),
                MemoryBandwidth.measureRead(Device.cpu()),
                memoryBytes(),
                false);
    }

    /** Returns the memory of the machine, or of the container if that is less. */
    private static long memoryBytes() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                .getTotalMemorySize();
    }
}
