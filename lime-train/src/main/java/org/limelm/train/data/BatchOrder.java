package org.limelm.train.data;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.limelm.core.ConfigException;
import org.limelm.train.config.Accumulation;
import org.limelm.train.config.DataOrder;

/**
 * The order of a run's rows, of which every micro step of every process takes its own part. Row
 * {@code ((microStepsBefore(step) + microStep)·worldSize + rank)·batchSize + i} is row i of a
 * batch: the rows of one step are the same however they are divided into micro steps and processes.
 *
 * @param seed decides the order of documents and of sources
 * @param batchSize rows of a batch
 * @param accumulation micro steps of every step
 * @param rank of this process
 * @param worldSize number of processes
 * @param metadataDropout probability to replace a position's tags by NONE
 * @param dataOrder the order of the rows of an epoch
 * @param blockTokens tokens of a block, for {@link DataOrder#BLOCKS}
 */
@RecordBuilder
public record BatchOrder(
        long seed,
        int batchSize,
        Accumulation accumulation,
        int rank,
        int worldSize,
        double metadataDropout,
        DataOrder dataOrder,
        long blockTokens)
        implements BatchOrderBuilder.With {
    /** Rows of one process in random order, with all tags. */
    public static BatchOrder of(long seed, int batchSize) {
        return new BatchOrder(seed, batchSize, Accumulation.of(1), 0, 1, 0, DataOrder.ROWS, 0);
    }

    /** Checks the ranges. */
    public BatchOrder {
        if (batchSize < 1 || rank < 0 || rank >= worldSize) {
            throw new ConfigException(
                    "[batches] batchSize %d, rank %d of %d are out of range"
                            .formatted(batchSize, rank, worldSize));
        }
    }

    /** Returns the number of the first row of a batch; steps count from 0. */
    long firstRow(long step, int microStep) {
        return ((accumulation.microStepsBefore(step) + microStep) * worldSize + rank) * batchSize;
    }
}
