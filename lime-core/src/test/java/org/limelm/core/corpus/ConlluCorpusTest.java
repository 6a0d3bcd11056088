package org.limelm.core.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.text.Document;
import org.limelm.core.text.DocumentFields;
import org.limelm.core.text.LabelledSpan;

/** CoNLL-U files as corpora: their text, and their own tags as fields. */
class ConlluCorpusTest {
    private static final String FILE =
            """
            # newdoc id = first
            # genre = news
            # sent_id = 1
            # text = She didn't go.
            1|She|she|PRON|PRP|_|_|_|_|_
            2-3|didn't|_|_|_|_|_|_|_|_
            2|did|do|AUX|VBD|_|_|_|_|_
            3|n't|not|PART|RB|_|_|_|_|_
            3.1|went|_|_|_|_|_|_|_|_
            4|go|go|VERB|VB|_|_|_|_|SpaceAfter=No
            5|.|.|PUNCT|.|_|_|_|_|_

            1|Du|_|_|_|_|_|_|_|Entity=(x)

            # newpar
            1-2|du|_|_|_|_|_|_|_|SpaceAfter=No
            1|de|_|ADP|_|_|_|_|_|_
            2|le|_|DET|_|_|_|_|_|_
            3|!|_|PUNCT|_|_|_|_|_|_

            # newdoc id = bad
            1|no columns

            # newdoc id = last
            # newpar
            1|Köln|_|PROPN|NNP|_|_|_|_|ner=GPE
            """
                    .replace('|', '\t');

    @TempDir Path folder;

    @Test
    void everyDocumentHasItsTextAndTheTagsThatAreAskedFor() throws IOException {
        CorpusFolder corpus = new CorpusFolder(folder);
        corpus.write("a.conllu", FILE);
        ReaderOptions options =
                CorpusFolder.TOLERANT.withFields(List.of("upos", "lemma", "ner", "genre"));
        try (CorpusReader reader = CorpusReader.open(List.of(folder), options)) {
            Document first = reader.next();
            assertThat(first.id()).isEqualTo("first");
            assertThat(first.origin()).isEqualTo(corpus.at("a.conllu:1"));
            assertThat(first.text()).isEqualTo("She didn't go. Du\n\ndu!");
            assertThat(first.fields().value("genre")).contains("news");
            assertThat(first.fields().spans("upos"))
                    .containsExactly(
                            new LabelledSpan(0, 3, "PRON"),
                            new LabelledSpan(4, 7, "AUX"),
                            new LabelledSpan(7, 10, "PART"),
                            new LabelledSpan(11, 13, "VERB"),
                            new LabelledSpan(13, 14, "PUNCT"),
                            new LabelledSpan(21, 22, "PUNCT"));
            Document last = reader.next();
            assertThat(last.text()).isEqualTo("Köln");
            assertThat(last.fields().spans("ner")).containsExactly(new LabelledSpan(0, 4, "GPE"));
            assertThat(reader.hasNext()).isFalse();
            assertThat(reader.quarantine().listed())
                    .extracting(QuarantinedRecord::toString)
                    .containsExactly(
                            corpus.at("a.conllu:22")
                                    + " bad-conllu (expected 10 tab-separated columns, found 2)");
        }
    }

    @Test
    void valuesOfMiscAreReadWithoutTheirEscapes() throws IOException {
        String misc = ConlluMisc.entry("tag", "a|b=\\p\tc") + "|" + "gloss=\\x\\";
        new CorpusFolder(folder).write("a.conllu", "1\tOne\t_\t_\t_\t_\t_\t_\t_\t" + misc + "\n");
        Document document =
                CorpusFolder.read(CorpusFolder.TOLERANT.withFields(List.of("tag", "gloss")), folder)
                        .get(0);
        assertThat(document.fields().spans("tag"))
                .containsExactly(new LabelledSpan(0, 3, "a|b=\\p\tc"));
        assertThat(document.fields().spans("gloss"))
                .containsExactly(new LabelledSpan(0, 3, "\\x\\"));
    }

    @Test
    void aFileWithoutDocumentsIsOne() throws IOException {
        CorpusFolder corpus = new CorpusFolder(folder);
        corpus.write(
                "b.conllu", "1\tOne\t_\t_\t_\t_\t_\t_\t_\t_\n\n1\tTwo\t_\t_\t_\t_\t_\t_\t_\t_\n");
        Document document = CorpusFolder.read(ReaderOptions.defaults(), folder).get(0);
        assertThat(document.text()).isEqualTo("One Two");
        assertThat(document.fields()).isSameAs(DocumentFields.NONE);
        assertThat(document.id()).isEqualTo(corpus.at("b.conllu:1"));
    }

    @Test
    void aLineThatIsTooLongOrNotUtf8RejectsItsDocument() throws IOException {
        CorpusFolder corpus = new CorpusFolder(folder);
        String word = "1\tOne\t_\t_\t_\t_\t_\t_\t_\t_\n\n";
        corpus.write("long.conllu", "# " + "x".repeat(5_000) + "\n" + word);
        Files.write(
                folder.resolve("bytes.conllu"),
                ("# \u00E9\n" + word).getBytes(StandardCharsets.ISO_8859_1));
        ReaderOptions options =
                CorpusFolder.TOLERANT.withMaxDocumentBytes(1_000).withMaxBadFraction(1);
        try (CorpusReader reader = CorpusReader.open(List.of(folder), options)) {
            assertThat(reader.hasNext()).isFalse();
            assertThat(reader.quarantine().counts())
                    .containsEntry(QuarantineReason.TOO_LARGE, 1L)
                    .containsEntry(QuarantineReason.INVALID_UTF8, 1L);
        }
    }
}
