package org.limelm.train.record;

import org.limelm.train.evaluation.EvaluationResult;

/**
 * One line of {@code eval.jsonl}.
 *
 * @param step completed optimizer steps
 * @param tokens tokens trained on so far
 * @param result result on the held-out documents
 */
public record EvaluationEntry(long step, long tokens, EvaluationResult result) {}
