package org.limelm.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.LimeException;
import org.limelm.train.TestCorpus;
import org.limelm.train.config.CheckpointConfig;
import org.limelm.train.config.RunConfig;

/** Tests that a run trains only on shards that match their manifest. */
class ShardContentTest {
    private static final int STEPS = 2;

    @TempDir Path folder;
    private Path shards;

    @BeforeEach
    void writeShards() {
        shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.documents(20, 1));
    }

    private RunConfig run(boolean verify) {
        RunConfig config = TestCorpus.run(shards, folder.resolve("run"), STEPS, 1);
        return config.withData(config.data().withVerify(verify))
                .withCheckpoint(config.checkpoint().withResume(CheckpointConfig.LATEST));
    }

    @Test
    void changedShardByteIsDetectedBeforeTraining() throws IOException {
        changeLastByte();
        assertThatThrownBy(() -> Trainer.train(run(true)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("SHA-256 is");
        assertThat(Trainer.train(run(false)).model()).isPresent();
    }

    @Test
    void resumingOnChangedShardsIsRejected() throws IOException {
        Trainer.train(run(true));
        changeLastByte();
        RunConfig longer = run(false);
        assertThatThrownBy(() -> Trainer.train(longer))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("SHA-256 is");
    }

    private void changeLastByte() throws IOException {
        Path shard;
        try (Stream<Path> files = Files.list(shards)) {
            shard =
                    files.filter(file -> file.toString().endsWith(".safetensors"))
                            .findFirst()
                            .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(shard);
        bytes[bytes.length - 1] ^= 1;
        Files.write(shard, bytes);
    }
}
