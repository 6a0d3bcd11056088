package org.limelm.train.config;

import java.time.Duration;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/** How several processes train together. */
public record DistributedConfig(
        @Doc(
                        "auto (mpi if mpirun or srun started this process, else local), local (one process), mpi, or nccl (one GPU per process)")
                Choice collective,
        @Doc("seconds that processes may wait for each other before the job is ended")
                double watchdogSeconds,
        @Doc("every process keeps the optimizer's state of its own part of the parameters (ZeRO-1)")
                boolean shardOptimizer,
        @Doc("size of the pieces in which gradients are summed while the backward pass goes on")
                int bucketMegabytes) {
    /** What joins the processes. */
    public enum Choice {
        /** MPI if a launcher started this process, else local. */
        AUTO,
        /** One process. */
        LOCAL,
        /** Open MPI, for arrays on the CPU. */
        MPI,
        /** NCCL for arrays, Open MPI for everything else. */
        NCCL
    }

    /** Checks the ranges. */
    public DistributedConfig {
        if (!(watchdogSeconds > 0 && watchdogSeconds <= 1e9)) {
            throw new ConfigException(
                    "[distributed] watchdogSeconds " + watchdogSeconds + ", expected more than 0");
        }
        if (bucketMegabytes < 1) {
            throw new ConfigException(
                    "[distributed] bucketMegabytes " + bucketMegabytes + ", expected at least 1");
        }
    }

    /** Returns how long processes may wait for each other. */
    public Duration watchdogLimit() {
        return Duration.ofMillis(Math.round(watchdogSeconds * 1000));
    }

    /** Returns the size of a piece of the gradients. */
    public long bucketBytes() {
        return (long) bucketMegabytes << 20;
    }

    /** Returns the values of keys that are not given. */
    public static DistributedConfig defaults() {
        return new DistributedConfig(Choice.AUTO, 600, false, 32);
    }
}
