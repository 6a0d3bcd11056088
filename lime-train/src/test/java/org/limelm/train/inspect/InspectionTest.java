package org.limelm.train.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.annotator.LinguisticAnnotator;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.subword.BpeTrainer;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.text.LinguisticToken;

class InspectionTest {
    @TempDir private Path folder;

    /** Gives every word the tag WORD, in mode full alone. */
    private record OneTag() implements Annotators {
        private static final Pattern WORD = Pattern.compile("\\w+|[^\\w\\s]");

        @Override
        public MetadataSchema schema() {
            return new MetadataSchema(List.of(new Feature("pos", List.of(Feature.NONE, "WORD"))));
        }

        @Override
        public String id() {
            return "one tag";
        }

        @Override
        public LinguisticAnnotator newLinguisticAnnotator() {
            return text ->
                    WORD.matcher(text)
                            .results()
                            .map(
                                    word ->
                                            new LinguisticToken(
                                                    word.start(), word.end(), new int[] {1}))
                            .toList();
        }

        @Override
        public IncrementalAnnotator newCausalAnnotator() {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<String> missing(AnnotationMode mode) {
            return mode == AnnotationMode.CAUSAL ? schema().names() : List.of();
        }
    }

    @Test
    void whiteSpaceAfterAWordIsAGroupOfItsOwn() {
        String text = "Obama\tspoke.\n\nHe left.";
        Path tokenizer = folder.resolve("tokenizer.json");
        BpeTrainer.train(List.of(text).iterator(), 260, BpeTrainer.Listener.SILENT)
                .write(tokenizer);

        String html = Inspection.of(text, new OneTag(), Optional.of(tokenizer)).toHtml();

        String words =
                html.substring(html.indexOf("Mode full"), html.indexOf("<h2>Pieces"))
                        .replaceAll("<span class=\"pieces\">(<span>[^<]*</span>)*</span>", "")
                        .replaceAll("<span class=\"pos\"[^>]*>(\\w+)</span>", "/$1")
                        .replaceAll("<[^>]*>", "");
        assertThat(words.lines().skip(1).filter(line -> !line.isBlank()).toList())
                .containsExactly(
                        "Obama/WORD",
                        "⇥",
                        "spoke/WORD",
                        "./WORD",
                        "⏎⏎",
                        "He/WORD",
                        "left/WORD",
                        "./WORD");
    }

    @Test
    void whiteSpaceAndControlCharactersAreShownAsSymbols() {
        assertThat(Inspection.visible("a b\r\n\tc\u001b[2J\u0000\u007f\u009b"))
                .isEqualTo("a␣b␍⏎⇥c␛[2J␀␡\ufffd");
    }

    @Test
    void aPrintableTextKeepsAllButControlCharacters() {
        assertThat(Inspection.printable("naïve 東京 🙂\u001b]0;\u0007"))
                .isEqualTo("naïve 東京 🙂␛]0;␇");
    }
}
