package org.limelm.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.io.Sha256;
import org.limelm.train.TestCorpus;
import org.limelm.train.config.CheckpointConfig;
import org.limelm.train.config.RunConfig;

class RejectedRunTest {
    @TempDir private Path folder;

    @Test
    void aRejectedRunLeavesItsFolderUnchanged() throws IOException {
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.documents(20, 1));
        RunConfig config = TestCorpus.run(shards, folder.resolve("run"), 4, 1);
        Trainer.train(config);
        Map<String, String> before = content(config.run().folder());
        RunConfig other =
                config.withSeed(8)
                        .withCheckpoint(config.checkpoint().withResume(CheckpointConfig.LATEST));
        assertThatThrownBy(() -> Trainer.train(other))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("seed: was 7, is 8");
        assertThatThrownBy(() -> Trainer.train(config))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("contains checkpoints of an earlier run");
        assertThat(content(config.run().folder())).isEqualTo(before);
    }

    private static Map<String, String> content(Path folder) throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                content.put(folder.relativize(file).toString(), Sha256.ofFile(file));
            }
        }
        return content;
    }
}
