package org.limelm.annotate.treebank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.TinyModels;
import org.limelm.core.LimeException;
import org.limelm.core.corpus.CorpusReader;
import org.limelm.core.corpus.ReaderOptions;

class GoldFilesTest {
    private static final String WORD = "1\tHi\t_\tINTJ\tUH\t_\t_\t_\t_\t_\n";
    @TempDir Path folder;

    @Test
    void aTreebankMarksDocumentsParagraphsAndSpaces() throws IOException {
        List<TreebankSentence> sentences = Treebank.read(List.of(TinyModels.treebank(folder)));

        assertThat(sentences.get(0).text()).isEqualTo("Dr. Smith didn't pay $3,200.50 in Paris.");
        assertThat(sentences.get(0).startsDocument()).isTrue();
        assertThat(sentences.get(1).startsParagraph()).isFalse();
        assertThat(sentences.get(2).startsParagraph()).isTrue();
        assertThat(sentences.get(2).startsDocument()).isFalse();
    }

    @Test
    void multiwordTokensGiveWordsWithoutSpaceBetween() throws IOException {
        Path file =
                write(
                        "a.conllu",
                        """
                        1-2\tcannot\t_\t_\t_\t_\t_\t_\t_\t_
                        1\tcan\t_\tAUX\tMD\t_\t_\t_\t_\t_
                        2\tnot\t_\tPART\tRB\t_\t_\t_\t_\t_
                        2.1\tgone\t_\tVERB\tVB\t_\t_\t_\t_\t_
                        3\tgo\t_\tVERB\tVB\t_\t_\t_\t_\t_
                        """);

        assertThat(Treebank.read(List.of(file)).get(0).text()).isEqualTo("cannot go");
    }

    /** OpenNLP's models tag them in the same way; a corpus has the same text. */
    @Test
    void aMultiwordTokenOfOtherLettersIsOneWordWithTheTagsOfAll() throws IOException {
        Path file =
                write(
                        "de.conllu",
                        """
                        1\tEr\t_\tPRON\tPPER\t_\t_\t_\t_\t_
                        2\tgeht\t_\tVERB\tVVFIN\t_\t_\t_\t_\t_
                        3-4\tzum\t_\t_\t_\t_\t_\t_\t_\t_
                        3\tzu\t_\tADP\tAPPR\t_\t_\t_\t_\t_
                        4\tdem\t_\tDET\t_\t_\t_\t_\t_\t_
                        5\tTor\t_\tNOUN\tNN\t_\t_\t_\t_\tSpaceAfter=No
                        6-7\tam\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No
                        6\tan\t_\tADP\t_\t_\t_\t_\t_\t_
                        7\tdem\t_\tDET\t_\t_\t_\t_\t_\t_
                        8\t.\t_\tPUNCT\t$.\t_\t_\t_\t_\t_
                        """);

        TreebankSentence sentence = Treebank.read(List.of(file)).get(0);

        assertThat(sentence.text()).isEqualTo("Er geht zum Toram.");
        assertThat(sentence.tokens().get(2))
                .isEqualTo(new TreebankToken("zum", "ADP+DET", "APPR", true));
        assertThat(sentence.tokens().get(4))
                .isEqualTo(new TreebankToken("am", "ADP+DET", "_", false));
        try (CorpusReader corpus = CorpusReader.open(List.of(file), ReaderOptions.defaults())) {
            assertThat(corpus.next().text()).isEqualTo(sentence.text());
        }
    }

    @Test
    void onlyTheKeySpaceAfterJoinsWords() throws IOException {
        Path file =
                write(
                        "misc.conllu",
                        """
                        1\tIts\t_\tPRON\tPRP\t_\t_\t_\t_\tCorrectSpaceAfter=No
                        2\tfine\t_\tADJ\tJJ\t_\t_\t_\t_\tLang=en|SpaceAfter=No
                        3\t.\t_\tPUNCT\t.\t_\t_\t_\t_\t_
                        """);

        assertThat(Treebank.read(List.of(file)).get(0).text()).isEqualTo("Its fine.");
    }

