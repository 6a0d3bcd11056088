package org.limelm.train.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.generation.GeneratedText;

/**
 * One line of {@code eval.jsonl}.
 *
 * @param step completed optimizer steps
 * @param tokens tokens trained on so far
 * @param result result on the held-out documents
 * @param samples continuations of {@code evaluation.prompts}; empty if there are none
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record EvaluationEntry(
        long step, long tokens, EvaluationResult result, Optional<List<GeneratedText>> samples) {}
