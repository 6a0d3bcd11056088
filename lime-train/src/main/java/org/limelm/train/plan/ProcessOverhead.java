package org.limelm.train.plan;

/**
 * Memory of a process beyond its model. Fitted to peaks measured on the CPU with the default Java
 * heap, from a model of 1M parameters (0.31 GB in total) to one of 1B (18.5 GB). The value for GPUs
 * was measured on one H100.
 */
final class ProcessOverhead {
    private static final long MB = 1_000_000;
    private static final long ENGINE = 240 * MB; // Java, libtorch, compiled kernels
    private static final long MAX_HEAP = 350 * MB; // touched while weights are created or loaded
    private static final long CUDA = 720 * MB; // context and kernels, measured on an H100
    private static final long MAX_RETAINED = 250 * MB;

    private ProcessOverhead() {}

    /** Returns the memory before a model is loaded, plus the Java heap that loading one uses. */
    static MemoryPart base(ModelSize size, boolean gpu) {
        return gpu
                ? new MemoryPart("process", CUDA, "CUDA context and kernels")
                : new MemoryPart(
                        "process",
                        ENGINE + Math.min(MAX_HEAP, 4 * size.total()),
                        "Java, its heap and libtorch");
    }

    /** Returns the freed memory that the allocator retains. */
    static MemoryPart allocator(long transientBytes) {
        return new MemoryPart(
                "allocator", Math.min(MAX_RETAINED, transientBytes / 2), "freed memory it retains");
    }
}
