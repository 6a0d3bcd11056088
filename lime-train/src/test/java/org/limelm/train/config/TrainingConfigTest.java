package org.limelm.train.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.core.ConfigException;
import org.limelm.core.config.ConfigLoader;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.ModelPresets;
import org.limelm.train.arm.Arm;

/** Length of a run, and the configurations of the large presets. */
class TrainingConfigTest {
    private static final Path MINI = Path.of("../configs/mini.yaml");

    private static TrainingConfig training(String... overrides) {
        return ConfigLoader.load(RunConfig.class, MINI, List.of(overrides)).training();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "training.steps=0",
                "training.tokens=5000",
                "training.budget=paper",
                "training.steps=-1"
            })
    void exactlyOneOfStepsTokensAndBudgetMustBeSet(String override) {
        assertThatThrownBy(() -> training(override))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("[training] steps")
                .hasMessageContaining("Hint: set the others to steps=0, tokens=0, budget=none");
    }

    @Test
    void stepsFollowFromTokensAndFromABudget() {
        ModelConfig model = ModelPresets.mini(); // 16 rows of 256 positions: 4096 tokens per step
        assertThat(training().totalSteps(model, 1)).isEqualTo(2000);
        assertThat(training("training.steps=0", "training.tokens=81920").totalSteps(model, 1))
                .isEqualTo(20);
        assertThat(training("training.steps=0", "training.tokens=81920").totalSteps(model, 4))
                .isEqualTo(5);
        assertThat(training("training.steps=0", "training.budget=paper").totalSteps(model, 1))
                .isEqualTo(302_000_000_000L / 4096);
        // V·D + L·(D·(3·HC + HC + 3·F) + 2·D + 2·C) + D
        long parameters = 8192 * 256 + 6 * (256 * (4 * 256 + 3 * 704) + 512 + 64) + 256;
        assertThat(training("training.steps=0", "training.budget=chinchilla").totalSteps(model, 1))
                .isEqualTo(20 * parameters / 4096);
    }

    @Test
    void stepsOverrideABudget() {
        TrainingConfig paper = training("training.steps=0", "training.budget=paper");
        assertThat(paper.withSteps(3).totalSteps(ModelPresets.mini(), 1)).isEqualTo(3);
    }

    @Test
    void warmUpIsAShareOfTheStepsOrANumber() {
        ScheduleConfig share =
                ScheduleConfig.defaults()
                        .with(schedule -> schedule.warmupSteps(0).warmupFraction(0.01));
        assertThat(share.warmupSteps(20_000)).isEqualTo(200);
        assertThat(share.warmupSteps(5)).isEqualTo(1);
        assertThat(ScheduleConfig.defaults().warmupSteps(20_000)).isEqualTo(100);
        assertThatThrownBy(() -> ScheduleConfig.defaults().withWarmupFraction(0.01))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("Hint: warmupSteps=0");
    }

    @ParameterizedTest
    @CsvSource({
        "lime-500m, 510698496, 524288",
        "lime-1b, 956358144, 524288",
        "lime-2b, 2004969472, 1048576"
    })
    void configurationsOfPresetsMatchTheCode(String name, long parameters, long tokens) {
        Path file = Path.of("../configs", name + ".yaml");
        for (Arm arm : List.of(Arm.LIME, Arm.BASELINE, Arm.LIME_PLUS_1)) {
            RunConfig config =
                    ConfigLoader.load(RunConfig.class, file, List.of("arm=" + arm.label()));
            assertThat(config.arm()).isEqualTo(arm);
            assertThat(config.model()).isEqualTo(ModelPresets.of(name));
            assertThat(config.training().tokensPerStep(2048, 1)).isEqualTo(tokens);
            assertThat(config.training().totalSteps(config.model(), 1))
                    .isEqualTo(20 * parameters / tokens);
        }
        assertThat(ConfigLoader.load(RunConfig.class, file, List.of()).arm()).isEqualTo(Arm.LIME);
    }

    @Test
    void globalBatchDoesNotGrowWithTheNumberOfProcesses() {
        TrainingConfig config =
                TrainingConfig.defaults().with(c -> c.batchSize(8).globalBatchTokens(524_288));
        assertThat(config.forProcesses(2048, 1).accumulation()).isEqualTo(32);
        TrainingConfig four = config.forProcesses(2048, 4);
        assertThat(four.accumulation()).isEqualTo(8);
        assertThat(four.tokensPerStep(2048, 4)).isEqualTo(524_288);
        assertThat(four.forProcesses(2048, 4)).isEqualTo(four); // as recorded in a run folder
    }

    @Test
    void globalBatchThatCannotBeMetIsRejectedWithTheNextMultiple() {
        TrainingConfig config =
                TrainingConfig.defaults().with(c -> c.batchSize(8).globalBatchTokens(524_288));
        assertThatThrownBy(() -> config.forProcesses(2048, 3))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("multiple of 49,152")
                .hasMessageContaining("the next multiple is 540672");
        assertThatThrownBy(() -> config.withAccumulation(4).forProcesses(2048, 1))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("needs 32 in 1 processes");
    }
}
