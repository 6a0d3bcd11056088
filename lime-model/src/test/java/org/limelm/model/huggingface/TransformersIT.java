package org.limelm.model.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
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
import org.limelm.model.decoder.CachedDecoder;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.SelfFedTexts;
import org.limelm.model.decoder.TestModels;
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
            boolean droppable = kind.features().tables().canBeDropped();
            List<NDArray> tags = new ArrayList<>();
            List<NDArray> read = new ArrayList<>();
            List<NDArray> none = new ArrayList<>();
            List<NDArray> next = new ArrayList<>();
            for (Feature feature : TestModels.SCHEMA.features()) {
                long[] own = random.longs(length, 0, feature.size()).toArray();
                for (int i = 0; i < length; i++) {
                    own[i] = ids[i] == Models.END_OF_TEXT ? Feature.NONE_ID : own[i];
                }
                tags.add(manager.create(own));
                read.add(manager.create(shifted(own, ids, kind.shift())).expandDims(0));
                next.add(manager.create(shifted(own, ids, 1)).expandDims(0));
                int absent = droppable ? feature.withDropped().size() - 1 : Feature.NONE_ID;
                none.add(manager.full(input.getShape(), absent, DataType.INT64).expandDims(0));
            }
            boolean tables = kind.features().tables().size() > 0;
            boolean head = kind.features().tagHead().isPresent();
            List<NDArray> toPredict = head ? next : List.of();
            Batch batch = batch(input, tables ? read : List.of(), toPredict);
            tensors.add(transfer.source("ids." + text, input));
            tensors.add(
                    transfer.source("logits." + text, decoder.logits(batch, manager).squeeze(0)));
            if (tables) {
                NDArray untagged =
                        decoder.logits(batch(input, none, toPredict), manager).squeeze(0);
                tensors.add(transfer.source("tags." + text, columns(tags, 1)));
                tensors.add(transfer.source("untagged." + text, untagged));
            }
            if (head) {
                List<NDArray> nll = decoder.score(batch, manager).tagNll();
                tensors.add(transfer.source("head_tags." + text, columns(tags, 1)));
                tensors.add(transfer.source("next_tags." + text, columns(next, 2).squeeze(0)));
                tensors.add(transfer.source("tag_nll." + text, columns(nll, 2).squeeze(0)));
            }
            if (kind.features().predictsOwnTags()) {
                tensors.addAll(predicted(decoder, ids, text, manager));
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

    private static Batch batch(NDArray ids, List<NDArray> tags, List<NDArray> next) {
        NDArray row = ids.expandDims(0);
        return new Batch(row, row, tags, next, Optional.empty(), Optional.empty());
    }

    private static NDArray columns(List<NDArray> perFeature, int axis) {
        return NDArrays.stack(new NDList(perFeature), axis);
    }

    /** Returns what the model computes with the tags that it predicts, in the names of COMPARE. */
    private static List<TensorSource> predicted(
            LimeDecoder decoder, long[] ids, int text, NDManager manager) {
        int features = decoder.tables().size();
        long[] tags = new long[ids.length * features];
        float[] logProbs = new float[ids.length * decoder.config().vocabularySize()];
        try (CachedDecoder cached = CachedDecoder.of(decoder, 1);
                SelfFedTexts texts = cached.newSelfFedTexts(1, ids.length, 1)) {
            for (int i = 0; i < ids.length; i++) {
                long[] token = {ids[i]};
                List<long[]> most = texts.propose(token, 1).tags();
                texts.read(token, most);
                float[] next = texts.logProbabilities();
                texts.keep(new long[] {0});
                System.arraycopy(next, 0, logProbs, i * next.length, next.length);
                for (int feature = 0; feature < features; feature++) {
                    tags[i * features + feature] = most.get(feature)[0];
                }
            }
        }
        TensorTransfer transfer = new TensorTransfer();
        Shape ofTags = new Shape(ids.length, features);
        Shape ofTokens = new Shape(ids.length, decoder.config().vocabularySize());
        return List.of(
                transfer.source("predicted_tags." + text, manager.create(tags, ofTags)),
                transfer.source("predicted." + text, manager.create(logProbs, ofTokens)));
    }
}