    @Test
    void aTreebankLineWithoutTenColumnsIsNamed() throws IOException {
        Path file = write("bad.conllu", WORD + "2\tthere\tINTJ\n");

        assertThatThrownBy(() -> Treebank.read(List.of(file)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("bad.conllu:2")
                .hasMessageContaining("10");
    }

    @Test
    void anInvalidWordNumberIsNamed() throws IOException {
        Path file = write("bad.conllu", "# text = Hi\n" + WORD.replace("1\tHi", "one\tHi"));

        assertThatThrownBy(() -> Treebank.read(List.of(file)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("bad.conllu:2")
                .hasMessageContaining("'one'");
    }

    @Test
    void aTreebankWithoutSentencesIsRejected() throws IOException {
        Path file = write("empty.conllu", "\n\n");

        assertThatThrownBy(() -> Treebank.read(List.of(file)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("empty.conllu");
    }

    @Test
    void anEntityLineWithoutTabIsNamed() throws IOException {
        Path file = write("bad.tsv", "Paris\tB-GPE\n\nLondon B-GPE\n");

        assertThatThrownBy(() -> EntityFile.readAll(List.of(file)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("bad.tsv:3")
                .hasMessageContaining("London B-GPE");
    }

    @Test
    void anEntityLineWithAnInvalidTagIsNamed() throws IOException {
        Path file = write("bad.tsv", "Paris\tGPE\n");

        assertThatThrownBy(() -> EntityFile.readAll(List.of(file)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("bad.tsv:1");
    }

    @Test
    void aTreebankWordWithoutFormIsNamed() throws IOException {
        Path file = write("blank.conllu", WORD + "2\t\t_\tINTJ\tUH\t_\t_\t_\t_\t_\n");

        assertThatThrownBy(() -> Treebank.read(List.of(file)))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("blank.conllu:2", "without a form");
    }

    @Test
    void entitiesMayBeginWithI() throws IOException {
        Path file = write("iob.tsv", "Ann\tNNP\tI-PER\nLee\tNNP\tI-PER\nRome\tNNP\tI-LOC\n");

        EntitySentence sentence = EntityFile.readAll(List.of(file)).get(0);
        assertThat(sentence.words()).containsExactly("Ann", "Lee", "Rome");
        assertThat(sentence.tags()).containsExactly("B-PER", "I-PER", "B-LOC");
    }

    @Test
    void gzippedFilesAreRead() throws IOException {
        Path file = folder.resolve("a.tsv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("-DOCSTART-\tO\n\nParis\tB-GPE\n".getBytes(StandardCharsets.UTF_8));
        }

        assertThat(EntityFile.readAll(List.of(file)))
                .containsExactly(new EntitySentence(true, List.of("Paris"), List.of("B-GPE")));
    }

    @Test
    void invalidUtf8IsRejectedWithFileAndLine() throws IOException {
        Path entities = folder.resolve("latin1.tsv");
        Files.write(entities, "Caf\tO\nCaf\u00e9\tO\n".getBytes(StandardCharsets.ISO_8859_1));
        Path treebank = folder.resolve("latin1.conllu");
        Files.write(treebank, ("# text = H\u00ed\n" + WORD).getBytes(StandardCharsets.ISO_8859_1));
        Path utf16 = folder.resolve("utf16.tsv");
        Files.write(utf16, "\uFEFFParis\tB-GPE\n".getBytes(StandardCharsets.UTF_16LE));

        assertThatThrownBy(() -> EntityFile.readAll(List.of(entities)))
                .isInstanceOf(LimeException.class)
                .hasMessageContainingAll("latin1.tsv:2", "byte 0xE9 at position 4", "UTF-8");
        assertThatThrownBy(() -> Treebank.read(List.of(treebank)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("latin1.conllu:1");
        assertThatThrownBy(() -> EntityFile.readAll(List.of(utf16)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("utf16.tsv:1");
    }

    @Test
    void byteOrderMarksAndOtherLineEndsChangeNothing() throws IOException {
        String plain = "Paris\tB-GPE\n\nRome\tB-GPE\n";
        List<EntitySentence> expected = EntityFile.readAll(List.of(write("a.tsv", plain)));
        // two concatenated files, each with a mark
        String marked = "\uFEFFParis\tB-GPE\n\n\uFEFFRome\tB-GPE\n";

        assertThat(EntityFile.readAll(List.of(write("b.tsv", marked)))).isEqualTo(expected);
        assertThat(EntityFile.readAll(List.of(write("c.tsv", plain.replace("\n", "\r\n")))))
                .isEqualTo(expected);
        assertThat(EntityFile.readAll(List.of(write("d.tsv", plain.replace("\n", "\r")))))
                .isEqualTo(expected);
        assertThat(Treebank.read(List.of(write("e.conllu", "\uFEFF" + WORD))))
                .isEqualTo(Treebank.read(List.of(write("f.conllu", WORD))));
    }

    @Test
    void aTruncatedGzippedFileIsRejectedByName() throws IOException {
        Path file = folder.resolve("cut.tsv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("Paris\tB-GPE\n\n".repeat(1000).getBytes(StandardCharsets.UTF_8));
        }
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 12));

        assertThatThrownBy(() -> EntityFile.readAll(List.of(file)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("cut.tsv.gz");
    }

    @Test
    void gzipMembersAreReadOneAfterAnother() throws IOException {
        Path file = folder.resolve("two.tsv.gz");
        byte[] first = gzipped("Paris\tB-GPE\n\n");
        byte[] second = gzipped("Rome\tB-GPE\n\n");
        ByteBuffer both = ByteBuffer.allocate(first.length + second.length).put(first).put(second);
        Files.write(file, both.array());
        assertThat(EntityFile.readAll(List.of(file))).hasSize(2);

        both.put(first.length, (byte) 0); // in the header of the second one
        Files.write(file, both.array());
        assertThatThrownBy(() -> EntityFile.readAll(List.of(file)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("two.tsv.gz");
    }

    private static byte[] gzipped(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    @Test
    void anEndlessLineIsRejectedBeforeItFillsMemory() throws IOException {
        Path file = write("long.tsv", "x".repeat(2 << 20));

        assertThatThrownBy(() -> EntityFile.readAll(List.of(file)))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("long.tsv:1");
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
