package org.limelm.train.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;
import static org.assertj.core.data.Percentage.withPercentage;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.core.ConfigException;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.ModelFeatures;
import org.limelm.model.decoder.ModelPresets;
import org.limelm.model.decoder.Recompute;
import org.limelm.model.device.Precision;
import org.limelm.train.config.RecomputeChoice;
import org.limelm.train.config.RunConfig;

/** Checks plans against figures computed by hand and against real models. */
class TrainingPlanTest {
    private static final MetadataSchema TABLES = AnnotatorOptions.defaults().schema();

    private static RunConfig preset(String name, String... overrides) {
        return ConfigLoader.load(
                RunConfig.class, Path.of("../configs", name + ".yaml"), List.of(overrides));
    }

    private static TrainingPlan plan(RunConfig config, String device, int devices, double mfu) {
        return TrainingPlan.of(
                config, DeviceSpec.named(device), devices, mfu, OptionalDouble.empty());
    }

    @Test
    void parameterCountsMatchARealModel() {
        for (MetadataSchema tables : List.of(MetadataSchema.EMPTY, TABLES)) {
            ModelConfig config = ModelPresets.tiny();
            try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
                    LimeDecoder model =
                            LimeDecoder.create(
                                    config, tables, Precision.F32, Recompute.NONE, manager, 1)) {
                ModelSize size = ModelSize.of(config, ModelFeatures.of(tables));
                assertThat(size.total()).isEqualTo(model.parameterCount());
                assertThat(size.matrices())
                        .isEqualTo(
                                model.parameters().entrySet().stream()
                                        .filter(entry -> model.isMatrix(entry.getKey()))
                                        .mapToLong(entry -> entry.getValue().size())
                                        .sum());
            }
        }
    }

    @Test
    void sizesOfTheHalfBillionModelMatchFiguresComputedByHand() {
        ModelSize size = ModelSize.of(ModelPresets.of("lime-500m"), ModelFeatures.of(TABLES));
        // V·D = 32768·1024; a layer: 1024·(6·256 + 4·256) + 3·1024·6912 + 2·1024 + 2·256; 20
        long layers = 20L * (1024 * (1536 + 1024) + 3 * 1024 * 6912 + 2048 + 512) + 1024;
        assertThat(size.nonEmbedding()).isEqualTo(layers);
        assertThat(size.metadataTables()).isEqualTo((50 + 19) * 1024);
        assertThat(size.total()).isEqualTo(layers + 32768 * 1024 + 69 * 1024);
        assertThat(size.metadataShare()).isCloseTo(0.000138, offset(1e-6));
        assertThat(size.largestMatrix()).isEqualTo(2 * 6912 * 1024);
    }

    @Test
    void staticMemoryIsBytesPerParameter() {
        RunConfig config = preset("lime-1b", "arm=baseline", "optimizer.kind=adamw");
        MemoryPlan memory = MemoryPlan.of(config);
        long norms = (2L * 18 + 1) * 1536 + 2 * 18 * 256;
        long parameters = 956_367_360;
        assertThat(memory.bytes("weights")).isEqualTo(4 * parameters);
        assertThat(memory.bytes("gradients")).isEqualTo(4 * parameters);
        assertThat(memory.bytes("optimizer")).isEqualTo(8 * parameters);
        assertThat(memory.bytes("bf16 matrices")).isEqualTo(2 * (parameters - norms));
        assertThat(memory.totalBytes())
                .isEqualTo(memory.parts().stream().mapToLong(MemoryPart::bytes).sum());
        assertThat(
                        MemoryPlan.of(preset("lime-1b", "training.precision=f32"))
                                .bytes("bf16 matrices"))
                .isZero();
    }

    @Test
    void optimizerMemoryFollowsItsKeys() {
        long parameters = 956_367_360;
        long norms = (2L * 18 + 1) * 1536 + 2 * 18 * 256;
        long matrices = parameters - 32_768 * 1536 - norms; // in layers
        long others = parameters - matrices;
        assertThat(optimizer("optimizer.kind=adamw", "optimizer.stateFormat=bf16"))
                .isEqualTo(4 * parameters);
        assertThat(optimizer("optimizer.kind=muon")).isEqualTo(4 * matrices + 8 * others);
        assertThat(optimizer("optimizer.kind=muon", "optimizer.stateFormat=bf16"))
                .isEqualTo(2 * matrices + 4 * others);
        MemoryPlan averaged =
                MemoryPlan.of(preset("lime-1b", "arm=baseline", "optimizer.averageDecay=0.999"));
        assertThat(averaged.bytes("average")).isEqualTo(4 * parameters);
    }

    private static long optimizer(String... overrides) {
        List<String> all = new ArrayList<>(List.of(overrides));
        all.add("arm=baseline");
        return MemoryPlan.of(preset("lime-1b", all.toArray(String[]::new))).bytes("optimizer");
    }

    @Test
    void recomputationSavesOnlyTheInputsOfBlocks() {
        RunConfig all =
                preset(
                        "lime-500m",
                        "training.batchSize=1",
                        "model.contextLength=512",
                        "training.recompute=all");
        long tokens = 512;
        long stream = 4 * 1024;
        long kept = tokens * 20 * 2 * stream;
        assertThat(MemoryPlan.of(all).bytes("activations")).isEqualTo(kept);
        RunConfig none = preset("lime-500m", "training.batchSize=1", "model.contextLength=512");
        // bf16: norm(x), q k v before and after their norms, o, probabilities of (512 + 64) / 2
        // keys on average; norm(x), g u, act
        long attention = 2 * (1024 + 2 * 6 * 256 + 4 * 256 + 4 * 288);
        long feedForward = 2 * (1024 + 3 * 6912);
        long perLayer = attention + feedForward;
        assertThat(MemoryPlan.of(none).bytes("activations"))
                .isEqualTo(kept + 20 * tokens * perLayer);
    }

    @Test
    void automaticRecomputationSavesOnlyAsMuchAsNeeded() {
        RunConfig config = preset("lime-1b"); // without recomputation 46 GB, with it 24 GB
        assertThat(config.training().recompute()).isEqualTo(RecomputeChoice.AUTO);
        assertThat(plan(config, "h100-80g", 1, 0.4).setup().recompute()).isEqualTo(Recompute.NONE);
        assertThat(plan(config, "rtx4090", 1, 0.4).setup().recompute()).isEqualTo(Recompute.ALL);
        TrainingPlan partly = plan(config, "a100-40g", 1, 0.4);
        Recompute chosen = partly.setup().recompute();
        assertThat(chosen.every()).isBetween(2, 17);
        assertThat(partly.memory().totalBytes()).isLessThanOrEqualTo((long) (0.95 * 40e9));
        TrainingSetup fewer = partly.setup().withRecompute(Recompute.everyNth(chosen.every() + 1));
        assertThat(MemoryPlan.training(fewer, true).totalBytes())
                .isGreaterThan((long) (0.95 * 40e9));
    }

    @Test
    void speedTimeAndCostFollowFromOperationsAndUtilization() {
        RunConfig config = preset("lime-500m", "training.budget=paper", "optimizer.kind=adamw");
        TrainingPlan plan =
                TrainingPlan.of(config, DeviceSpec.named("a100-40g"), 8, 0.5, OptionalDouble.of(2));
        double flops = 6 * (510_708_736.0 - 41 * 1024 - 40 * 256) + 6 * 20 * 1024 * 2048;
        assertThat(plan.flopsPerToken()).isEqualTo(flops);
        assertThat(plan.tokensPerSecond()).isEqualTo(8 * 0.5 * 312e12 / flops);
        assertThat(plan.tokensPerStep()).isEqualTo(8 * 524_288);
        assertThat(plan.tokens()).isCloseTo(302_000_000_000L, withPercentage(0.01));
        double days = 302e9 * flops / (8 * 0.5 * 312e12) / 86_400;
        assertThat(plan.days()).isCloseTo(days, withPercentage(0.01));
        assertThat(plan.deviceHours()).isCloseTo(days * 24 * 8, withPercentage(0.01));
        assertThat(plan.cost().getAsDouble()).isCloseTo(2 * days * 24 * 8, withPercentage(0.01));
        // weights, gradients, two moments read; weights and moments written; bf16 copies written
        double bytes = 28.0 * plan.size().total() + 2.0 * plan.size().matrices();
        assertThat(plan.updateSeconds()).isCloseTo(bytes / 1.555e12, offset(1e-9));
    }

    @Test
    void stepsThatGrowLaterCountWithTheirTokens() {
        RunConfig config =
                preset(
                        "lime-500m",
                        "training.steps=1000",
                        "training.budget=none",
                        "training.accumulation=4",
                        "training.lateAccumulation=8",
                        "training.lateFrom=0.5");
        TrainingPlan plan = plan(config, "h100", 1, 0.5);
        assertThat(plan.tokens()).isEqualTo(6_000 * plan.tokensPerStep() / 4);
        assertThat(plan.days() * 86_400 * plan.tokensPerSecond())
                .isCloseTo((double) plan.tokens(), withPercentage(1e-6));
    }

    /** The figures measured on an H100, docs/gpu.md: an update after every micro batch. */
    @ParameterizedTest
    @CsvSource({
        "lime-500m, none, 42.2",
        "lime-500m, all, 35.2",
        "lime-1b, none, 47.4",
        "lime-2b, none, 46.7"
    })
    void modelledUtilizationIsCloseToThatMeasured(String name, String layers, double percent) {
        RunConfig config =
                preset(
                        name,
                        "training.recompute=" + layers,
                        "optimizer.kind=adamw",
                        "training.accumulation=1");
        double modelled = plan(config, "h100-80g", 1, 0.4).modelledMfu().getAsDouble();
        assertThat(100 * modelled).isCloseTo(percent, offset(3.0));
    }

    @Test
    void utilizationIsModelledForTheKernelsOfAGpuOnly() {
        RunConfig config = preset("lime-500m");
        assertThat(plan(config, "a100-80g", 1, 0.4).modelledMfu()).isPresent();
        assertThat(
                        plan(preset("lime-500m", "training.precision=f32"), "h100-80g", 1, 0.4)
                                .modelledMfu())
                .isEmpty();
        DeviceSpec cpu = new DeviceSpec("cpu", "a test", 1e12, 1e12, 1e11, 64_000_000_000L, false);
        assertThat(TrainingPlan.of(config, cpu, 1, 0.4, OptionalDouble.empty()).modelledMfu())
                .isEmpty();
    }

    @Test
    void allArmsOfAComparisonGetTheSameTokens() {
        long[] steps =
                List.of("baseline", "lime", "lime+1").stream()
                        .mapToLong(
                                arm ->
                                        plan(preset("lime-1b", "arm=" + arm), "h100-80g", 1, 0.4)
                                                .steps())
                        .toArray();
        assertThat(steps).containsOnly(steps[0]);
    }

    @Test
    void aPlanThatDoesNotFitNamesTheKeysThatWouldHelp() {
        TrainingPlan plan = plan(preset("lime-1b", "training.recompute=none"), "rtx4090", 1, 0.4);
        assertThat(plan.fits()).isFalse();
        assertThat(plan.refusal().orElseThrow())
                .contains("lime/causal needs", "rtx4090 has 24.0 GB")
                .contains("training.recompute=all needs")
                .contains("training.batchSize=")
                .contains("optimizer.stateFormat=bf16 needs")
                .contains("distributed.shardOptimizer=true on")
                .contains("fits");
        assertThat(plan(preset("lime-1b"), "h100-80g", 1, 0.4).refusal()).isEmpty();
    }

    @Test
    void everyRemedyReportedAsFittingFits() {
        TrainingSetup setup = TrainingSetup.of(preset("lime-2b", "training.recompute=none"), 1);
        DeviceSpec device = DeviceSpec.named("a100-40g");
        List<Remedy> remedies = Remedy.of(setup, device);
        assertThat(remedies).anyMatch(Remedy::fits);
        assertThat(remedies)
                .allMatch(remedy -> remedy.fits() == (remedy.totalBytes() <= 40_000_000_000L));
        long needed = TrainingPlan.memory(setup, device).totalBytes();
        assertThat(remedies).allMatch(remedy -> remedy.totalBytes() < needed);
    }

    @Test
    void aModelThatCannotFitNeedsAnotherDevice() {
        DeviceSpec small =
                new DeviceSpec("small", "a test", 1e12, 1e12, 1e11, 8_000_000_000L, true);
        TrainingPlan plan =
                TrainingPlan.of(preset("lime-2b"), small, 1, 0.4, OptionalDouble.empty());
        assertThat(plan.refusal().orElseThrow()).contains("no key is sufficient");
    }

    @Test
    void shardingDividesOnlyTheOptimizer() {
        TrainingSetup one = TrainingSetup.of(preset("lime-500m"), 1);
        MemoryPlan whole = MemoryPlan.training(one, true);
        MemoryPlan shared = MemoryPlan.training(one.withShards(8), true);
        assertThat(shared.bytes("optimizer")).isEqualTo(whole.bytes("optimizer") / 8);
        MemoryPlan most =
                MemoryPlan.training(one.withShards(1024), true); // one has the token table
        assertThat(most.bytes("optimizer")).isEqualTo(8L * 32_768 * 1024);
        assertThat(whole.totalBytes() - shared.totalBytes())
                .isEqualTo(whole.bytes("optimizer") / 8 * 7);
    }

    @Test
    void invalidAssumptionsAndUnknownDevicesAreRejected() {
        assertThatThrownBy(() -> plan(preset("lime-500m"), "h100-80g", 1, 40))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("mfu 40.0, expected above 0 and at most 1");
        assertThatThrownBy(() -> plan(preset("lime-500m"), "h100-80g", 0, 0.4))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("devices 0");
        assertThatThrownBy(() -> DeviceSpec.named("h200"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("[h100-80g, a100-80g, a100-40g, rtx4090]");
    }
}
