package org.limelm.train.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.limelm.core.ConfigException;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.train.arm.Arm;
import org.limelm.train.config.CheckpointConfig;
import org.limelm.train.config.ComparisonConfig;
import org.limelm.train.config.DistributedConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.config.RunFolderConfig;

/**
 * The runs of a comparison: every arm with every seed, in folders {@code ARM/seed-N} below {@code
 * run.folder}. The runs of a seed share initial weights and data order. A run resumes from its
 * latest checkpoint, never with changed settings.
 */
public final class ComparisonPlan {
    private final ComparisonConfig config;
    private final List<PlannedRun> runs;

    /**
     * Plans a comparison.
     *
     * @throws ConfigException if two arms are the same run, or an arm could be trained but not be
     *     evaluated or compared
     */
    public ComparisonPlan(ComparisonConfig config) {
        this.config = config;
        List<PlannedRun> planned = new ArrayList<>();
        for (long seed : config.compare().seeds()) {
            for (Arm arm : config.compare().arms()) {
                planned.add(run(arm, seed));
            }
        }
        runs = List.copyOf(planned);
        requireNoChanges();
        requireDistinctFolders();
        requireSameText();
        requireEvaluable();
    }

    private void requireNoChanges() {
        if (config.run().checkpoint().allowChanges()) {
            throw new ConfigException(
                    "[compare] checkpoint.allowChanges is set, expected unchanged runs: their results could not be compared. Hint: remove the key");
        }
    }

    private void requireDistinctFolders() {
        Map<Path, PlannedRun> byFolder = new HashMap<>();
        for (PlannedRun run : runs) {
            PlannedRun other = byFolder.putIfAbsent(run.folder(), run);
            if (other != null) {
                throw new ConfigException(
                        "[compare] arms '"
                                + other.arm()
                                + "' and '"
                                + run.arm()
                                + "' are both "
                                + run.label()
                                + " in "
                                + run.folder()
                                + ", expected one arm per folder. Hint: remove one of them; an arm"
                                + " without an annotation mode has that of the key annotation");
            }
        }
    }

    /**
     * The first tokens of different tokenizations are different lengths of text, and documents have
     * different numbers of tokens.
     */
    private void requireSameText() {
        long tokens = config.run().evaluation().tokens();
        List<String> splits =
                runs.stream().map(run -> run.arm().split().label()).distinct().toList();
        if (splits.size() > 1 && config.run().data().filter().dependsOnTokens()) {
            throw new ConfigException(
                    "[compare] data.filter "
                            + config.run().data().filter()
                            + " with arms of different splits "
                            + splits
                            + ": characters per token depend on the split, so that other documents"
                            + " would be left out. Hint: remove minCharactersPerToken and"
                            + " maxCharactersPerToken, or filter the corpus beforehand");
        }
        if (tokens > 0 && splits.size() > 1) {
            throw new ConfigException(
                    "[compare] evaluation.tokens "
                            + tokens
                            + " with arms of different splits "
                            + splits
                            + ": the same number of tokens is not the same text. Hint: set"
                            + " evaluation.tokens=0 (all)");
        }
    }

    private void requireEvaluable() {
        for (PlannedRun run : runs) {
            if (run.config().data().documentMask() && run.config().arm().feedsItself()) {
                throw new ConfigException(
                        "[compare] data.documentMask is set, but "
                                + run.label()
                                + " predicts its own tags and is evaluated across documents. Hint:"
                                + " set data.documentMask=false");
            }
        }
    }

    /** Returns all runs: every arm with the first seed, then with the second, and so on. */
    public List<PlannedRun> runs() {
        return runs;
    }

    /** Returns the run of an arm with a seed. */
    public PlannedRun run(Arm arm, long seed) {
        DistributedConfig alone = // a launcher's processes wait for the first and read its results
                config.run().distributed().withCollective(DistributedConfig.Choice.LOCAL);
        RunConfig shared =
                config.run().withSeed(seed).withArm(arm.in(mode(arm))).withDistributed(alone);
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
        return anyFull ? AnnotationMode.FULL : ownMode(arm.withoutMode());
    }

    private AnnotationMode ownMode(Arm arm) {
        return arm.annotation().orElse(config.run().annotation());
    }
}
