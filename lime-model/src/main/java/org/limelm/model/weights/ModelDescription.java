package org.limelm.model.weights;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.decoder.ModelConfig;

/**
 * The content of a model folder's {@code config.json}.
 *
 * @param formatVersion version of this format
 * @param architecture the decoder
 * @param tables its metadata tables
 * @param weightsSha256 SHA-256 of {@code model.safetensors}, lower-case hex
 * @param provenance how the model was trained: arm, annotation mode, tokenizer …; sorted by key
 */
public record ModelDescription(
        int formatVersion,
        ModelConfig architecture,
        MetadataSchema tables,
        String weightsSha256,
        Map<String, String> provenance) {

    /** The version written by this library. */
    public static final int FORMAT_VERSION = 1;

    /** Copies the map, sorted by key. */
    public ModelDescription {
        provenance = Collections.unmodifiableMap(new TreeMap<>(provenance));
    }
}
