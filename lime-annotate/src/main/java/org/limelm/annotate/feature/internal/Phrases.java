package org.limelm.annotate.feature.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.limelm.annotate.feature.FeatureOptions;
import org.limelm.core.io.InputFile;
import org.limelm.core.io.Sha256;
import org.limelm.core.metadata.Feature;

/**
 * Phrases with a tag each, as strings of words: separated by a single space, or by nothing where
 * the text has no whitespace. Immutable.
 */
final class Phrases {
    private static final int MAX_FILE_BYTES = 1 << 28;

    private final NavigableMap<String, String> tags = new TreeMap<>();
    private final boolean ignoreCase;
    private final String sha256;

    /**
     * Reads phrases from a file of lines {@code phrase<TAB>tag}; empty lines are skipped.
     *
     * @throws org.limelm.core.ConfigException if a line is malformed, or a phrase has two tags
     */
    Phrases(Path file, boolean ignoreCase, FeatureOptions options) {
        this.ignoreCase = ignoreCase;
        String content = InputFile.readString(file, MAX_FILE_BYTES);
        this.sha256 = Sha256.of(content);
        List<String> lines = content.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).isBlank()) {
                continue;
            }
            String[] columns = lines.get(i).split("\t", -1);
            if (columns.length != 2 || columns[0].isBlank() || columns[1].isBlank()) {
                throw options.refusal(
                        at(file, i) + "'" + lines.get(i) + "', expected phrase<TAB>tag");
            }
            String phrase = words(columns[0]);
            String tag = columns[1].strip();
            if (tag.equals(Feature.NONE)) {
                throw options.refusal(at(file, i) + "tag NONE, expected another name");
            }
            String other = tags.putIfAbsent(normalized(phrase), tag);
            if (other != null && !other.equals(tag)) {
                throw options.refusal(
                        at(file, i)
                                + "phrase '"
                                + phrase
                                + "' has tag "
                                + tag
                                + ", expected "
                                + other
                                + " as in an earlier line");
            }
        }
    }

    private static String at(Path file, int line) {
        return "[" + file + ":" + (line + 1) + "] ";
    }

    private static String words(String phrase) {
        return phrase.strip().replaceAll("\\s+", " ");
    }

    /** Returns the form of a word or phrase by which it is looked up. */
    String normalized(String text) {
        return ignoreCase ? text.toLowerCase(Locale.ROOT) : text;
    }

    /** Returns the hash of the file. */
    String sha256() {
        return sha256;
    }

    /** Returns the tags, sorted. */
    List<String> tags() {
        return List.copyOf(new TreeSet<>(tags.values()));
    }

    /** Returns the tag of a phrase, or NONE. */
    String tag(String normalized) {
        return tags.getOrDefault(normalized, Feature.NONE);
    }

    /** Returns whether a phrase begins with this text. */
    boolean anyBeginsWith(String normalized) {
        Map.Entry<String, String> next = tags.ceilingEntry(normalized);
        return next != null && next.getKey().startsWith(normalized);
    }
}
