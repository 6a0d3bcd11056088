package org.limelm.model.weights;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.ModelFeatures;
import org.limelm.model.decoder.TagHeadConfig;

/**
 * The content of a model folder's {@code config.json}.
 *
 * @param formatVersion version of this format
 * @param architecture the decoder
 * @param tables its metadata tables
 * @param tagHead its tag head; absent for models without one
 * @param weightsSha256 SHA-256 of {@code model.safetensors}, lower-case hex
 * @param provenance how the model was trained: arm, annotation mode, tokenizer …; sorted by key
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record ModelDescription(
        int formatVersion,
        ModelConfig architecture,
        MetadataSchema tables,
        Optional<TagHeadConfig> tagHead,
        String weightsSha256,
        Map<String, String> provenance) {

    /** The version written by this library. */
    public static final int FORMAT_VERSION = 1;

    /** Copies the map, sorted by key. */
    public ModelDescription {
        provenance = Collections.unmodifiableMap(new TreeMap<>(provenance));
    }

    /** Returns the metadata tables and the tag head. */
    public ModelFeatures features() {
        return new ModelFeatures(tables, tagHead);
    }
}
