package org.limelm.train.config;

/** A format in which a run also writes its curves, for tools that show runs. */
public enum TrackerKind {
    /** {@code metrics.csv} in the run folder. */
    CSV,
    /** MLflow's file store. */
    MLFLOW
}
