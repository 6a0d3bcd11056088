package org.limelm.train.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.train.Python;
import org.limelm.train.TestCorpus;
import org.limelm.train.record.RunFolder;

/** Reads the tensors of a checkpoint with the reference implementation of safetensors. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PythonReadsCheckpointIT {
    private static final String READ =
            """
            import sys
            from safetensors import safe_open
            for file in sys.argv[1:]:
                with safe_open(file, framework="numpy") as tensors:
                    for name in tensors.keys():
                        tensor = tensors.get_tensor(name)
                        print(name, tensor.dtype, list(tensor.shape))
            """;

    @TempDir private Path folder;

    @Test
    void weightsAndMomentsHaveTheirDocumentedNames() throws Exception {
        Python.requireSafetensors(folder);
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.documents(60, 1));
        RunFolder run = new RunFolder(folder.resolve("run"));
        Trainer.train(TestCorpus.run(shards, run.root(), 2, 1));
        Path checkpoint = run.checkpoints().resolve("step-00000002");
        Python.Output output =
                Python.run(
                        folder,
                        READ,
                        checkpoint.resolve("model.safetensors"),
                        checkpoint.resolve("optimizer.safetensors"));
        assertThat(output.status()).as(output.text()).isZero();
        int width = TestCorpus.model().hiddenSize();
        assertThat(output.text().lines())
                .contains(
                        "embedding.token.weight float32 [%d, %d]"
                                .formatted(TestCorpus.VOCABULARY, width),
                        "exp_avg.embedding.token.weight float32 [%d, %d]"
                                .formatted(TestCorpus.VOCABULARY, width),
                        "final.norm float32 [%d]".formatted(width))
                .anyMatch(line -> line.startsWith("embedding.meta.pos float32"));
    }
}
