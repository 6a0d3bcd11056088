package org.limelm.train.generation;

import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.limelm.core.ConfigException;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.generate.TagPlan;

/**
 * A plan of tags as a regular expression over one feature. Each word of the pattern is the tag of
 * one subword token, {@code .} is any tag; {@code * + ? |} and parentheses have their usual
 * meaning. All pieces of a word have its tag, so that a noun of any length is {@code NN+}: {@code
 * DT JJ* NN+} allows a determiner, any adjectives and nouns. Text generation ends where the pattern
 * ends, so an open end is written as {@code .*}.
 */
public final class TagPattern implements TagPlan {
    private static final Pattern WORD = Pattern.compile("[^\\s()|*+?.]+|\\.");
    private static final String SEPARATOR = " ";

    private final Feature feature;
    private final int column;
    private final Pattern pattern;

    private TagPattern(Feature feature, int column, Pattern pattern) {
        this.feature = feature;
        this.column = column;
        this.pattern = pattern;
    }

    /**
     * Parses a plan.
     *
     * @param tables features of the model
     * @param plan {@code feature:PATTERN}, such as {@code pos:DT JJ* NN}
     * @throws ConfigException as {@link #of(MetadataSchema, String, String)}, or if the feature is
     *     missing
     */
    public static TagPattern of(MetadataSchema tables, String plan) {
        int colon = plan.indexOf(':');
        if (colon < 0) {
            throw new ConfigException(
                    "[plan] '" + plan + "', expected feature:PATTERN, such as 'pos:DT JJ* NN'");
        }
        return of(tables, plan.substring(0, colon), plan.substring(colon + 1));
    }

    /**
     * Parses a pattern.
     *
     * @param tables features of the model
     * @param name the feature that the pattern is about
     * @param text the pattern
     * @throws ConfigException if the model does not have the feature, or the feature a tag of the
     *     pattern, or the pattern is not a regular expression
     */
    public static TagPattern of(MetadataSchema tables, String name, String text) {
        if (!tables.names().contains(name)) {
            throw new ConfigException(
                    "[plan] the model has no feature '%s', expected one of %s"
                            .formatted(name, tables.names()));
        }
        Feature feature = tables.feature(name);
        StringBuilder regex = new StringBuilder();
        Matcher words = WORD.matcher(text);
        int end = 0;
        while (words.find()) {
            regex.append(text.substring(end, words.start()));
            regex.append(tagRegex(feature, words.group(), text));
            end = words.end();
        }
        regex.append(text.substring(end));
        try {
            return new TagPattern(
                    feature,
                    tables.indexOf(name),
                    Pattern.compile(regex.toString(), Pattern.COMMENTS)); // ignores spaces
        } catch (PatternSyntaxException e) {
            throw new ConfigException(
                    "[plan] '" + text + "' is not a pattern of tags: " + e.getDescription(), e);
        }
    }

    private static String tagRegex(Feature feature, String word, String text) {
        if (word.equals(".")) {
            return "(?:\\S+\\x20)";
        }
        if (!feature.tags().contains(word)) {
            throw new ConfigException(
                    "[plan] unknown %s tag '%s' in '%s', expected one of %s"
                            .formatted(feature.name(), word, text, feature.tags()));
        }
        return "(?:" + Pattern.quote(word) + "\\x20)";
    }

    @Override
    public Predicate<int[]> after(List<int[]> before) {
        StringBuilder sequence = new StringBuilder();
        before.forEach(earlier -> sequence.append(name(earlier[column])));
        int start = sequence.length();
        BitSet allowed = new BitSet(feature.size());
        for (int tag = 0; tag < feature.size(); tag++) {
            sequence.setLength(start);
            Matcher matcher = pattern.matcher(sequence.append(name(tag)));
            allowed.set(tag, matcher.matches() || matcher.hitEnd()); // or the start of a match
        }
        return tags -> allowed.get(tags[column]);
    }

    private String name(int tag) {
        return feature.tags().get(tag) + SEPARATOR;
    }
}
