package org.limelm.core.metadata;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One kind of linguistic metadata, such as part of speech, with its ordered, closed set of tags.
 *
 * <p>A tag's id is its position in {@link #tags()}; id 0 is always {@link #NONE}: the tag of
 * special tokens, of padding and of text that the annotator left untagged.
 *
 * @param name lower-case identifier, {@code [a-z][a-z0-9_]*}, for example {@code pos}
 * @param tags tag names by id; the first is {@code NONE}; distinct; at most 65,535
 */
public record Feature(String name, List<String> tags) {
    /** Name of tag 0 of every feature. */
    public static final String NONE = "NONE";

    /**
     * Name of the last tag of a feature whose tags are dropped at random in training: the tag of a
     * token whose tags are not known.
     */
    public static final String DROPPED = "DROPPED";

    /** Id of {@link #NONE}. */
    public static final int NONE_ID = 0;

    private static final int MAX_TAGS = 0xFFFF;

    /**
     * Checks the name and the tag set.
     *
     * @throws IllegalArgumentException if the name is malformed, tag 0 is not NONE, a tag is blank
     *     or duplicated, or there are too many
     */
    public Feature {
        if (!name.matches("[a-z][a-z0-9_]*")) {
            throw new IllegalArgumentException(
                    "Feature name '" + name + "' does not match [a-z][a-z0-9_]*");
        }
        tags = List.copyOf(tags);
        if (tags.isEmpty() || !tags.get(NONE_ID).equals(NONE)) {
            throw new IllegalArgumentException("[feature " + name + "] tag 0 must be " + NONE);
        }
        if (tags.size() > MAX_TAGS) {
            throw new IllegalArgumentException(
                    "[feature " + name + "] " + tags.size() + " tags, at most " + MAX_TAGS);
        }
        Set<String> seen = new HashSet<>();
        for (String tag : tags) {
            if (tag.isBlank() || !seen.add(tag)) {
                throw new IllegalArgumentException(
                        "[feature " + name + "] tag '" + tag + "' is blank or duplicated");
            }
        }
    }

    /**
     * Returns a copy with {@link #DROPPED} as the last tag.
     *
     * @throws IllegalArgumentException if the feature has a tag of this name
     */
    public Feature withDropped() {
        List<String> all = new ArrayList<>(tags);
        all.add(DROPPED);
        return new Feature(name, all);
    }

    /** Returns whether tags of this feature can be {@link #DROPPED}. */
    public boolean canBeDropped() {
        return tags.get(tags.size() - 1).equals(DROPPED);
    }

    /** Returns a copy without {@link #DROPPED}: the tags that an annotator gives. */
    public Feature withoutDropped() {
        return canBeDropped() ? new Feature(name, tags.subList(0, tags.size() - 1)) : this;
    }

    /** Returns the number of tags, {@code NONE} included. */
    public int size() {
        return tags.size();
    }

    /**
     * Returns the id of a tag.
     *
     * @throws IllegalArgumentException if the feature has no such tag
     */
    public int id(String tag) {
        int id = tags.indexOf(tag);
        if (id < 0) {
            throw new IllegalArgumentException(
                    "[feature " + name + "] no tag '" + tag + "'. Known: " + tags);
        }
        return id;
    }

    /** Returns the tag with this id. */
    public String tag(int id) {
        return tags.get(id);
    }
}
