package org.limelm.train.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.train.arm.Arm;
import org.limelm.train.config.CheckpointConfig;
import org.limelm.train.config.ComparisonConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.config.RunFolderConfig;

/**
 * The runs of a comparison: every arm with every seed, in folders {@code ARM/seed-N} below {@code
 * run.folder}. The runs of a seed share initial weights and data order.
 */
public final class ComparisonPlan {
    private final ComparisonConfig config;

    /** Plans a comparison. */
    public ComparisonPlan(ComparisonConfig config) {
        this.config = config;
    }

    /** Returns all runs: every arm with the first seed, then with the second, and so on. */
    public List<PlannedRun> runs() {
        List<PlannedRun> runs = new ArrayList<>();
        for (long seed : config.compare().seeds()) {
            for (Arm arm : config.compare().arms()) {
                runs.add(run(arm, seed));
            }
        }
        return List.copyOf(runs);
    }

    /** Returns the run of an arm with a seed. */
    public PlannedRun run(Arm arm, long seed) {
        RunConfig shared = config.run().withSeed(seed).withArm(arm.in(mode(arm)));
        PlannedRun unplaced = new PlannedRun(arm, seed, shared);
        return new PlannedRun(
                arm,
                seed,
                shared.withRun(new RunFolderConfig(folder(unplaced)))
                        .withCheckpoint(shared.checkpoint().withResume(CheckpointConfig.LATEST)));
    }

    private Path folder(PlannedRun run) {
        return config.run()
                .run()
                .folder()
                .resolve(run.label().replaceAll("[^\\w.+=-]", "-"))
                .resolve("seed-" + run.seed());
    }

    /**
     * Returns the annotation mode of an arm's shards. Arms without tags use the shards of {@code
     * full} if there are any, because the token classes of the report come from these tags.
     */
    private AnnotationMode mode(Arm arm) {
        if (arm.usesTags()) {
            return ownMode(arm);
        }
        boolean anyFull =
                config.compare().arms().stream()
                        .anyMatch(
                                other -> other.usesTags() && ownMode(other) == AnnotationMode.FULL);
        return anyFull ? AnnotationMode.FULL : ownMode(arm.withAnnotation(Optional.empty()));
    }

    private AnnotationMode ownMode(Arm arm) {
        return arm.annotation().orElse(config.run().annotation());
    }
}
