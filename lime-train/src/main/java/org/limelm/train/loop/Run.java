package org.limelm.train.loop;

import java.util.Map;
import java.util.Optional;
import org.limelm.train.arm.ModelProvenance;
import org.limelm.train.checkpoint.Checkpointer;
import org.limelm.train.checkpoint.RunIdentity;
import org.limelm.train.config.Accumulation;
import org.limelm.train.config.RunConfig;
import org.limelm.train.data.TrainingData;
import org.limelm.train.distributed.Team;
import org.limelm.train.record.RunFolder;

/**
 * The shared context of a training run.
 *
 * @param config configuration of the run
 * @param folder output folder
 * @param hooks the caller's listener, callbacks and trackers
 * @param stop stops the run early when raised
 * @param data the training data
 * @param model the model being trained
 * @param checkpointer checkpoint writer, present only on the leader
 * @param identity settings that must not change when the run is resumed, see {@link RunIdentity}
 * @param team the processes that train together
 */
record Run(
        RunConfig config,
        RunFolder folder,
        TrainingHooks hooks,
        StopSignal stop,
        TrainingData data,
        TrainableModel model,
        Optional<Checkpointer> checkpointer,
        Map<String, String> identity,
        Team team) {

    /** Returns the receiver of progress events. */
    TrainingListener listener() {
        return hooks.listener();
    }

    /** Returns the provenance of the model after the given number of steps. */
    ModelProvenance provenance(long steps) {
        return new ModelProvenance(
                config.arm(),
                data.annotation(),
                data.tokenizer().sha256(),
                data.tokenizer().endOfTextId(),
                data.schema().fingerprint(),
                Optional.of(data.annotator()),
                data.annotatorModels(),
                data.metadata(),
                config.data().documentMask(),
                steps,
                tokensAfter(steps));
    }

    /** Returns the number of micro steps of every step. */
    Accumulation accumulation() {
        return config.training().accumulation(totalSteps());
    }

    /** Returns the number of tokens after the given number of steps, over all processes. */
    long tokensAfter(long steps) {
        return accumulation().microStepsBefore(steps)
                * config.training().tokensPerMicroStep(config.model().contextLength(), team.size());
    }

    /** Returns the total number of steps. */
    long totalSteps() {
        return config.training().totalSteps(model.decoder().config(), team.size());
    }
}
