package org.limelm.train.config;

/** The order in which the rows of an epoch are trained on. */
public enum DataOrder {
    /**
     * Random over all documents of a source: documents are packed in a new random order in each
     * epoch, cut into rows, and the rows are permuted. Every row is a random access to the shards.
     */
    ROWS,
    /**
     * Random within large blocks of consecutive rows, which follow each other in random order:
     * documents stay in the order of the shards, so that a block is read from one region of the
     * disk. For corpora larger than memory on slow disks; batches mix the documents of one block
     * only, and the rows are cut at the same places in every epoch.
     */
    BLOCKS,
    /**
     * Documents in random order, each from beginning to end. The rows of a batch, and of many
     * batches in a row, come from the same document: for comparison only, as it learns several
     * times less from a token.
     */
    DOCUMENTS
}
