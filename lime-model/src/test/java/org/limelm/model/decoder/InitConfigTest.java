package org.limelm.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.limelm.core.ConfigException;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.device.Precision;

class InitConfigTest {

    /** Tied or not, embeddings scaled or not, deep or wide. */
    @ParameterizedTest
    @CsvSource({
        "tiny, true, false, SCALED", "tiny, false, false, SCALED", "tiny, true, true, SCALED",
        "mini, true, false, SCALED", "mini, true, true, SCALED", "mini, false, true, SCALED",
        "mini, true, true, ZEROS", "mini, true, false, PLAIN"
    })
    void initialLossIsThatOfGuessing(
            String preset, boolean tied, boolean scaled, InitConfig.Outputs outputs) {
        ModelConfig config = ModelPresets.of(preset).withTiedHead(tied).withEmbeddingScale(scaled);
        assertGuesses(config, InitConfig.defaults().withOutputs(outputs));
    }

    /** Tests the width of lime-2b and the depth of lime-500m with small layers. */
    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void initialLossOfWideModelsIsThatOfGuessing(boolean tied, boolean scaled) {
        ModelConfig config =
                ModelPresets.of("lime-2b")
                        .withNumLayers(20)
                        .withFfnSize(64)
                        .withNumKvHeads(1)
                        .withNumHeads(1)
                        .withHeadDim(32)
                        .withVocabularySize(1024)
                        .withTiedHead(tied)
                        .withEmbeddingScale(scaled);
        assertGuesses(config, InitConfig.defaults());
    }

    private static void assertGuesses(ModelConfig config, InitConfig init) {
        try (NDManager manager = NDManager.newBaseManager();
                LimeDecoder model =
                        LimeDecoder.create(
                                config,
                                ModelFeatures.NONE,
                                Precision.F32,
                                Recompute.NONE,
                                manager,
                                init,
                                1)) {
            Batch batch = TestModels.batch(manager, config, MetadataSchema.EMPTY, 2, 48);
            double loss = model.lossAndGradients(batch, manager).loss().getFloat();
            assertThat(loss).isCloseTo(Math.log(config.vocabularySize()), within(0.1));
        }
    }

    @Test
    void outputMatricesAreScaledZeroOrPlain() {
        ModelConfig config = TestModels.micro();
        assertThat(std(config, InitConfig.defaults(), "ffn.down")).isEqualTo(0.02 / Math.sqrt(4));
        assertThat(std(config, InitConfig.defaults(), "ffn.gate_up")).isEqualTo(0.02);
        InitConfig plain = InitConfig.defaults().withOutputs(InitConfig.Outputs.PLAIN);
        assertThat(std(config, plain, "ffn.down")).isEqualTo(0.02);
        InitConfig zeros = InitConfig.defaults().withOutputs(InitConfig.Outputs.ZEROS);
        assertThat(find(config, zeros, "attention.out").init())
                .isEqualTo(new ParameterSpec.Init.Constant(0));
    }

    @Test
    void widthScalingPreservesTheScaleOfTheOutput() {
        InitConfig scaled = InitConfig.defaults().withWidthScaled(true);
        double narrow = std(TestModels.micro(), scaled, "ffn.gate_up") * Math.sqrt(32);
        double wide =
                std(TestModels.micro().withHiddenSize(512), scaled, "ffn.gate_up") * Math.sqrt(512);
        assertThat(wide).isCloseTo(narrow, within(1e-12));
    }

    @Test
    void nonPositiveStdIsRejected() {
        assertThatThrownBy(() -> InitConfig.defaults().withStd(0))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("[init] std 0.0");
    }

    private static double std(ModelConfig config, InitConfig init, String name) {
        return ((ParameterSpec.Init.Normal) find(config, init, name).init()).std();
    }

    private static ParameterSpec find(ModelConfig config, InitConfig init, String name) {
        return ParameterSpec.of(config, ModelFeatures.NONE, init).stream()
                .filter(spec -> spec.name().equals("layers.0." + name))
                .findFirst()
                .orElseThrow();
    }
}
