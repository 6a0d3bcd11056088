package org.limelm.train.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.ConfigException;
import org.limelm.core.config.ConfigLoader;
import org.limelm.train.config.RunConfig;

class BundledSampleTest {
    @TempDir private Path folder;

    @Test
    void aCorpusOfTheUsersReplacesTheSample() {
        Path corpus = folder.resolve("mine.jsonl");
        RunConfig config =
                BundledSample.copyTo(folder.resolve("quick"), List.of("data.corpus=" + corpus));
        assertThat(config.data().corpus()).containsExactly(corpus);
        assertThat(folder.resolve("quick/sample.jsonl.gz")).doesNotExist();
    }

    @Test
    void theConfigurationWrittenIsTheOneThatIsUsed() {
        RunConfig config =
                BundledSample.copyTo(
                        folder, List.of("training.steps=12", "data.work=" + folder.resolve("w")));
        assertThat(config.training().steps()).isEqualTo(12);
        assertThat(config.data().work()).isEqualTo(folder.resolve("w"));
        assertThat(folder.resolve("sample.jsonl.gz")).isRegularFile();
        RunConfig written =
                ConfigLoader.load(RunConfig.class, folder.resolve("quickstart.yaml"), List.of());
        assertThat(written).isEqualTo(config);
    }

    @Test
    void aRunFolderIsRefusedAsEveryArmHasItsOwn() {
        assertThatThrownBy(() -> BundledSample.copyTo(folder, List.of("run.folder=elsewhere")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("elsewhere", "--out FOLDER");
    }
}
