package org.limelm.train.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.io.FolderLock;
import org.limelm.core.shard.ShardManifest;
import org.limelm.train.config.RunConfig;

class CorpusPreparationTest {
    @TempDir private Path folder;

    @Test
    @Timeout(120)
    void whoFindsAnotherAtTheSamePreparationWaitsAndSaysSo() throws Exception {
        RunConfig config =
                BundledSample.quickstart(
                                folder,
                                List.of(
                                        "data.tokenizer.vocabularySize=260",
                                        "data.corpus=" + corpus()))
                        .run();
        Path work = Files.createDirectories(config.data().work());
        CountDownLatch waiting = new CountDownLatch(1);
        PreparationListener listener =
                new PreparationListener() {
                    @Override
                    public void onWait(Path at, String process) {
                        assertThat(at).isEqualTo(work);
                        assertThat(process).isEqualTo(Long.toString(ProcessHandle.current().pid()));
                        waiting.countDown();
                    }
                };
        CompletableFuture<RunConfig> prepared;
        try (FolderLock other = FolderLock.tryAcquire(work).orElseThrow()) {
            prepared =
                    CompletableFuture.supplyAsync(
                            () -> CorpusPreparation.prepare(config, listener));
            assertThat(waiting.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(other.folder().resolve("shards-linguistic-causal")).doesNotExist();
        }
        assertThat(prepared.get(60, TimeUnit.SECONDS).data().shards()).hasSize(1);
    }

    @Test
    void validationTextIsAnnotatedWithTheTokenizerOfTheCorpus() throws java.io.IOException {
        Path text = Files.writeString(folder.resolve("own.txt"), "Ms. Jones went to Rome.");
        RunConfig config =
                BundledSample.quickstart(
                                folder,
                                List.of(
                                        "data.tokenizer.vocabularySize=260",
                                        "data.corpus=" + corpus(),
                                        "data.validation=" + text))
                        .run();
        RunConfig prepared = CorpusPreparation.prepare(config, PreparationListener.SILENT);
        Path shards = prepared.data().validation().get(0);
        ShardManifest manifest = ShardManifest.read(shards);
        assertThat(manifest.totals().documents()).isEqualTo(1);
        assertThat(manifest.tokenizer())
                .isEqualTo(ShardManifest.read(prepared.data().shards().get(0).path()).tokenizer());
    }

    private Path corpus() throws java.io.IOException {
        Path file = folder.resolve("small.jsonl");
        return Files.writeString(file, "{\"text\": \"Dr. Smith lives in New York.\"}\n".repeat(20));
    }
}
