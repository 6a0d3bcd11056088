package org.limelm.train.record;

import java.util.Map;
import org.limelm.train.config.RunConfig;

/**
 * Receives the curves and texts of a run, for a tool that shows runs. Called on the training thread
 * of the leader. A tracker that throws is reported as a warning and not called again: it never ends
 * a run.
 */
public interface Tracker {
    /**
     * What a tracker knows of its run.
     *
     * @param folder the run folder
     * @param config the configuration, as in {@code config.yaml}
     * @param environment machine and versions
     * @param stepsDone steps done when this part of the run starts; points of later steps, written
     *     by an earlier part, are obsolete
     */
    record TrackedRun(
            RunFolder folder, RunConfig config, RunEnvironment environment, long stepsDone) {}

    /** How a part of a run ended. */
    enum Outcome {
        /** The run took its last step and wrote its model. */
        FINISHED,
        /** It was stopped after a checkpoint. */
        STOPPED,
        /** It ended with an error. */
        FAILED
    }

    /** Called once, before the first point. */
    default void start(TrackedRun run) {}

    /**
     * Receives a point of some curves.
     *
     * @param step completed optimizer steps
     * @param values by name, such as {@code train/loss} or {@code eval/bits_per_byte}
     */
    void scalars(long step, Map<String, Double> values);

    /**
     * Receives a text.
     *
     * @param step completed optimizer steps
     * @param name such as {@code samples} or {@code config}
     * @param markdown the text, in Markdown
     */
    default void text(long step, String name, String markdown) {}

    /** Called once, at the end, also if {@link #start} failed; releases files. */
    default void end(Outcome outcome) {}
}
