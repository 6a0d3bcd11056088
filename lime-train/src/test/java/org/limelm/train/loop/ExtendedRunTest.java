package org.limelm.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.ConfigException;
import org.limelm.train.TestCorpus;
import org.limelm.train.config.CheckpointConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.config.TokenBudget;
import org.limelm.train.config.TrainingConfig;
import org.limelm.train.record.RunFolder;
import org.limelm.train.record.StepMetrics;

/** Runs that are resumed with another length. */
class ExtendedRunTest {
    private static final int STEPS = 12;

    private final List<String> warnings = new ArrayList<>();
    @TempDir private Path folder;
    private RunConfig config = RunConfig.defaults();

    /** Records warnings and, if asked to, stops after the first step. */
    private final class Recorder implements TrainingListener {
        private final StopSignal stop;
        private final boolean stopAfterOneStep;

        Recorder(StopSignal stop, boolean stopAfterOneStep) {
            this.stop = stop;
            this.stopAfterOneStep = stopAfterOneStep;
        }

        @Override
        public void onWarning(String message) {
            warnings.add(message);
        }

        @Override
        public void onStep(StepMetrics metrics, long totalSteps) {
            if (stopAfterOneStep) {
                stop.request();
            }
        }
    }

    @BeforeEach
    void trainToTheEnd() {
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.documents(20, 1));
        config = TestCorpus.run(shards, folder.resolve("run"), STEPS, 1);
    }

    private TrainResult resume(TrainingConfig training, boolean stopAfterOneStep) {
        StopSignal stop = StopSignal.manual();
        return Trainer.train(
                config.withTraining(training)
                        .withCheckpoint(config.checkpoint().withResume(CheckpointConfig.LATEST)),
                new Recorder(stop, stopAfterOneStep),
                stop);
    }

    private TrainingConfig ofTokens(long steps) {
        long tokens = steps * config.training().tokensPerStep(TestCorpus.CONTEXT, 1);
        return config.training().with(training -> training.steps(0).tokens(tokens));
    }

    private long loggedSteps() throws IOException {
        return Files.readAllLines(new RunFolder(config.run().folder()).metrics()).size();
    }

    @Test
    void moreStepsExtendAFinishedRun() throws IOException {
        Trainer.train(config);
        TrainResult result = resume(config.training().withSteps(STEPS + 5), false);
        assertThat(result.step()).isEqualTo(STEPS + 5);
        assertThat(loggedSteps()).isEqualTo(STEPS + 5);
        assertThat(warnings).anyMatch(warning -> warning.contains("extended to 17 steps"));
        assertThat(Files.readAllLines(new RunFolder(config.run().folder()).history()))
                .as("every part of the run")
                .hasSize(2)
                .element(1)
                .asString()
                .contains("\"step\":12");
    }

    @Test
    void moreTokensExtendAFinishedRun() throws IOException {
        Trainer.train(config.withTraining(ofTokens(STEPS)));
        assertThat(resume(ofTokens(STEPS + 5), false).step()).isEqualTo(STEPS + 5);
        assertThat(loggedSteps()).isEqualTo(STEPS + 5);
        assertThat(warnings).anyMatch(warning -> warning.contains("extended to 17 steps"));
    }

    @Test
    void aLargerBudgetExtendsAFinishedRun() {
        Trainer.train(config);
        TrainingConfig budget =
                config.training()
                        .with(training -> training.steps(0).budget(TokenBudget.CHINCHILLA));
        assertThat(resume(budget, true).step()).isEqualTo(STEPS + 1);
        assertThat(warnings).anyMatch(warning -> warning.contains("the run is extended to "));
    }

    @Test
    void theSameLengthInAnotherUnitIsNoChange() {
        Trainer.train(config.withTraining(ofTokens(STEPS)));
        assertThat(resume(config.training(), false).step()).isEqualTo(STEPS);
        assertThat(warnings).isEmpty();
    }

    @Test
    void aRunIsNotShortened() {
        Trainer.train(config.withTraining(ofTokens(STEPS)));
        for (TrainingConfig shorter : List.of(ofTokens(5), config.training().withSteps(5))) {
            assertThatThrownBy(() -> resume(shorter, false))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("training.totalSteps: was 12, is 5")
                    .hasMessageContaining("training.tokens: was ")
                    .hasMessageContaining("can be extended but not shortened");
        }
    }
}
