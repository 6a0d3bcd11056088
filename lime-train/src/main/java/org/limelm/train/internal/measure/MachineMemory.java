package org.limelm.train.internal.measure;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** The memory of this machine. */
public final class MachineMemory {
    private MachineMemory() {}

    /** Returns the memory of the machine in bytes, or the container's limit if that is lower. */
    public static long totalBytes() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                .getTotalMemorySize();
    }
}
