package org.limelm.train.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.limelm.train.score.ContinuationRequest;

/** An example of a task as texts. */
sealed interface Example {
    /** Returns the origin of the record: {@code file:line}. */
    String where();

    /** Returns the group; empty without groups. */
    String group();

    /**
     * An example whose log-likelihoods are compared.
     *
     * @param contexts one context for all continuations, or one for each
     * @param continuations the choices, or the single target, with the text before it
     * @param label index of the right one
     * @param unconditional context for the unconditional log-likelihoods of the choices
     * @param given tag names of the answers' tokens, one per table; empty = from the annotator
     */
    record Scored(
            String where,
            String group,
            List<String> contexts,
            List<String> continuations,
            int label,
            Optional<String> unconditional,
            List<String> given)
            implements Example {
        /** Returns the requests, those of the unconditional context last. */
        List<ContinuationRequest> requests() {
            List<ContinuationRequest> requests = new ArrayList<>();
            if (contexts.size() == 1) {
                requests.add(new ContinuationRequest(contexts.get(0), continuations, given));
            } else {
                for (int i = 0; i < contexts.size(); i++) {
                    List<String> one = List.of(continuations.get(i));
                    requests.add(new ContinuationRequest(contexts.get(i), one, given));
                }
            }
            unconditional.ifPresent(
                    context ->
                            requests.add(new ContinuationRequest(context, continuations, given)));
            return requests;
        }
    }

    /**
     * An example whose answer is generated.
     *
     * @param answers reference answers
     * @param given tag names of the answer's tokens, one per table; empty = from the annotator
     */
    record Asked(
            String where, String group, String prompt, List<String> answers, List<String> given)
            implements Example {}
}
