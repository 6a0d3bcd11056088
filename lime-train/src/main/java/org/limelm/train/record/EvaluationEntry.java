package org.limelm.train.record;

import org.limelm.train.evaluation.EvaluationResult;

/**
 * One line of {@code eval.jsonl}.
 *
 * @param step optimizer steps done
 * @param tokens tokens trained on so far
 * @param result on the held-out documents
 */
public record EvaluationEntry(long step, long tokens, EvaluationResult result) {}
