package org.limelm.model.weights;

import org.limelm.model.decoder.LimeDecoder;

/**
 * A model loaded from a folder.
 *
 * @param decoder the model; closing this closes it
 * @param description its description from the folder
 */
public record LoadedModel(LimeDecoder decoder, ModelDescription description)
        implements AutoCloseable {
    @Override
    public void close() {
        decoder.close();
    }
}
