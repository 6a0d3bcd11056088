package org.limelm.train.data;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.limelm.core.ConfigException;
import org.limelm.train.arm.TagDropout;
import org.limelm.train.config.Accumulation;
import org.limelm.train.config.DataOrder;

/**
 * The order of the rows of a run and their division into batches. Row {@code
 * ((microStepsBefore(step) + microStep)·worldSize + rank)·batchSize + i} is row i of a batch, so
 * the rows of a step do not depend on how they are divided into micro steps and processes.
 *
 * @param seed seed of the order of documents and of sources
 * @param batchSize rows per batch
 * @param accumulation micro steps of each step
 * @param rank rank of this process
 * @param worldSize number of processes
 * @param dropout how the tags of tokens are dropped
 * @param totalSteps number of steps of the run, over which the dropout develops
 * @param dataOrder order of the rows of an epoch
 * @param blockTokens tokens per block, for {@link DataOrder#BLOCKS}
 */
@RecordBuilder
public record BatchOrder(
        long seed,
        int batchSize,
        Accumulation accumulation,
        int rank,
        int worldSize,
        TagDropout dropout,
        long totalSteps,
        DataOrder dataOrder,
        long blockTokens)
        implements BatchOrderBuilder.With {
    /** Returns the random order for a single process, without accumulation or dropped tags. */
    public static BatchOrder of(long seed, int batchSize) {
        return BatchOrderBuilder.builder()
                .seed(seed)
                .batchSize(batchSize)
                .accumulation(Accumulation.of(1))
                .rank(0)
                .worldSize(1)
                .dropout(TagDropout.OFF)
                .totalSteps(1)
                .dataOrder(DataOrder.ROWS)
                .blockTokens(0)
                .build();
    }

    /** Checks the ranges. */
    public BatchOrder {
        if (batchSize < 1 || rank < 0 || rank >= worldSize) {
            throw new ConfigException(
                    "[batches] batchSize %d, rank %d of %d processes, expected batchSize >= 1 and 0 <= rank < processes"
                            .formatted(batchSize, rank, worldSize));
        }
    }

    /** Returns the number of the first row in a batch; steps count from 0. */
    long firstRow(long step, int microStep) {
        return ((accumulation.microStepsBefore(step) + microStep) * worldSize + rank) * batchSize;
    }
}
