package org.limelm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Help and wrong usage. */
class CommandLineUsageTest {
    @TempDir private Path folder;

    @Test
    void helpOfEveryCommandHasAnExample() {
        for (String command :
                List.of(
                        "quickstart",
                        "annotate",
                        "inspect",
                        "train",
                        "compare",
                        "eval",
                        "score",
                        "generate",
                        "serve",
                        "export",
                        "import",
                        "plan",
                        "bench",
                        "doctor",
                        "completion")) {
            CapturedRun ran = run(command, "--help");
            assertThat(ran.status()).isZero();
            assertThat(ran.out()).contains("Example", "lime " + command);
        }
        assertThat(run("tokenizer", "train", "--help").out()).contains("Example");
        assertThat(run("annotator", "train", "--help").out()).contains("Example");
        assertThat(run("annotator", "eval", "--help").out()).contains("Example");
        for (String shards : List.of("verify", "stats", "head", "export")) {
            assertThat(run("shards", shards, "--help").out())
                    .contains("Example", "lime shards " + shards);
        }
        assertThat(run("config", "show", "--help").out()).contains("Example");
        assertThat(run("config", "schema", "--help").out()).contains("Example");
        for (String command : List.of("list", "show", "diff", "plot")) {
            assertThat(run("runs", command, "--help").out()).contains("Example", "lime runs");
        }
    }

    @Test
    void wrongInputGivesOneMessageAndTheDocumentedStatus() throws IOException {
        Path bad = folder.resolve("bad.yaml");
        Files.writeString(bad, "training:\n  batchsize: 3\n");
        CapturedRun key = run("train", bad.toString());
        assertThat(key.status()).isEqualTo(2);
        assertThat(key.err())
                .contains("bad.yaml:2", "batchsize", "batchSize")
                .doesNotContain("\tat ");

        CapturedRun missing = run("train", path("absent.yaml"));
        assertThat(missing.status()).isEqualTo(1);
        assertThat(missing.err()).contains("absent.yaml", "no such file");

        CapturedRun usage = run("annotate");
        assertThat(usage.status()).isEqualTo(2);

        Path lines = folder.resolve("lines.jsonl");
        Files.writeString(lines, "{\"text\": \"fine\"}\n{\"text\": 5}\n");
        assertThat(run("tokenizer", "train", lines.toString(), "--out", path("t.json")).err())
                .contains("lines.jsonl:2", "text-not-a-string");
    }

    @Test
    void helpOfAnUnknownCommandIsAnError() {
        CapturedRun unknown = run("trian", "--help");
        assertThat(unknown.status()).isEqualTo(2);
        assertThat(unknown.err()).contains("trian", "train");
    }

    @Test
    void ownEntityLabelsAreCompletedWithTheBundledModels() throws IOException {
        Path labels = folder.resolve("genes.tsv");
        Files.writeString(
                labels, "The\tO\ngene\tO\nTP53\tB-GENE\nis\tO\nactive\tO\n.\tO\n\n".repeat(20));
        String models = path("models");
        CapturedRun alone = run("annotator", "train", "--ner", labels.toString(), "--out", models);
        assertThat(alone.status()).isEqualTo(2);
        assertThat(alone.err()).contains("--treebank");

        CapturedRun ran =
                run(
                        "annotator",
                        "train",
                        "--ner",
                        labels.toString(),
                        "--from-bundled",
                        "--out",
                        models);
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("entities.bin", "causal-entities.bin").doesNotContain("pos");
        CapturedRun seen = run("inspect", "The gene TP53 is active.", "--models", models);
        assertThat(seen.status()).as(seen.err()).isZero();
        assertThat(seen.out()).contains("GENE");
    }

    @Test
    void confusionsOfTheModelsArePrinted() throws IOException {
        Path gold = folder.resolve("gold.tsv");
        Files.writeString(gold, "The\tO\nmayor\tO\nof\tO\nParis\tB-PERSON\n.\tO\n");
        CapturedRun ran = run("annotator", "eval", "--ner", gold.toString(), "--confusions", "1");
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.out()).containsPattern("full +PERSON +GPE +1 +100.0 %");
        CapturedRun tooMany =
                run("annotator", "eval", "--ner", gold.toString(), "--confusions", "21");
        assertThat(tooMany.status()).isEqualTo(2);
        assertThat(tooMany.err()).contains("--confusions 21", "0 to 20");
        CapturedRun noFiles =
                run(
                        "annotator",
                        "train",
                        "--ner",
                        gold.toString(),
                        "--types",
                        "GPE=LOC",
                        "--from-bundled",
                        "--out",
                        path("untouched"));
        assertThat(noFiles.status()).isEqualTo(2);
        assertThat(noFiles.err()).contains("--types", "--coarse-ner");
        assertThat(folder.resolve("untouched")).doesNotExist();
    }

    @Test
    void metadataFeaturesAreNamedWithTheirOptions() {
        CapturedRun seen =
                run("inspect", "In 1999", "--metadata", "shape,position(length=true)", "--json");
        assertThat(seen.status()).as(seen.err()).isZero();
        assertThat(seen.out()).contains("NUMBER", "WHOLE:3-4", "BEGIN:3-4");
        CapturedRun unknown = run("inspect", "In 1999", "--metadata", "shapes");
        assertThat(unknown.status()).isEqualTo(2);
        assertThat(unknown.err()).contains("unknown feature 'shapes'", "position, sentence, shape");
        assertThat(run("doctor").out()).contains("column, dictionary, ner, pos, position");
    }

    private static CapturedRun run(String... args) {
        return CapturedRun.of(args);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }
}
