package org.limelm.train.loop;

import java.util.Map;
import java.util.Optional;
import org.limelm.train.checkpoint.Checkpointer;
import org.limelm.train.checkpoint.RunIdentity;
import org.limelm.train.config.Accumulation;
import org.limelm.train.config.RunConfig;
import org.limelm.train.data.TrainingData;
import org.limelm.train.distributed.Team;
import org.limelm.train.record.RunFolder;

/**
 * What the parts of a trainer share.
 *
 * @param config of the run
 * @param folder where it leaves its results
 * @param listener is told what happens
 * @param stop ends it early when raised
 * @param data what the model reads
 * @param model what is trained
 * @param checkpointer saves; of the leader only
 * @param identity what must not change when the run goes on, see {@link RunIdentity}
 * @param team the processes that train together
 */
record Run(
        RunConfig config,
        RunFolder folder,
        TrainingListener listener,
        StopSignal stop,
        TrainingData data,
        TrainableModel model,
        Optional<Checkpointer> checkpointer,
        Map<String, String> identity,
        Team team) {

    /** Returns the micro steps of every step. */
    Accumulation accumulation() {
        return config.training().accumulation(totalSteps());
    }

    /** Returns the tokens of so many steps over all processes. */
    long tokensAfter(long steps) {
        return accumulation().microStepsBefore(steps)
                * config.training().tokensPerMicroStep(config.model().contextLength(), team.size());
    }

    /** Returns the number of the last step. */
    long totalSteps() {
        return config.training().totalSteps(model.decoder().config(), team.size());
    }
}
