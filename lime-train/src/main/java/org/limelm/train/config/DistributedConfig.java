package org.limelm.train.config;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/** How multiple processes train together. */
@RecordBuilder
public record DistributedConfig(
        @Doc(
                        "auto (mpi if mpirun or srun started this process, else local), local (one process), mpi, or nccl (one GPU per process)")
                Choice collective,
        @Doc("seconds that processes may wait for each other before the job is aborted")
                double watchdogSeconds,
        @Doc("shard the optimizer state across the processes (ZeRO-1)") boolean shardOptimizer,
        @Doc("size of the gradient buckets that are all-reduced during the backward pass")
                int bucketMegabytes)
        implements DistributedConfigBuilder.With {
    /** The communication backend. */
    public enum Choice {
        /** MPI if a launcher started this process, otherwise local. */
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

    /** Returns the size of a gradient bucket. */
    public long bucketBytes() {
        return (long) bucketMegabytes << 20;
    }

    /** Returns the default values. */
    public static DistributedConfig defaults() {
        return DistributedConfigBuilder.builder()
                .collective(Choice.AUTO)
                .watchdogSeconds(600)
                .shardOptimizer(false)
                .bucketMegabytes(32)
                .build();
    }
}
