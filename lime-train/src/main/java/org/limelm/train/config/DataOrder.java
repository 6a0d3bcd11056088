package org.limelm.train.config;

/** The order in which training reads the rows of an epoch. */
public enum DataOrder {
    /**
     * Random across all documents of a source: each epoch packs the documents in a new random
     * order, cuts them into rows and permutes the rows. Every row is a random access to the shards.
     */
    ROWS,
    /**
     * Random within large blocks of consecutive rows, and random across blocks. Documents stay in
     * the order of the shards, so a block is read from one region of the disk. For corpora larger
     * than memory on slow disks. A batch mixes only documents of one block, and every epoch cuts
     * the rows at the same places.
     */
    BLOCKS,
    /**
     * Documents in random order, each from beginning to end. The rows of a batch, and of many
     * consecutive batches, come from the same document. For comparison only: the model learns
     * several times less per token.
     */
    DOCUMENTS
}
