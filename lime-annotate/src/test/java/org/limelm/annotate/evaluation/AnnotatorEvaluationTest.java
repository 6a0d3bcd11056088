package org.limelm.annotate.evaluation;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.TinyModels;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.EntityTags;
import org.limelm.annotate.annotator.PosTagset;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.models.ModelFile;
import org.limelm.annotate.models.TrainedAnnotators;
import org.limelm.annotate.training.AnnotatorTrainer;
import org.limelm.annotate.training.TrainerOptions;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;
import org.limelm.core.io.Json;

class AnnotatorEvaluationTest {
    @TempDir Path folder;
    private final TrainedAnnotators xpos = TinyModels.annotators(PosTagset.XPOS, EntityTags.BIO);
    private final TrainedAnnotators upos = TinyModels.annotators(PosTagset.UPOS, EntityTags.BIO);

    @Test
    void everyMeasureOfTheTrainingDataIsHigh() throws IOException {
        List<Path> treebank = List.of(TinyModels.treebank(folder));
        Path entities = TinyModels.entities(folder);
        Path models = folder.resolve("models");
        AnnotatorTrainer.train(
                new TrainerOptions( // entities twice, because a few sentences are learned slowly
                        treebank,
                        List.of(entities, entities),
                        models,
                        EnumSet.allOf(ModelFile.class)),
                line -> {});
        AnnotatorReport report =
                AnnotatorEvaluation.run(
                        new EvaluationInputs(treebank, treebank, treebank, List.of(entities)),
                        List.of(load(models, PosTagset.XPOS), load(models, PosTagset.UPOS)));

        assertThat(full(report, "XPOS accuracy")).isGreaterThan(0.95);
        assertThat(full(report, "UPOS accuracy")).isGreaterThan(0.95);
        assertThat(causal(report, "XPOS accuracy")).isGreaterThan(0.8);
        assertThat(causal(report, "UPOS accuracy")).isGreaterThan(0.8);
        assertThat(full(report, "token F1")).isGreaterThan(0.95);
        assertThat(full(report, "sentence F1")).isGreaterThan(0.7);
        assertThat(full(report, "entity ALL F1")).isGreaterThan(0.9);
        assertThat(causal(report, "entity ALL F1")).isGreaterThan(0.6);
        assertThat(full(report, "words/s per thread")).isPositive();
        assertThat(causal(report, "words/s per thread")).isPositive();
    }

    @Test
    void wrongGoldTagsCountAgainstTheAnnotators() throws IOException {
        Path file = folder.resolve("wrong.conllu");
        Files.writeString(
                file, "1\tThe\t_\tVERB\tVB\t_\t_\t_\t_\t_\n2\tcat\t_\tNOUN\tNN\t_\t_\t_\t_\t_\n\n");

        AnnotatorReport report = run(new EvaluationInputs(List.of(file), none(), none(), none()));

        assertThat(full(report, "XPOS accuracy")).isEqualTo(0.5);
        assertThat(causal(report, "UPOS accuracy")).isEqualTo(0.5);
        assertThat(report.confusions())
                .contains(
                        new Confusion("wrong.conllu", "XPOS accuracy", "full", 1, "VB", "DT", 1, 1),
                        new Confusion(
                                "wrong.conllu", "UPOS accuracy", "causal", 1, "VERB", "DET", 1, 1));
        assertThat(report.toConfusionTable(1).lines())
                .hasSize(5)
                .contains("wrong.conllu  XPOS accuracy  full    VB    DT         1    100.0 %");
        assertThat(report.toConfusionTable(0)).isEmpty();
    }

    @Test
    void confusionsOfEntityTypesCountWords() throws IOException {
        Path file = entityFile("ORG", "GPE");

        AnnotatorReport report = run(new EvaluationInputs(none(), none(), none(), List.of(file)));

        assertThat(report.confusions())
                .filteredOn(confusion -> confusion.mode().equals("full"))
                .extracting(Confusion::gold, Confusion::found, Confusion::words, Confusion::errors)
                .containsExactly(tuple("ORG", "CARDINAL", 1L, 1L));
    }

    @Test
    void anEntityOfAnotherTypeIsBothWrongAndMissed() throws IOException {
        Path file = entityFile("CARDINAL", "ORG");

        AnnotatorReport report = run(new EvaluationInputs(none(), none(), none(), List.of(file)));

        assertThat(full(report, "entity ALL precision")).isEqualTo(0.5);
        assertThat(full(report, "entity ALL recall")).isEqualTo(0.5);
        assertThat(full(report, "entity CARDINAL F1")).isEqualTo(1);
        assertThat(full(report, "entity ORG recall")).isZero();
        assertThat(full(report, "entity GPE precision")).isZero();
    }

    @Test
    void unknownTypesAreRejectedWithBothSides() throws IOException {
        Path file = entityFile("NUM", "CITY");
        EvaluationInputs inputs = new EvaluationInputs(none(), none(), none(), List.of(file));

        assertThatThrownBy(() -> run(inputs))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll(
                        "gold.tsv", "CITY (1), NUM (1)", "Known: PERSON", "--types KNOWN=CITY");
    }

