package org.limelm.train.score;

import java.util.List;
import org.limelm.core.LimeException;

/**
 * A text and the continuations whose probabilities are wanted.
 *
 * @param context the text before; if empty, a continuation starts a document
 * @param continuations the texts after it, none of them empty
 * @param given tag names of all tokens of the continuations, one per table of the model, in order;
 *     empty = the tags come from the annotator
 */
public record ContinuationRequest(String context, List<String> continuations, List<String> given) {
    /** Checks the continuations. */
    public ContinuationRequest {
        continuations = List.copyOf(continuations);
        given = List.copyOf(given);
        if (continuations.isEmpty() || continuations.contains("")) {
            throw new LimeException(
                    "[score] no continuation or an empty one after '%s', expected texts of at least one character"
                            .formatted(end(context)));
        }
    }

    /** Creates a request whose tags come from the annotator. */
    public ContinuationRequest(String context, List<String> continuations) {
        this(context, continuations, List.of());
    }

    private static String end(String context) {
        int most = 60;
        return context.length() <= most
                ? context
                : "…" + context.substring(context.length() - most);
    }
}
