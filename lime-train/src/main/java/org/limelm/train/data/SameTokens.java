package org.limelm.train.data;

import org.limelm.core.metadata.MetadataSchema;

/** A token source that delegates to another one, except for the tags. */
public abstract class SameTokens implements TokenSource {
    /** The source of the tokens. */
    protected final TokenSource source;

    /** Wraps the source of the tokens. */
    protected SameTokens(TokenSource source) {
        this.source = source;
    }

    @Override
    public MetadataSchema schema() {
        return source.schema();
    }

    @Override
    public int documentCount() {
        return source.documentCount();
    }

    @Override
    public long documentStart(int document) {
        return source.documentStart(document);
    }

    @Override
    public void readTokens(long from, int[] into, int offset, int count) {
        source.readTokens(from, into, offset, count);
    }

    @Override
    public void readByteLengths(long from, int[] into, int offset, int count) {
        source.readByteLengths(from, into, offset, count);
    }
}
