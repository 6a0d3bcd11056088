package org.limelm.model.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;
import org.limelm.core.tensorfile.DType;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.weights.ModelFolder;

class HuggingFaceModelTest {
    @TempDir private Path folder;

    private Path export(String name, long maxFileBytes) throws IOException {
        Models.Kind kind = Objects.requireNonNull(Models.kinds().get(name));
        Path lime = Files.createDirectories(folder.resolve(name + "-lime"));
        Path out = Files.createDirectories(folder.resolve(name + "-hf"));
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder decoder = Models.create(kind, manager)) {
            Models.export(kind, decoder, lime, out, maxFileBytes);
        }
        return out;
    }

    @TestFactory
    Stream<DynamicTest> exportAndImportGiveTheSameModelToTheBit() {
        return Models.kinds().entrySet().stream()
                .map(
                        entry ->
                                DynamicTest.dynamicTest(
                                        entry.getKey(),
                                        () -> roundTrip(entry.getKey(), entry.getValue())));
    }

    private void roundTrip(String name, Models.Kind kind) throws IOException {
        Path exported = export(name, 20_000);
        assertThat(exported.resolve("model.safetensors.index.json")).exists();
        assertThat(exported.resolve("model.safetensors")).doesNotExist();
        assertThat(Files.exists(exported.resolve("modeling_lime.py")))
                .isEqualTo(kind.expected() == Architecture.LIME);
        Path back = Files.createDirectories(folder.resolve(name + "-back"));
        try (HuggingFaceModel model = HuggingFaceModel.open(exported)) {
            assertThat(model.architecture()).isEqualTo(kind.expected());
            assertThat(model.features()).isEqualTo(kind.features());
            assertThat(model.provenance()).containsExactly(Map.entry("arm", "test"));
            assertThat(model.model())
                    .usingRecursiveComparison()
                    .ignoringFields("metadata")
                    .isEqualTo(kind.model());
            model.save(back, model.provenance());
        }
        Path original = folder.resolve(name + "-lime");
        assertThat(back.resolve(ModelFolder.WEIGHTS))
                .hasSameBinaryContentAs(original.resolve(ModelFolder.WEIGHTS));
    }

    /** The score of a query and a key depends on the rotation of both. */
    @Test
    void permutedChannelsRotatedInHalvesScoreAsAdjacentPairs() {
        int c = 8;
        TensorBlock block = new TensorBlock("q", List.of(8L, 1L), "qkv", 0, c, 0);
        Random random = new Random(1);
        double[] q = random.doubles(c).toArray();
        double[] k = random.doubles(c).toArray();
        double pairs = 0;
        double halves = 0;
        for (int i = 0; i < c / 2; i++) {
            double angle = 5 * Math.pow(10_000, -2.0 * i / c);
            double cos = Math.cos(angle);
            double sin = Math.sin(angle);
            pairs += (q[2 * i] * cos - q[2 * i + 1] * sin) * k[2 * i];
            pairs += (q[2 * i] * sin + q[2 * i + 1] * cos) * k[2 * i + 1];
            int first = block.channel(i);
            int second = block.channel(i + c / 2);
            halves += (q[first] * cos - q[second] * sin) * k[first];
            halves += (q[second] * cos + q[first] * sin) * k[second];
        }
        assertThat(halves).isCloseTo(pairs, offset(1e-12));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rope_scaling | {\"rope_type\": \"llama3\", \"factor\": 8.0}",
                "rope_parameters | {\"rope_type\": \"yarn\", \"rope_theta\": 10000.0}",
                "attention_bias | true",
                "mlp_bias | true",
                "use_sliding_window | true",
                "layer_types | [\"full_attention\", \"sliding_attention\"]",
                "hidden_act | \"relu\"",
                "hidden_act | \"gelu\"",
                "partial_rotary_factor | 0.5",
                "quantization_config | {\"bits\": 4}",
                "final_logit_softcapping | 30.0",
                "model_type | \"gpt2\"",
                "num_hidden_layers | \"two\"",
                "num_hidden_layers | 1000000000",
            })
    void whatTheDecoderDoesNotComputeIsRejectedByName(String key, String value) throws IOException {
        Path exported = export("llama", Long.MAX_VALUE);
        change(exported, key, value);
        assertThatThrownBy(() -> HuggingFaceModel.open(exported))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("config.json")
                .hasMessageContaining(key.equals("num_hidden_layers") ? "layers" : key);
    }

    @Test
    void slidingWindowOfMistralIsRejectedIfItIsShorterThanTheContext() throws IOException {
        Path exported = export("llama", Long.MAX_VALUE);
        change(exported, "model_type", "\"mistral\"");
        change(exported, "sliding_window", "16");
        assertThatThrownBy(() -> HuggingFaceModel.open(exported))
                .hasMessageContaining("sliding_window is 16");
        change(exported, "sliding_window", "null");
        try (HuggingFaceModel model = HuggingFaceModel.open(exported)) {
            assertThat(model.architecture()).isEqualTo(Architecture.MISTRAL);
        }
    }

    @Test
    void onlySafetensorsIsRead() throws IOException {
        Path exported = export("llama", Long.MAX_VALUE);
        Files.move(exported.resolve("model.safetensors"), exported.resolve("pytorch_model.bin"));
        assertThatThrownBy(() -> HuggingFaceModel.open(exported))
                .hasMessageContaining("safetensors, found only [pytorch_model.bin]");
    }

    @Test
    void namesOfTheIndexAreNoPaths() throws IOException {
        Path exported = export("llama", 20_000);
        Path index = exported.resolve("model.safetensors.index.json");
        String json = Files.readString(index);
        Files.writeString(index, json.replace("model-00001-of", "../model-00001-of"));
        assertThatThrownBy(() -> HuggingFaceModel.open(exported))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("'../model-00001-of");
    }

    @Test
    void otherTensorsAndShapesAreRejected() throws IOException {
        Path exported = export("llama", Long.MAX_VALUE);
        change(exported, "num_hidden_layers", "1");
        assertThatThrownBy(() -> HuggingFaceModel.open(exported))
                .hasMessageContaining("unexpected [model.layers.1.");
        change(exported, "num_hidden_layers", "2");
        change(exported, "intermediate_size", "47");
        assertThatThrownBy(() -> HuggingFaceModel.open(exported))
                .hasMessageContaining("gate_proj")
                .hasMessageContaining("[48, 32], expected")
                .hasMessageContaining("[47, 32]");
    }

    private static void change(Path exported, String key, String value) {
        Path file = exported.resolve("config.json");
        ObjectNode config = (ObjectNode) Json.readTree(file);
        config.set(key, Json.parse(value, JsonNode.class, key));
        Json.write(file, config);
    }

    /** Values of IEEE 754-2019, table 3.5, and of bfloat16. */
    @Test
    void halfPrecisionIsReadExactlyAndBfloat16RoundsToEven() {
        int[] halves = {0x3C00, 0xC000, 0x7BFF, 0x0400, 0x0001, 0x8000, 0x7C00, 0x3555};
        float[] values = {
            1, -2, 65504, 0x1p-14f, 0x1p-24f, -0f, Float.POSITIVE_INFINITY, 0x1.554p-2f
        };
        ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        for (int half : halves) {
            bytes.putShort((short) half);
        }
        float[] read = new float[8];
        FloatFormat.read(bytes.flip(), DType.F16, read, 8);
        assertThat(read).containsExactly(values);

        float[] exact = {1, -2.5f, 1 + 0x1p-8f, 1 + 0x1p-8f + 0x1p-9f, 1 + 0x1p-7f + 0x1p-8f};
        float[] rounded = {1, -2.5f, 1, 1 + 0x1p-7f, 1 + 0x1p-6f};
        ByteBuffer brain = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
        FloatFormat.write(exact, 5, DType.BF16, brain);
        float[] back = new float[5];
        FloatFormat.read(brain.flip(), DType.BF16, back, 5);
        assertThat(back).containsExactly(rounded);
    }
}
