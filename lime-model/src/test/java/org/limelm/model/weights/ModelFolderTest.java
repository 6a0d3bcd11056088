package org.limelm.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.limelm.core.LimeException;
import org.limelm.core.tensorfile.DType;
import org.limelm.core.tensorfile.SafetensorsFile;
import org.limelm.core.tensorfile.SafetensorsWriter;
import org.limelm.core.tensorfile.TensorSource;
import org.limelm.model.decoder.Activation;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.decoder.TestModels;
import org.limelm.model.device.Precision;
import org.limelm.model.internal.torch.Kernels;

class ModelFolderTest {
    private static final ModelConfig CONFIG =
            TestModels.config(2, Activation.SWIGLU, false, true, TestModels.learned());

    @TempDir Path folder;
    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private Map<String, float[]> save() {
        try (LimeDecoder model =
                LimeDecoder.create(
                        CONFIG, TestModels.SCHEMA, Precision.F32, Recompute.NONE, manager, 3)) {
            ModelFolder.save(folder, model, Map.of("arm", "lime", "annotation", "causal"));
            Map<String, float[]> values = new LinkedHashMap<>();
            model.parameters().forEach((name, weight) -> values.put(name, weight.toFloatArray()));
            return values;
        }
    }

    private LoadedModel load() {
        return ModelFolder.load(folder, Precision.F32, Recompute.NONE, manager);
    }

    @Test
    void savingAndLoadingPreservesWeightsAndDescription() {
        Map<String, float[]> saved = save();
        try (LoadedModel loaded = load()) {
            assertThat(loaded.decoder().config()).isEqualTo(CONFIG);
            assertThat(loaded.decoder().tables()).isEqualTo(TestModels.SCHEMA);
            assertThat(loaded.description().provenance())
                    .containsEntry("arm", "lime")
                    .containsEntry("annotation", "causal");
            assertThat(loaded.decoder().parameters().keySet())
                    .containsExactlyElementsOf(saved.keySet());
            saved.forEach(
                    (name, values) ->
                            assertThat(loaded.decoder().parameter(name).toFloatArray())
                                    .as(name)
                                    .isEqualTo(values));
        }
    }

    @Test
    void foldersWithoutNewerKeysLoadWithThoseFeaturesOff() throws IOException {
        save();
        Path file = folder.resolve(ModelFolder.CONFIG);
        String without =
                Files.readString(file)
                        .replaceAll("\\s*\"(queryKeyNorm|logitSoftCap)\" : [^,]*,", "");
        assertThat(without).doesNotContain("queryKeyNorm").doesNotContain("logitSoftCap");
        Files.writeString(file, without);
        try (LoadedModel loaded = load()) {
            assertThat(loaded.decoder().config()).isEqualTo(CONFIG);
        }
    }

