package org.limelm.train.task;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.limelm.core.ConfigException;

/**
 * The scoring rule of generated answers.
 *
 * @param extract finds the answer in the text
 * @param normalization makes answers comparable
 */
record AnswerMatching(Optional<Pattern> extract, Normalization normalization) {
    /**
     * Returns the rule of a task.
     *
     * @throws ConfigException if the regular expression is invalid
     */
    static AnswerMatching of(Answer.Generated answer) {
        try {
            return new AnswerMatching(
                    answer.extract().map(Pattern::compile),
                    answer.normalize().orElse(Normalization.NONE));
        } catch (PatternSyntaxException e) {
            throw new ConfigException(
                    "[answer] extract: invalid regular expression: " + e.getMessage(), e);
        }
    }

    /** Returns the answer in a generated text; empty if the expression finds none. */
    String extracted(String text) {
        if (extract.isEmpty()) {
            return text.strip();
        }
        Matcher matcher = extract.get().matcher(text);
        if (!matcher.find()) {
            return "";
        }
        String group = matcher.group(Math.min(1, matcher.groupCount()));
        return group == null ? "" : group;
    }

    /** Returns whether an answer equals one of the reference answers. */
    boolean matches(String extracted, List<String> answers) {
        String own = normalization.apply(extracted);
        return !own.isEmpty()
                && answers.stream().anyMatch(answer -> normalization.apply(answer).equals(own));
    }
}
