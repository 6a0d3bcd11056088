package org.limelm.train.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.ConfigException;
import org.limelm.core.config.ConfigLoader;
import org.limelm.train.config.ComparisonConfig;
import org.limelm.train.config.RunConfig;

class BundledSampleTest {
    @TempDir private Path folder;

    @Test
    void aCorpusOfTheUsersReplacesTheSample() {
        Path corpus = folder.resolve("mine.jsonl");
        RunConfig config =
                BundledSample.quickstart(folder.resolve("quick"), List.of("data.corpus=" + corpus))
                        .run();
        assertThat(config.data().corpus()).containsExactly(corpus);
        assertThat(folder.resolve("quick/sample.jsonl.gz")).doesNotExist();
    }

    @Test
    void theConfigurationWrittenIsTheOneThatIsUsed() {
        ComparisonConfig config =
                BundledSample.quickstart(
                        folder,
                        List.of(
                                "training.steps=12",
                                "compare.seeds=[1,2]",
                                "data.work=" + folder.resolve("w")));
        assertThat(config.run().training().steps()).isEqualTo(12);
        assertThat(config.compare().seeds()).containsExactly(1L, 2L);
        assertThat(config.run().data().work()).isEqualTo(folder.resolve("w"));
        assertThat(folder.resolve("sample.jsonl.gz")).isRegularFile();
        ComparisonConfig written =
                ConfigLoader.load(
                        ComparisonConfig.class, folder.resolve("quickstart.yaml"), List.of());
        assertThat(written).isEqualTo(config);
    }

    @Test
    void aRunFolderIsRefusedAsEveryArmHasItsOwn() {
        assertThatThrownBy(() -> BundledSample.quickstart(folder, List.of("run.folder=elsewhere")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("elsewhere", "--out FOLDER");
    }
}
