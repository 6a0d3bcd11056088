package org.limelm.core.metadata;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.limelm.core.io.Sha256;

/**
 * The ordered features that annotate every token: the columns of a shard and the tables of a model.
 *
 * @param features in column order; names are distinct; empty for a model without metadata
 */
public record MetadataSchema(List<Feature> features) {
    /** The schema without features. */
    public static final MetadataSchema EMPTY = new MetadataSchema(List.of());

    /**
     * Checks that no feature is duplicated.
     *
     * @throws IllegalArgumentException if two features share a name
     */
    public MetadataSchema {
        features = List.copyOf(features);
        Set<String> seen = new HashSet<>();
        for (Feature feature : features) {
            if (!seen.add(feature.name())) {
                throw new IllegalArgumentException("Duplicate feature '" + feature.name() + "'");
            }
        }
    }

    /** Returns the number of features F. */
    public int size() {
        return features.size();
    }

    /** Returns the names of the features in column order. */
    public List<String> names() {
        return features.stream().map(Feature::name).toList();
    }

    /**
     * Returns the position of the named feature.
     *
     * @throws IllegalArgumentException if there is no such feature
     */
    public int indexOf(String name) {
        int index = names().indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException("No feature '" + name + "'. Known: " + names());
        }
        return index;
    }

    /**
     * Returns the feature of this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Feature feature(String name) {
        return features.get(indexOf(name));
    }

    /**
     * Returns the schema of the named features, in the order given.
     *
     * @throws IllegalArgumentException if a name is unknown
     */
    public MetadataSchema select(List<String> names) {
        return new MetadataSchema(names.stream().map(this::feature).toList());
    }

    /** Returns a copy whose features all have the tag {@link Feature#DROPPED}. */
    public MetadataSchema withDropped() {
        return new MetadataSchema(features.stream().map(Feature::withDropped).toList());
    }

    /** Returns a copy without {@link Feature#DROPPED}: the tags that an annotator gives. */
    public MetadataSchema withoutDropped() {
        return new MetadataSchema(features.stream().map(Feature::withoutDropped).toList());
    }

    /** Returns whether there are features, and each of them has {@link Feature#DROPPED}. */
    public boolean canBeDropped() {
        return !features.isEmpty() && features.stream().allMatch(Feature::canBeDropped);
    }

    /**
     * Returns the SHA-256, in lower-case hex, of every feature's name and tags in order. Two
     * schemas with equal fingerprints give every id the same meaning.
     */
    public String fingerprint() {
        StringBuilder canonical = new StringBuilder();
        for (Feature feature : features) {
            canonical.append(feature.name()).append('\n');
            for (String tag : feature.tags()) {
                canonical.append('\t').append(tag).append('\n');
            }
        }
        return Sha256.of(canonical.toString());
    }
}
