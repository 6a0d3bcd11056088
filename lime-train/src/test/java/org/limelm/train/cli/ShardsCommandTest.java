package org.limelm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.feature.FeatureSpec;
import org.limelm.core.corpus.CorpusReader;
import org.limelm.core.corpus.ReaderOptions;
import org.limelm.core.io.Json;
import org.limelm.core.text.Document;

/** {@code lime shards} on a small corpus of patterns and filters. */
class ShardsCommandTest {
    private static final String TEXT =
            "Dr. Smith of New York didn't pay $3,200.50.\nCafé 東京 😀 is open, and was in 1999.";

    @TempDir private static Path folder;

    @BeforeAll
    static void annotate() throws IOException {
        Files.createDirectories(folder.resolve("corpus/part"));
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            lines.append("{\"id\": \"d").append(i).append("\", \"body\": ");
            lines.append(Json.toLine(TEXT + (i < 18 ? " No. " + i : " Twice."))).append("}\n");
        }
        Files.writeString(folder.resolve("corpus/part/a.jsonl"), lines + "{\"body\": \"short\"}\n");
        Files.writeString(folder.resolve("corpus/part/notes.pdf"), "x");
        String pattern = path("corpus/**/*.jsonl");
        CapturedRun tokenizer =
                run(
                        "tokenizer",
                        "train",
                        pattern,
                        "--text-field",
                        "body",
                        "--out",
                        path("tokenizer.json"),
                        "--vocabulary",
                        "300");
        assertThat(tokenizer.status()).as(tokenizer.err()).isZero();
        CapturedRun annotate =
                run(
                        "annotate",
                        path("corpus"),
                        "--text-field",
                        "body",
                        "--min-characters",
                        "10",
                        "--deduplicate",
                        "--price-per-hour",
                        "0.05",
                        "--tokenizer",
                        path("tokenizer.json"),
                        "--out",
                        path("shards"));
        assertThat(annotate.status()).as(annotate.err()).isZero();
        assertThat(annotate.out())
                .contains("19 documents", "words/s", "core-hours", "bytes per token")
                .contains("Cost at 0.05 per core-hour: ")
                .contains("pos: NONE ", "ner: NONE ")
                .contains("Left out by filters: {too-short=1, duplicate=1}")
                .contains("Skipped: 1 of unsupported type (");
    }

    @Test
    void annotateSaysHowToBringSpark() {
        CapturedRun ran =
                run(
                        "annotate",
                        path("corpus"),
                        "--tokenizer",
                        path("tokenizer.json"),
                        "--runner",
                        "spark",
                        "--out",
                        path("on-spark"));
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.err())
                .contains("[spark] Apache Spark is not on the class path. Hint: set SPARK_HOME");
        assertThat(folder.resolve("on-spark")).doesNotExist();
    }

    @Test
    void optionsOutOfRangeAreWrongUsage() {
        CapturedRun annotate =
                run(
                        "annotate",
                        path("corpus"),
                        "--max-bad",
                        "1.5",
                        "--tokenizer",
                        path("tokenizer.json"),
                        "--out",
                        path("never"));
        assertThat(annotate.status()).isEqualTo(2);
        assertThat(annotate.err()).contains("maxBadFraction is 1.5, expected 0 to 1");
        for (String option : List.of("--pieces", "--documents")) {
            CapturedRun head = run("shards", "head", path("shards"), option, "-1");
            assertThat(head.status()).as(option).isEqualTo(2);
            assertThat(head.err()).contains(option + " -1", "expected 0 or more");
        }
    }

    /** The shards exist, and are reused. */
    @Test
    void theResultOfAnnotateHasTheFiguresOfItsSummary() {
        CapturedRun ran =
                run(
                        "annotate",
                        path("corpus"),
                        "--text-field",
                        "body",
                        "--min-characters",
                        "10",
                        "--deduplicate",
                        "--price-per-hour",
                        "0.05",
                        "--tokenizer",
                        path("tokenizer.json"),
                        "--out",
                        path("shards"),
                        "--json");
        assertThat(ran.status()).as(ran.err()).isZero();
        JsonNode result = json(ran);
        JsonNode stats = json(run("shards", "stats", path("shards"), "--json")).get(0);
        assertThat(result.path("documents").asInt()).isEqualTo(19);
        assertThat(result.path("bytesPerToken")).isEqualTo(stats.path("bytesPerToken"));
        assertThat(result.path("features")).isEqualTo(stats.path("features"));
        assertThat(result.path("features").get(0).path("shareOfNone").isDouble()).isTrue();
        assertThat(result.path("pricePerBillionTokens").isNull()).isTrue(); // nothing annotated
    }

    @Test
    void anyTagSurvivesTheExportAndNoIdControlsTheTerminal() throws IOException {
        String tag = "a|b=c\\d";
        Path corpus = folder.resolve("any.jsonl");
        Files.writeString(
                corpus,
                Json.toLine(Map.of("id", "d\u001b[2J\r", "text", "Hi \u001b[31m", "tag", tag)));
        FeatureSpec column =
                new FeatureSpec(
                        "column", Map.of("field", "tag", "tags", Json.toLine(List.of(tag))));
        CapturedRun annotate =
                run(
                        "annotate",
                        corpus.toString(),
                        "--metadata",
                        column.label(),
                        "--annotation",
                        "full",
                        "--price-per-hour",
                        "0.05",
                        "--tokenizer",
                        path("tokenizer.json"),
                        "--out",
                        path("any"),
                        "--json");
        assertThat(annotate.status()).as(annotate.err()).isZero();
        JsonNode result = json(annotate);
        assertThat(result.path("pricePerBillionTokens").asDouble())
                .isEqualTo(0.05 * result.path("coreHoursPerBillionTokens").asDouble());

        CapturedRun head = run("shards", "head", path("any"));
        assertThat(head.out()).doesNotContain("\u001b", "\r").contains("d␛[2J␍", tag);
        CapturedRun inspected = run("inspect", "Hi \u001b[31m", "--metadata", "shape");
        assertThat(inspected.out()).doesNotContain("\u001b").contains("␛");

        Path out = folder.resolve("any.conllu");
        assertThat(
                        run(
                                        "shards",
                                        "export",
                                        path("any"),
                                        "--format",
                                        "conllu",
                                        "--out",
                                        out.toString())
                                .status())
                .isZero();
        ReaderOptions options = ReaderOptions.defaults().withFields(List.of("column"));
        try (CorpusReader reader = CorpusReader.open(List.of(out), options)) {
            assertThat(reader.next().fields().spans("column"))
                    .isNotEmpty()
                    .allSatisfy(span -> assertThat(span.label()).isEqualTo(tag));
        }
    }

    @Test
    void verifyAcceptsIntactShardsAndNamesDamage() throws IOException {
        CapturedRun ran = run("shards", "verify", path("shards"), "--json");
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(json(ran).get(0).path("documents").asInt()).isEqualTo(19);

        Path damaged = folder.resolve("damaged");
        Files.createDirectories(damaged);
        try (var files = Files.list(folder.resolve("shards"))) {
            for (Path file : files.toList()) {
                Files.copy(file, damaged.resolve(file.getFileName()));
            }
        }
        Path shard = damaged.resolve("shard-00000.safetensors");
        byte[] bytes = Files.readAllBytes(shard);
        bytes[bytes.length - 5] ^= 1;
        Files.write(shard, bytes);
        CapturedRun bad = run("shards", "verify", damaged.toString());
        assertThat(bad.status()).isEqualTo(1);
        assertThat(bad.err()).contains(shard.toString(), "SHA-256");
    }

    @Test
    void statsCountEveryTag() throws IOException {
        CapturedRun ran = run("shards", "stats", path("shards"), "--json");
        assertThat(ran.status()).as(ran.err()).isZero();
        JsonNode stats = json(ran).get(0);
        long tokens = stats.path("tokens").asLong();
        JsonNode pos = stats.path("features").get(0);
        long counted = 0;
        for (JsonNode tag : pos.path("tags")) {
            counted += tag.path("count").asLong();
        }
        assertThat(counted).isEqualTo(tokens - 19).isEqualTo(pos.path("tokens").asLong());
        assertThat(stats.path("provenance").path("filtered").asText())
                .isEqualTo("{too-short=1, duplicate=1}");
        assertThat(ran.err()).contains("bytes per token", "share in %", "CD");
    }

    @Test
    void headShowsWhereADocumentWasRead() throws IOException {
        CapturedRun ran =
                run(
                        "shards",
                        "head",
                        path("shards"),
                        "--documents",
                        "2",
                        "--html",
                        path("head.html"));
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("document 0: d0, from " + folder.resolve("corpus/part/a.jsonl") + ":1")
                .contains("document 1: d1, from " + folder.resolve("corpus/part/a.jsonl") + ":2")
                .contains("NNP");
        assertThat(Files.readString(folder.resolve("head.html")))
                .contains("<h2>document 1: d1, from ", "class=\"entity\"", "title=\"pos: NNP\"");
    }

    @Test
    void exportedLinesAreACorpusWithTheirTagsAsFields() throws IOException {
        Path out = folder.resolve("export.jsonl");
        assertThat(run("shards", "export", path("shards"), "--out", out.toString()).status())
                .isZero();
        ReaderOptions options = ReaderOptions.defaults().withFields(List.of("pieces.pos"));
        try (CorpusReader reader = CorpusReader.open(List.of(out), options)) {
            Document first = reader.next();
            assertThat(first.id()).isEqualTo("d0");
            assertThat(first.text()).isEqualTo(TEXT + " No. 0");
            assertThat(first.fields().spans("pieces.pos")).isNotEmpty();
            assertThat(reader).toIterable().hasSize(18);
        }
    }

    @Test
    void exportedConlluHasTheTextAgain() throws IOException {
        Path out = folder.resolve("export.conllu");
        assertThat(
                        run(
                                        "shards",
                                        "export",
                                        path("shards"),
                                        "--format",
                                        "conllu",
                                        "--from",
                                        "1",
                                        "--documents",
                                        "2",
                                        "--out",
                                        out.toString())
                                .status())
                .isZero();
        ReaderOptions options = ReaderOptions.defaults().withFields(List.of("xpos", "origin"));
        try (CorpusReader reader = CorpusReader.open(List.of(out), options)) {
            Document second = reader.next();
            assertThat(second.id()).isEqualTo("d1");
            assertThat(second.text()).isEqualTo(TEXT.replace('\n', ' ') + " No. 1");
            assertThat(second.fields().spans("xpos")).isNotEmpty();
            assertThat(second.fields().value("origin").orElseThrow()).endsWith("a.jsonl:2");
            assertThat(reader.next().id()).isEqualTo("d2");
            assertThat(reader.hasNext()).isFalse();
        }
    }

    @Test
    void exportEndsWithTheFirstDocumentThatCannotBeWritten() {
        FullDisk disk = new FullDisk();
        CapturedRun ran = CapturedRun.writingTo(disk, "shards", "export", path("shards"));
        assertThat(ran.status()).isEqualTo(Lime.FAILED);
        assertThat(ran.err()).contains("lime: [standard output] cannot be written");
        assertThat(disk.writes()).as("19 documents").isEqualTo(1);
    }

    @Test
    void anotherTokenizerIsRefused() throws IOException {
        Path other = folder.resolve("other.json");
        Files.writeString(
                other, Files.readString(folder.resolve("tokenizer.json")).stripTrailing() + "\n\n");
        CapturedRun ran = run("shards", "head", path("shards"), "--tokenizer", other.toString());
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.err()).contains("its tokens were made by tokenizer");
    }

    private static JsonNode json(CapturedRun ran) {
        return Json.parse(ran.lastLine(), JsonNode.class, "output");
    }

    private static CapturedRun run(String... args) {
        return CapturedRun.of(args);
    }

    private static String path(String name) {
        return folder.resolve(name).toString();
    }
}
