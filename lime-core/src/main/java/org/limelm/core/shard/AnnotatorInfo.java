package org.limelm.core.shard;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;

/**
 * Identifies the annotator that tagged a corpus: annotators with equal features, models and version
 * of their code give equal tags.
 *
 * @param features fingerprint of each feature, by the feature's name: of its tag set, and where
 *     models do not determine the tags, of what does
 * @param models SHA-256 of each model, by the name of its file
 * @param codeVersion version of the code that splits and tags with the models; empty without
 *     models, and in manifests of older versions
 * @param metadata the features as a configuration names them, with their options, in order; empty
 *     for annotators that no configuration describes, and in manifests of older versions
 */
public record AnnotatorInfo(
        Map<String, String> features,
        Map<String, String> models,
        Optional<Integer> codeVersion,
        Optional<List<String>> metadata) {
    /** Copies the maps, sorted by name. */
    public AnnotatorInfo {
        metadata = metadata.map(List::copyOf);
        features = Collections.unmodifiableMap(new TreeMap<>(features));
        models = Collections.unmodifiableMap(new TreeMap<>(models));
    }

    /**
     * Returns the information on an annotator with these features.
     *
     * @param models SHA-256 of each model, by the name of its file
     */
    public static AnnotatorInfo of(MetadataSchema schema, Map<String, String> models) {
        Map<String, String> features = new TreeMap<>();
        for (Feature feature : schema.features()) {
            features.put(feature.name(), new MetadataSchema(List.of(feature)).fingerprint());
        }
        return new AnnotatorInfo(features, models, Optional.empty(), Optional.empty());
    }

    /** Returns a copy with the version of the code. */
    public AnnotatorInfo withCodeVersion(int version) {
        return new AnnotatorInfo(features, models, Optional.of(version), metadata);
    }

    /**
     * Returns how another annotator differs from this one, one line per difference: {@code model
     * entities.bin is …, expected …}; empty if they are equal.
     *
     * @param other the actual annotator; this one is the expected one
     */
    public List<String> differences(AnnotatorInfo other) {
        List<String> lines = new ArrayList<>();
        differ("feature ", features, other.features, lines);
        differ("model ", models, other.models, lines);
        differ("", version(codeVersion), version(other.codeVersion), lines);
        return lines;
    }

    private static Map<String, String> version(Optional<Integer> codeVersion) {
        return codeVersion
                .map(version -> Map.of("code version", version.toString()))
                .orElse(Map.of());
    }

    private static void differ(
            String what,
            Map<String, String> expected,
            Map<String, String> actual,
            List<String> lines) {
        TreeSet<String> names = new TreeSet<>(expected.keySet());
        names.addAll(actual.keySet());
        for (String name : names) {
            if (!Objects.equals(expected.get(name), actual.get(name))) {
                lines.add(
                        String.format(
                                Locale.ROOT,
                                "%s%s is %s, expected %s",
                                what,
                                name,
                                shortened(actual.get(name)),
                                shortened(expected.get(name))));
            }
        }
    }

    private static String shortened(@Nullable String hash) {
        return hash == null ? "absent" : hash.substring(0, Math.min(12, hash.length()));
    }
}
