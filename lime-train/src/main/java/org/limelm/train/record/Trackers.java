package org.limelm.train.record;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.limelm.train.config.LoggingConfig;
import org.limelm.train.config.TrackerKind;
import org.limelm.train.record.Tracker.Outcome;
import org.limelm.train.record.Tracker.TrackedRun;

/** Passes curves and texts to all trackers of a run, and drops a tracker that fails. */
final class Trackers {
    private final List<Tracker> active;
    private final Consumer<String> warnings;

    /**
     * Starts the trackers that the configuration names, and others.
     *
     * @param own trackers of the caller
     * @param warnings receives a message for each tracker that fails
     */
    Trackers(TrackedRun run, List<Tracker> own, Consumer<String> warnings) {
        this.warnings = warnings;
        active = configured(run.config().logging());
        active.addAll(own);
        each(tracker -> tracker.start(run));
    }

    private static List<Tracker> configured(LoggingConfig config) {
        List<Tracker> trackers = new ArrayList<>();
        if (config.tensorboard()) {
            trackers.add(new TensorBoardTracker());
        }
        for (TrackerKind kind : config.trackers()) {
            trackers.add(
                    switch (kind) {
                        case CSV -> new CsvTracker();
                        case MLFLOW -> new MlflowTracker(config.mlflowFolder());
                    });
        }
        return trackers;
    }

    void scalars(long step, Map<String, Double> values) {
        each(tracker -> tracker.scalars(step, values));
    }

    void text(long step, String name, String markdown) {
        each(tracker -> tracker.text(step, name, markdown));
    }

    void end(Outcome outcome) {
        active.forEach(tracker -> end(tracker, outcome));
        active.clear();
    }

    private void each(Consumer<Tracker> call) {
        for (Iterator<Tracker> all = active.iterator(); all.hasNext(); ) {
            Tracker tracker = all.next();
            try {
                call.accept(tracker);
            } catch (RuntimeException e) {
                all.remove();
                warnings.accept(
                        "["
                                + tracker.getClass().getSimpleName()
                                + "] "
                                + e
                                + "; this run is no longer tracked there");
                end(tracker, Outcome.FAILED);
            }
        }
    }

    private void end(Tracker tracker, Outcome outcome) {
        try {
            tracker.end(outcome);
        } catch (RuntimeException e) {
            warnings.accept("[" + tracker.getClass().getSimpleName() + "] " + e);
        }
    }
}
