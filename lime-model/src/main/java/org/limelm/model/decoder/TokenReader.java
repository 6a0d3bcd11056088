package org.limelm.model.decoder;

/** A way to read texts token by token, with the weights that it takes. */
interface TokenReader extends AutoCloseable {
    /** Returns an empty cache, which reads in this way. */
    KvCache newCache(int batch, int capacity);

    /** Frees the weights; a second call does nothing. */
    @Override
    void close();
}
