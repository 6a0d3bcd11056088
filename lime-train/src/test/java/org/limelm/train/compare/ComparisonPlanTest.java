package org.limelm.train.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.limelm.core.ConfigException;
import org.limelm.core.config.ConfigLoader;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.train.arm.TagDropout;
import org.limelm.train.config.ComparisonConfig;

class ComparisonPlanTest {
    private static final String YAML =
            """
            compare:
              arms:
                - baseline
                - lime/full
                - {preset: lime, annotation: causal, shift: -1, dropout: 0.2}
              seeds: [3, 5]
            run: {folder: out}
            training: {steps: 10}
            """;

    @Test
    void everyArmHasARunWithEverySeedInAFolderOfItsOwn() {
        List<PlannedRun> runs = plan(YAML).runs();
        assertThat(runs)
                .extracting(PlannedRun::toString)
                .containsExactly(
                        "baseline, seed 3",
                        "lime/full, seed 3",
                        "lime(shift=-1,dropout=0.2)/causal, seed 3",
                        "baseline, seed 5",
                        "lime/full, seed 5",
                        "lime(shift=-1,dropout=0.2)/causal, seed 5");
        assertThat(runs.get(1).folder()).isEqualTo(Path.of("out", "lime-full", "seed-3"));
        assertThat(runs).extracting(PlannedRun::folder).doesNotHaveDuplicates();
        assertThat(runs.get(2).config().arm().dropout()).isEqualTo(TagDropout.of("0.2"));
        assertThat(runs.get(5).config().seed()).isEqualTo(5);
        assertThat(runs).allMatch(run -> run.config().training().steps() == 10);
    }

    @Test
    void armsWithoutTablesUseTheShardsOfFullTagsIfThereAreAny() {
        assertThat(plan(YAML).runs().get(0).config().annotation()).isEqualTo(AnnotationMode.FULL);
        String causal = YAML.replace("lime/full", "lime/causal");
        assertThat(plan(causal).runs().get(0).config().annotation())
                .isEqualTo(AnnotationMode.CAUSAL);
    }

    @Test
    void everyArmIsEvaluatedInAllModesThatApply() {
        String arms =
                "[baseline, lime/full, lime/causal, lime+1/full, {preset: lime+1, nextTags: 0.3}]";
        ComparisonConfig config =
                ConfigLoader.parse(
                        ComparisonConfig.class,
                        "",
                        "test",
                        List.of("compare.arms=" + arms, "compare.seeds=[1]"));
        assertThat(
                        new ComparisonPlan(config)
                                .runs().stream()
                                        .map(run -> ArmEvaluations.of(run.config()))
                                        .map(
                                                all ->
                                                        all.stream()
                                                                .map(ArmEvaluations.Named::name)
                                                                .toList()))
                .containsExactly(
                        List.of("none"),
                        List.of("full", "prefix"),
                        List.of("causal"),
                        List.of("full"),
                        List.of("causal", "joint", "predicted-greedy", "predicted-marginal"));
    }

    @Test
    void withTagsThatCameWithTheCorpusThereIsNoEvaluationOfGrowingTexts() {
        ComparisonConfig config =
                ConfigLoader.parse(
                        ComparisonConfig.class,
                        "",
                        "test",
                        List.of(
                                "compare.arms=[{preset: lime, features: [gold], annotation: full}]",
                                "data.metadata=[pos, {feature: column, name: gold, field: upos, tags: 'NOUN,OTHER'}]"));
        assertThat(ArmEvaluations.of(new ComparisonPlan(config).runs().get(0).config()))
                .extracting(ArmEvaluations.Named::name)
                .containsExactly("full");
    }

    @Test
    void duplicatesAndAbsentArmsAreRejected() {
        assertThatThrownBy(() -> plan(YAML.replace("lime/full", "baseline")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("[compare] arms");
        assertThatThrownBy(() -> plan(YAML.replace("[3, 5]", "[]")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("[compare] seeds");
        assertThatThrownBy(() -> plan(YAML.replace("training:", "trainin:")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("unknown key 'trainin'", "training");
    }

    @Test
    void comparisonsThatCouldNotBeFinishedAreRejectedBeforeTraining() {
        String twice = YAML.replace("- baseline", "- lime") + "annotation: full\n";
        assertThatThrownBy(() -> plan(twice))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("'lime'", "are both lime/full in", "lime-full");
        String plain = YAML.replace("- baseline", "- plain");
        assertThatThrownBy(() -> plan(plain))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("different splits", "evaluation.tokens=0");
        String all = plain + "evaluation: {tokens: 0}\n";
        assertThat(plan(all).runs()).hasSize(6);
        String filter = "data: {filter: {minCharactersPerToken: 2}}\n";
        assertThatThrownBy(() -> plan(all + filter))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll(
                        "data.filter minCharactersPerToken=2.0", "[plain, linguistic]");
        assertThat(plan(all + filter.replace("PerToken", "")).runs()).hasSize(6);
        assertThat(plan(YAML + filter).runs()).hasSize(6); // one split
        String own = YAML.replace("- baseline", "- {preset: lime+1, nextTags: 0.3}");
        assertThatThrownBy(() -> plan(own + "data: {documentMask: true}\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("data.documentMask=false");
    }

    @Test
    void theConfigurationsOfTheProjectCanBePlanned() {
        for (String file :
                List.of("compare-quick.yaml", "compare-study.yaml", "compare-large.yaml")) {
            ComparisonConfig config =
                    ConfigLoader.load(
                            ComparisonConfig.class, Path.of("../configs", file), List.of());
            assertThat(new ComparisonPlan(config).runs()).as(file).isNotEmpty();
        }
    }

    @Test
    void aRunNeverResumesWithChangedSettings() {
        assertThat(plan(YAML).runs())
                .allMatch(run -> run.config().checkpoint().resume().equals("latest"))
                .noneMatch(run -> run.config().checkpoint().allowChanges());
        assertThatThrownBy(() -> plan(YAML + "checkpoint: {allowChanges: true}\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("[compare] checkpoint.allowChanges is set");
    }

    private static ComparisonPlan plan(String yaml) {
        return new ComparisonPlan(
                ConfigLoader.parse(ComparisonConfig.class, yaml, "test", List.of()));
    }
}
