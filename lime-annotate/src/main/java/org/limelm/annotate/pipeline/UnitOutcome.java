package org.limelm.annotate.pipeline;

/**
 * The outcome of a unit.
 *
 * @param finished its shard
 * @param reused whether an earlier run had finished it
 * @param cpuSeconds processor time that it took
 */
record UnitOutcome(FinishedUnit finished, boolean reused, double cpuSeconds) {}
