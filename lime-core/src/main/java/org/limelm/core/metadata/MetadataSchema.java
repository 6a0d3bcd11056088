package org.limelm.core.metadata;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * The ordered features that annotate every token: the columns of a shard and the tables of a model.
 *
 * @param features in column order; names are distinct; empty for a model without metadata
 */
public record MetadataSchema(List<Feature> features) {
    /** The schema without features. */
    public static final MetadataSchema EMPTY = new MetadataSchema(List.of());

    /**
     * Checks that no feature stands twice.
     *
     * @throws IllegalArgumentException if two features share a name
     */
    public MetadataSchema {
        features = List.copyOf(features);
        Set<String> seen = new HashSet<>();
        for (Feature feature : features) {
            if (!seen.add(feature.name())) {
                throw new IllegalArgumentException("Feature '" + feature.name() + "' twice");
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
     * @throws IllegalArgumentException if there is none of this name
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

    /**
     * Returns the SHA-256, in lower-case hex, of every feature's name and tags in order. Two
     * schemas with equal fingerprints give every id the same meaning.
     */
    public String fingerprint() {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            for (Feature feature : features) {
                sha256.update(feature.name().getBytes(StandardCharsets.UTF_8));
                sha256.update((byte) '\n');
                for (String tag : feature.tags()) {
                    sha256.update((byte) '\t');
                    sha256.update(tag.getBytes(StandardCharsets.UTF_8));
                    sha256.update((byte) '\n');
                }
            }
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
