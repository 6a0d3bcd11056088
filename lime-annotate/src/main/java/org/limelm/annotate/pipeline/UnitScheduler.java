package org.limelm.annotate.pipeline;

/**
 * Hands units of a job to other processes, each of which passes them to a {@link UnitWorker} of the
 * same job. Called by as many threads at a time as the job has; if the run fails, it interrupts
 * them and waits for them.
 */
@FunctionalInterface
public interface UnitScheduler {
    /**
     * Annotates a unit.
     *
     * @param unit the unit, for {@link UnitWorker#annotate}
     * @return what the worker returned
     * @throws Exception if every attempt failed; ends the job
     */
    byte[] annotate(byte[] unit) throws Exception;
}