    @Test
    void damagedWeightsFileIsReported() throws IOException {
        save();
        Path weights = folder.resolve(ModelFolder.WEIGHTS);
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 5] ^= 1;
        Files.write(weights, bytes);
        assertThatThrownBy(this::load)
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("model.safetensors] SHA-256 is ");
    }

    @Test
    void missingAndUnexpectedTensorsAreReported() throws IOException {
        save();
        TensorSource stray = TensorSource.of("stray", List.of(1L), new float[1]);
        String sha256 =
                SafetensorsWriter.write(
                        folder.resolve(ModelFolder.WEIGHTS), Map.of(), List.of(stray));
        replaceInConfig(ModelFolder.describe(folder).weightsSha256(), sha256);
        assertThatThrownBy(this::load)
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("missing [embedding.meta.ner, embedding.meta.ner.scale")
                .hasMessageContaining("unexpected [stray]");
    }

    @Test
    void tensorsWithWrongShapeAreRejected() throws IOException {
        save();
        replaceInConfig("\"ffnSize\" : 48", "\"ffnSize\" : 40");
        replaceInConfig("\"ffnSize\": 48", "\"ffnSize\": 40");
        assertThatThrownBy(this::load)
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("tensor 'layers.0.ffn.gate_up'] is F32 (96, 32)")
                .hasMessageContaining("expected F32 (80, 32)");
    }

    @ParameterizedTest
    @CsvSource({
        "hiddenSize, 1000000",
        "vocabularySize, 2000000000",
        "ffnSize, 2000000000",
        "numLayers, 2000000000",
        "contextLength, 2000000000"
    })
    void descriptionIsCheckedAgainstTheFileBeforeAllocation(String key, String value)
            throws IOException {
        save();
        Path config = folder.resolve(ModelFolder.CONFIG);
        Files.writeString(
                config,
                Files.readString(config)
                        .replaceFirst("\"" + key + "\" ?: [0-9]+", "\"" + key + "\": " + value));
        assertThatThrownBy(this::load)
                .isInstanceOf(LimeException.class)
                .hasMessageContaining(folder.resolve(ModelFolder.WEIGHTS).toString());
    }

    @Test
    void newerFormatVersionIsRejected() throws IOException {
        save();
        replaceInConfig("\"formatVersion\" : 1", "\"formatVersion\" : 2");
        replaceInConfig("\"formatVersion\": 1", "\"formatVersion\": 2");
        assertThatThrownBy(this::load)
                .isInstanceOf(LimeException.class)
                .hasMessageContaining(
                        "format version 2, expected 1. Hint: it was written by a newer");
    }

    @Test
    void folderWithoutModelIsReported() {
        assertThatThrownBy(this::load)
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("contains no config.json");
    }

    @Test
    void arraysAreCopiedInSlices() {
        NDArray array = manager.arange(0, 1000, 1, DataType.FLOAT32).reshape(new Shape(10, 100));
        NDArray steps = manager.create(new long[] {1, 2, 3});
        NDArray scalar = manager.create(7f);
        Path file = folder.resolve("slices.safetensors");
        TensorTransfer transfer = new TensorTransfer(4 * 33);
        SafetensorsWriter.write(
                file,
                Map.of(),
                List.of(
                        transfer.source("array", array),
                        transfer.source("steps", steps),
                        transfer.source("scalar", scalar)));
        NDArray copy = array.zerosLike();
        NDArray stepsCopy = steps.zerosLike();
        NDArray scalarCopy = scalar.zerosLike();
        try (SafetensorsFile open = SafetensorsFile.open(file)) {
            transfer.read(open, "array", copy);
            transfer.read(open, "steps", stepsCopy);
            transfer.read(open, "scalar", scalarCopy);
        }
        assertThat(copy).isEqualTo(array);
        assertThat(stepsCopy).isEqualTo(steps);
        assertThat(scalarCopy).isEqualTo(scalar);
    }

    @Test
    void bfloat16RoundTripsExactly() {
        TensorTransfer transfer = new TensorTransfer(2 * 33);
        NDArray values = manager.arange(0, 700, 1, DataType.FLOAT32).reshape(new Shape(7, 100));
        NDArray moment = bf16(values);
        Path file = folder.resolve("bf16.safetensors");
        SafetensorsWriter.write(file, Map.of(), List.of(transfer.source("moment", moment)));
        NDArray read = bf16(values.zerosLike());
        try (SafetensorsFile open = SafetensorsFile.open(file)) {
            assertThat(open.tensor("moment").dtype()).isEqualTo(DType.BF16);
            assertThat(open.tensor("moment").shape()).containsExactly(7L, 100L);
            transfer.read(open, "moment", read);
            assertThatThrownBy(() -> transfer.read(open, "moment", values))
                    .isInstanceOf(LimeException.class)
                    .hasMessageContaining("is BF16 (7, 100), expected F32 (7, 100)");
        }
        assertThat(read.toType(DataType.FLOAT32, true))
                .isEqualTo(moment.toType(DataType.FLOAT32, true));
        assertThat(read.toType(DataType.FLOAT32, true).get(2, 55).getFloat())
                .as("not an integer above 256 that bfloat16 rounds")
                .isEqualTo(255);
    }

    private NDArray bf16(NDArray values) {
        return Kernels.TENSOR.load().call(manager, "to_dtype", values, Precision.BF16.code());
    }

    private void replaceInConfig(String from, String to) throws IOException {
        Path config = folder.resolve(ModelFolder.CONFIG);
        Files.writeString(config, Files.readString(config).replace(from, to));
    }
}
