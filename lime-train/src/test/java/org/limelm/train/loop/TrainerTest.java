package org.limelm.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.train.TestCorpus;
import org.limelm.train.config.RunConfig;

class TrainerTest {
    @TempDir Path folder;

    private List<StepMetrics> train(RunConfig config) {
        List<StepMetrics> steps = new ArrayList<>();
        TrainingListener listener =
                new TrainingListener() {
                    @Override
                    public void onStep(StepMetrics metrics, long totalSteps) {
                        steps.add(metrics);
                    }
                };
        Trainer.train(config, listener, StopSignal.manual());
        return steps;
    }

    @Test
    void onRealTextTheLossFallsFromThatOfGuessing() {
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.realText());
        List<StepMetrics> steps = train(TestCorpus.run(shards, folder.resolve("run"), 150, 1));
        assertThat(steps.get(0).loss()).isCloseTo(Math.log(TestCorpus.VOCABULARY), offset(0.3));
        assertThat(steps.get(149).loss()).isLessThan(4);
    }

    @Test
    void aRunLeavesItsRecordAndItsModel() {
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.documents(60, 1));
        RunFolder run = new RunFolder(folder.resolve("run"));
        TrainResult result = Trainer.train(TestCorpus.run(shards, run.root(), 4, 1));
        assertThat(List.of(run.config(), run.environment(), run.metrics(), run.evaluations()))
                .allMatch(Files::isRegularFile);
        assertThat(result.model()).contains(run.model());
        assertThat(result.evaluation().orElseThrow().annotation()).isEqualTo("causal");
        assertThat(result.evaluation().orElseThrow().origin()).isEqualTo("observed");
    }
}
