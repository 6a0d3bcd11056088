package org.limelm.annotate.pipeline;

/** The work on a unit. Thread-safe. */
@FunctionalInterface
interface UnitAnnotation {
    /**
     * Annotates a unit into its shard, unless the shard is complete.
     *
     * @throws Exception if a document cannot be annotated or the shard cannot be written
     */
    UnitOutcome annotate(Unit unit) throws Exception;
}
