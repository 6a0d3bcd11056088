package org.limelm.annotate.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.PosTagset;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.models.TrainedAnnotators;
import org.limelm.annotate.treebank.Treebank;
import org.limelm.annotate.treebank.TreebankSentence;
import org.limelm.annotate.treebank.TreebankToken;

class TreebankWriterTest {
    @TempDir Path folder;

    @Test
    void aTreebankReaderReadsTheWordsSentencesAndTagsBack() throws IOException {
        String first = "She didn't pay. He did.\n\nA new\u00a0paragraph (of a kind) begins.";
        String second = "Another document!";
        TrainedAnnotators annotators =
                Annotators.bundled(
                        new AnnotatorOptions(Optional.of(PosTagset.UPOS), Optional.empty()));
        StringBuilder conllu = new StringBuilder();
        TreebankWriter writer =
                new TreebankWriter(
                        annotators.newLinguisticAnnotator(),
                        annotators.schema().feature("pos"),
                        0,
                        true,
                        conllu);
        long words = writer.write("a", first) + writer.write("b", second);
        Path file = Files.writeString(folder.resolve("t.conllu"), conllu);

        List<TreebankSentence> sentences = Treebank.read(List.of(file));

        assertThat(sentences)
                .extracting(TreebankSentence::text)
                .containsExactly(
                        "She didn't pay.",
                        "He did.",
                        "A new paragraph (of a kind) begins.",
                        "Another document!");
        assertThat(sentences)
                .extracting(TreebankSentence::startsDocument)
                .containsExactly(true, false, false, true);
        assertThat(sentences)
                .extracting(TreebankSentence::startsParagraph)
                .containsExactly(true, false, true, true);
        assertThat(sentences.stream().mapToInt(sentence -> sentence.tokens().size()).sum())
                .isEqualTo((int) words);
        assertThat(sentences.get(0).tokens())
                .extracting(TreebankToken::upos)
                .containsExactly("PRON", "AUX", "PART", "VERB", "PUNCT");
    }
}
