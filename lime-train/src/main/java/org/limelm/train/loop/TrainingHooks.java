package org.limelm.train.loop;

import java.util.List;
import org.limelm.train.record.Tracker;

/**
 * The caller's code that a run calls.
 *
 * @param listener receives the events of the run
 * @param callbacks act on the run, called in this order
 * @param trackers receive curves and texts, beside those that the configuration names
 */
public record TrainingHooks(
        TrainingListener listener, List<TrainingCallback> callbacks, List<Tracker> trackers) {
    /** Copies the lists. */
    public TrainingHooks {
        callbacks = List.copyOf(callbacks);
        trackers = List.copyOf(trackers);
    }

    /** Returns hooks that do nothing. */
    public static TrainingHooks none() {
        return of(TrainingListener.SILENT);
    }

    /** Returns hooks of a listener alone. */
    public static TrainingHooks of(TrainingListener listener) {
        return new TrainingHooks(listener, List.of(), List.of());
    }

    /** Returns a copy with these callbacks. */
    public TrainingHooks withCallbacks(TrainingCallback... acting) {
        return new TrainingHooks(listener, List.of(acting), trackers);
    }

    /** Returns a copy with these trackers. */
    public TrainingHooks withTrackers(Tracker... receiving) {
        return new TrainingHooks(listener, callbacks, List.of(receiving));
    }
}