    @Test
    void renamedTypesMatchWhicheverSideHasWhichName() throws IOException {
        Path file = entityFile("NUM", "CITY");
        for (Map<String, String> types :
                List.of(
                        Map.of("CARDINAL", "NUM", "GPE", "CITY"),
                        Map.of("NUM", "CARDINAL", "CITY", "GPE"))) {
            AnnotatorReport report = run(entities(file, types));

            assertThat(full(report, "entity ALL F1")).isEqualTo(1);
            assertThat(report.remarks()).isEmpty();
        }
        AnnotatorReport leftOut =
                run(entities(file, Map.of("NUM", "CARDINAL", "CITY", "O", "GPE", "O")));
        assertThat(find(leftOut, "entity ALL F1").gold()).isEqualTo(1);
        assertThat(full(leftOut, "entity ALL F1")).isEqualTo(1);
        AnnotatorReport missed = run(entities(file, Map.of("NUM", "CARDINAL", "CITY", "CITY")));
        assertThat(full(missed, "entity CITY recall")).isZero();
        assertThat(missed.remarks())
                .singleElement(as(STRING))
                .contains("gold.tsv", "GPE (1)", "--types GPE=O");
        assertThat(missed.toTable()).contains("GPE (1)");
    }

    @Test
    void partsOfSpeechOfAnotherTagSetAreReported() throws IOException {
        Path file = folder.resolve("other.conllu");
        Files.writeString(
                file, "1\tThe\t_\tDET\t_\t_\t_\t_\t_\t_\n2\tcat\t_\tN\t_\t_\t_\t_\t_\t_\n\n");

        AnnotatorReport report = run(new EvaluationInputs(List.of(file), none(), none(), none()));

        assertThat(report.measurements()).noneMatch(m -> m.measure().equals("XPOS accuracy"));
        assertThat(full(report, "UPOS accuracy")).isEqualTo(0.5);
        assertThat(report.remarks())
                .anyMatch(remark -> remark.contains("XPOS accuracy: 2 of 2 words"))
                .anyMatch(remark -> remark.contains("UPOS accuracy: 1 of 2 words"));
    }

    private static EvaluationInputs entities(Path file, Map<String, String> types) {
        return new EvaluationInputs(none(), none(), none(), List.of(file), types);
    }

    @Test
    void theReportSurvivesJson() throws IOException {
        AnnotatorReport report = onTrainingData();
        Path file = folder.resolve("report.json");

        Json.write(file, report);

        assertThat(Json.read(file, AnnotatorReport.class)).isEqualTo(report);
    }

    @Test
    void theTableHasOneLinePerMeasurement() {
        AnnotatorReport report =
                new AnnotatorReport(
                        Map.of("xpos", "x", "upos", "u"),
                        List.of(
                                new Measurement(
                                        "a.conllu",
                                        "XPOS accuracy",
                                        1234,
                                        Optional.of(1.0),
                                        Optional.of(0.9)),
                                new Measurement(
                                        "b.conllu",
                                        "words/s per thread",
                                        7,
                                        Optional.of(51234.5),
                                        Optional.empty())),
                        List.of(),
                        List.of());

        assertThat(report.toTable())
                .isEqualTo(
                        """
                        file      measure              gold    full  causal
                        a.conllu  XPOS accuracy       1,234  1.0000  0.9000
                        b.conllu  words/s per thread      7  51,235       -
                        """);
    }

    @Test
    void anEvaluationWithoutFilesIsRejected() {
        assertThatThrownBy(() -> new EvaluationInputs(none(), none(), none(), none()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--pos");
    }

    @Test
    void aMissingGoldFileIsNamed() {
        EvaluationInputs inputs =
                new EvaluationInputs(
                        List.of(folder.resolve("absent.conllu")), none(), none(), none());

        assertThatThrownBy(() -> run(inputs))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("absent.conllu");
    }

    private static TrainedAnnotators load(Path models, PosTagset pos) {
        return Annotators.load(models, AnnotatorOptions.of(pos, EntityTags.BIO));
    }

    private AnnotatorReport onTrainingData() throws IOException {
        List<Path> treebank = List.of(TinyModels.treebank(folder));
        return run(
                new EvaluationInputs(
                        treebank, treebank, treebank, List.of(TinyModels.entities(folder))));
    }

    private AnnotatorReport run(EvaluationInputs inputs) {
        return AnnotatorEvaluation.run(inputs, List.of(xpos, upos));
    }

    private static List<Path> none() {
        return List.of();
    }

    /** Writes a sentence of the training data with the given types of its two entities. */
    private Path entityFile(String first, String second) throws IOException {
        return Files.writeString(
                folder.resolve("gold.tsv"),
                "Three\tB-%s\ndogs\tO\nran\tO\nto\tO\nLondon\tB-%s\n.\tO\n"
                        .formatted(first, second));
    }

    private static double full(AnnotatorReport report, String measure) {
        return find(report, measure).full().orElseThrow();
    }

    private static double causal(AnnotatorReport report, String measure) {
        return find(report, measure).causal().orElseThrow();
    }

    private static Measurement find(AnnotatorReport report, String measure) {
        return report.measurements().stream()
                .filter(m -> m.measure().equals(measure))
                .findFirst()
                .orElseThrow();
    }
}
