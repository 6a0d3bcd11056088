package org.limelm.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
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

    private record Output(int status, String text) {}

    private Output python(String script, String... arguments)
            throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("script.py"), script);
        Path log = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder("python3", file.toString());
        builder.command().addAll(List.of(arguments));
        Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        return new Output(process.waitFor(), Files.readString(log));
    }

    private boolean pythonHasSafetensors() throws InterruptedException {
        try {
            return python("import numpy, safetensors").status() == 0;
        } catch (IOException notStarted) {
            return false;
        }
    }

    @Test
    void weightsAndMomentsHaveTheirDocumentedNames() throws Exception {
        assumeTrue(
                pythonHasSafetensors(),
                "Skipped: needs python3 with `pip install safetensors numpy`");
        Path shards = TestCorpus.write(folder.resolve("shards"), TestCorpus.documents(60, 1));
        RunFolder run = new RunFolder(folder.resolve("run"));
        Trainer.train(TestCorpus.run(shards, run.root(), 2, 1));
        Path checkpoint = run.checkpoints().resolve("step-00000002");
        Output output =
                python(
                        READ,
                        checkpoint.resolve("model.safetensors").toString(),
                        checkpoint.resolve("optimizer.safetensors").toString());
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
