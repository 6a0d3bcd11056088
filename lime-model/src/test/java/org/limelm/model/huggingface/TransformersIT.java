package org.limelm.model.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.metadata.Feature;
import org.limelm.core.tensorfile.SafetensorsWriter;
import org.limelm.core.tensorfile.TensorSource;
import org.limelm.model.decoder.Batch;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.weights.TensorTransfer;

/** Loads exported models with transformers and compares their logits. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class TransformersIT {
    private static final Path COMPARE = Path.of("../.ci/huggingface/compare.py");
    private static final int TEXTS = 4;

    @TempDir private Path folder;

    private record Output(int status, String text) {}

    private Output python(String... arguments) throws IOException, InterruptedException {
        Path log = folder.resolve("output");
        List<String> command = new ArrayList<>(List.of("python3"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("HF_HUB_OFFLINE", "1");
        builder.environment().put("HF_MODULES_CACHE", folder.resolve("modules").toString());
        Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        return new Output(process.waitFor(), Files.readString(log));
    }

    private boolean pythonHasTransformers() throws InterruptedException {
        try {
            return python("-c", "import torch, transformers, safetensors").status() == 0;
        } catch (IOException notStarted) {
            return false;
        }
    }

    @Test
    void logitsOfEveryArchitectureAreThoseOfTransformers() throws Exception {
        assumeTrue(
                Files.isRegularFile(COMPARE) && pythonHasTransformers(),
                "Skipped: needs python3 with `pip install torch transformers safetensors`");
        List<String> arguments = new ArrayList<>(List.of(COMPARE.toString(), "1e-4"));
        for (Map.Entry<String, Models.Kind> entry : Models.kinds().entrySet()) {
            Path lime = Files.createDirectories(folder.resolve(entry.getKey() + "-lime"));
            Path exported = Files.createDirectories(folder.resolve(entry.getKey()));
            Path expected = folder.resolve(entry.getKey() + ".safetensors");
            try (NDManager manager = NDManager.newBaseManager();
                    LimeDecoder decoder = Models.create(entry.getValue(), manager)) {
                Models.export(entry.getValue(), decoder, lime, exported, 20_000);
                writeLogits(entry.getValue(), decoder, manager, expected);
            }
            arguments.add(exported.toString());
            arguments.add(expected.toString());
        }
        Output output = python(arguments.toArray(String[]::new));
        assertThat(output.status()).as(output.text()).isZero();
        assertThat(output.text().lines().filter(line -> line.contains("4 texts")))
                .hasSize(Models.kinds().size());
    }

    private static void writeLogits(
            Models.Kind kind, LimeDecoder decoder, NDManager manager, Path file) {
        Random random = new Random(5);
        int length = kind.model().contextLength();
        TensorTransfer transfer = new TensorTransfer();
        List<TensorSource> tensors = new ArrayList<>();
        for (int text = 0; text < TEXTS; text++) {
            long[] ids = random.longs(length, 0, kind.model().vocabularySize()).toArray();
            ids[length / 2] = Models.END_OF_TEXT; // tags are not shifted into another document
            NDArray input = manager.create(ids);
            List<NDArray> tags = new ArrayList<>();
            List<NDArray> read = new ArrayList<>();
            List<NDArray> none = new ArrayList<>();
            for (Feature feature : kind.tables().features()) {
                long[] own = random.longs(length, 0, feature.size()).toArray();
                for (int i = 0; i < length; i++) {
                    own[i] = ids[i] == Models.END_OF_TEXT ? Feature.NONE_ID : own[i];
                }
                tags.add(manager.create(own));
                read.add(manager.create(shifted(own, ids, kind.shift())).expandDims(0));
                none.add(manager.zeros(input.getShape(), DataType.INT64).expandDims(0));
            }
            tensors.add(transfer.source("ids." + text, input));
            tensors.add(transfer.source("logits." + text, logits(decoder, manager, input, read)));
            if (!tags.isEmpty()) {
                NDArray columns = NDArrays.stack(new NDList(tags), 1); // (T, M)
                tensors.add(transfer.source("tags." + text, columns));
                tensors.add(
                        transfer.source("untagged." + text, logits(decoder, manager, input, none)));
            }
        }
        SafetensorsWriter.write(file, Map.of(), tensors);
    }

    /** Returns what positions read: tags of the token {@code shift} later in the same document. */
    private static long[] shifted(long[] tags, long[] ids, int shift) {
        int[] document = new int[ids.length];
        for (int i = 1; i < ids.length; i++) {
            document[i] = document[i - 1] + (ids[i - 1] == Models.END_OF_TEXT ? 1 : 0);
        }
        long[] read = new long[tags.length];
        for (int i = 0; i < read.length; i++) {
            int at = i + shift;
            boolean known = at >= 0 && at < read.length && document[at] == document[i];
            read[i] = known ? tags[at] : Feature.NONE_ID;
        }
        return read;
    }

    private static NDArray logits(
            LimeDecoder decoder, NDManager manager, NDArray ids, List<NDArray> tags) {
        NDArray row = ids.expandDims(0);
        return decoder.logits(new Batch(row, row, tags, Optional.empty()), manager).squeeze(0);
    }
}
