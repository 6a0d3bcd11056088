package org.limelm.train.plan;

/**
 * What a process holds beside its model. Fitted to peaks measured on the CPU with a Java heap of
 * its own choice: a model of 1M parameters, 0.31 GB in all, to one of 1B, 18.5 GB. On a GPU nothing
 * was measured.
 */
final class ProcessOverhead {
    private static final long MB = 1_000_000;
    private static final long ENGINE = 240 * MB; // Java, libtorch, compiled kernels
    private static final long MOST_HEAP = 350 * MB; // that making or reading weights touches
    private static final long CUDA = 1024 * MB; // context and libraries' workspaces; assumed
    private static final long MOST_UNUSED = 250 * MB;

    private ProcessOverhead() {}

    /** Returns what is there before a model, and what loading one leaves of the Java heap. */
    static MemoryPart base(ModelSize size, boolean gpu) {
        return gpu
                ? new MemoryPart("process", CUDA, "CUDA's context and workspaces; assumed")
                : new MemoryPart(
                        "process",
                        ENGINE + Math.min(MOST_HEAP, 4 * size.total()),
                        "Java, its heap and libtorch");
    }

    /** Returns what the allocator keeps of memory that was given back to it. */
    static MemoryPart allocator(long transientBytes) {
        return new MemoryPart(
                "allocator", Math.min(MOST_UNUSED, transientBytes / 2), "freed memory it keeps");
    }
}
