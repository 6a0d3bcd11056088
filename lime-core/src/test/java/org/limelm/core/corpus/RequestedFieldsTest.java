package org.limelm.core.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.limelm.core.text.Document;
import org.limelm.core.text.DocumentFields;
import org.limelm.core.text.LabelledSpan;

/** Documents carry the fields of their records that were asked for, and no others. */
class RequestedFieldsTest {
    @TempDir Path folder;
    private CorpusFolder corpus;

    @BeforeEach
    void createCorpus() {
        corpus = new CorpusFolder(folder);
    }

    private Document read(String record, String... fields) throws IOException {
        corpus.write("c.jsonl", record);
        ReaderOptions options = CorpusFolder.TOLERANT.withFields(List.of(fields));
        return CorpusFolder.read(options, folder).get(0);
    }

    @Test
    void valuesAreTextAndMissingOrNullFieldsAreAbsent() throws IOException {
        Document document =
                read(
                        """
                        {"topic": "news", "year": 1999, "score": 0.5, "kept": true, "none": null, "other": "x", "text": "a"}
                        """,
                        "topic",
                        "year",
                        "score",
                        "kept",
                        "none",
                        "missing");
        assertThat(document.fields().values())
                .isEqualTo(Map.of("topic", "news", "year", "1999", "score", "0.5", "kept", "true"));
        assertThat(document.fields().value("missing")).isEmpty();
        assertThat(document.fields().spans("none")).isEmpty();
    }

    @Test
    void noFieldsAreReadByDefault() throws IOException {
        assertThat(read("{\"text\": \"a\", \"topic\": {}}").fields()).isSameAs(DocumentFields.NONE);
    }

    @Test
    void spansCountUnicodeCharactersAndBecomeUtf16Units() throws IOException {
        Document document =
                read(
                        """
                        {"ents": [{"start": 2, "end": 5, "label": "ORG"}, {"start": 0, "end": 1, "label": "X", "id": 7}], "text": "😀 IBM"}
                        """,
                        "ents");
        assertThat(document.fields().spans("ents"))
                .containsExactly(new LabelledSpan(3, 6, "ORG"), new LabelledSpan(0, 2, "X"));
        assertThat(document.text().substring(3, 6)).isEqualTo("IBM");
    }

    @Test
    void pathsReachNestedKeysAndOtherLabels() throws IOException {
        Document document =
                read(
                        """
                        {"text": "It is.", "metadata": {"language": {"code": "en"}}, "a.b": 1,
                         "tokens": [{"start": 0, "end": 2, "pos": "PRON"}, {"start": 3, "end": 5, "pos": ""}, {"start": 5, "end": 6}]}
                        """
                                .replace("\n", " "),
                        "metadata.language.code",
                        "a.b",
                        "tokens.pos");
        assertThat(document.fields().value("metadata.language.code")).contains("en");
        assertThat(document.fields().value("a.b")).contains("1");
        assertThat(document.fields().spans("tokens.pos"))
                .containsExactly(new LabelledSpan(0, 2, "PRON"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                                          | is an object, expected a string, a number, or a list",
                "[\"PER\"]                                   | item 0: not a span, expected {start, end, label}",
                "[{\"start\": 0, \"end\": \"3\"}]             | item 0: not a span",
                "[{\"start\": 0, \"end\": 2.5}]              | item 0: not a span",
                "[{\"start\": 0, \"end\": 2, \"label\": []}] | item 0: not a span",
                "[{\"start\": 0, \"end\": 4, \"label\": \"a\"}] | span 0 to 4, expected start < end within the text's 0 to 3 characters",
                "[{\"start\": -1, \"end\": 1, \"label\": \"a\"}] | span -1 to 1",
                "[{\"start\": 1, \"end\": 1, \"label\": \"a\"}] | span 1 to 1",
            })
    void aFieldOfAnotherShapeIsQuarantinedWithFileAndLine(String value, String detail)
            throws IOException {
        corpus.write(
                "c.jsonl",
                "{\"text\": \"ok\"}\n{\"text\": \"a\\ud83d\\ude00b\", \"f\": " + value + "}\n");
        ReaderOptions options = CorpusFolder.TOLERANT.withFields(List.of("f"));
        try (CorpusReader reader = CorpusReader.open(List.of(folder), options)) {
            reader.forEachRemaining(document -> assertThat(document.text()).isEqualTo("ok"));
            QuarantinedRecord bad = reader.quarantine().listed().get(0);
            assertThat(bad.origin()).isEqualTo(corpus.at("c.jsonl:2"));
            assertThat(bad.reason()).isEqualTo(QuarantineReason.BAD_FIELD);
            assertThat(bad.detail()).startsWith("field 'f'").contains(detail);
        }
    }

    @Test
    void namesAreDistinctAndNotBlank() {
        assertThatThrownBy(() -> ReaderOptions.defaults().withFields(List.of("a", "a")))
                .hasMessageContaining("[a, a], expected distinct names");
    }

    @Test
    void optionsWithoutFieldsKeepTheIdentityOfOlderJobs() {
        assertThat(ReaderOptions.defaults().identity())
                .isEqualTo(
                        "ReaderOptions[textField=text, idField=id, maxDocumentBytes=67108864,"
                                + " maxBadFraction=0.01, maxCompressionRatio=200]");
        assertThat(ReaderOptions.defaults().withFields(List.of("topic")).identity())
                .endsWith("maxCompressionRatio=200, fields=[topic]]");
    }
}
