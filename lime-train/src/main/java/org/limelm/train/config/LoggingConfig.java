package org.limelm.train.config;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;

/** What a run logs while it runs. */
@RecordBuilder
public record LoggingConfig(
        @Doc("steps between log lines") long everySteps,
        @Doc("also write TensorBoard event files") boolean tensorboard,
        @Doc("measure the machine's matmul peak at the start, to log the utilization")
                boolean measurePeak,
        @Doc("other formats of the curves: csv (metrics.csv in the run folder), mlflow")
                List<TrackerKind> trackers,
        @Doc("folder of MLflow's file store, for the tracker mlflow") Path mlflowFolder)
        implements LoggingConfigBuilder.With {
    /** Checks the range. */
    public LoggingConfig {
        trackers = List.copyOf(new LinkedHashSet<>(trackers));
        if (everySteps < 1) {
            throw new ConfigException("[logging] everySteps " + everySteps + ", expected >= 1");
        }
    }

    /** Returns the default values. */
    public static LoggingConfig defaults() {
        return LoggingConfigBuilder.builder()
                .everySteps(10)
                .tensorboard(true)
                .measurePeak(true)
                .trackers(List.of())
                .mlflowFolder(Path.of("mlruns"))
                .build();
    }
}
