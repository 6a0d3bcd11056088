package org.limelm.train.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.subword.BpeTrainer;

class InspectionTest {
    @TempDir private Path folder;

    @Test
    void whiteSpaceAfterAWordIsAGroupOfItsOwn() {
        String text = "Obama\tspoke.\n\nHe left.";
        Path tokenizer = folder.resolve("tokenizer.json");
        BpeTrainer.train(List.of(text).iterator(), 260, BpeTrainer.Listener.SILENT)
                .write(tokenizer);

        String html =
                Inspection.of(
                                text,
                                Annotators.bundled(AnnotatorOptions.defaults()),
                                Optional.of(tokenizer))
                        .toHtml();

        String full = html.substring(html.indexOf("Mode full"), html.indexOf("Mode causal"));
        assertThat(full)
                .contains(word("Obama", "NNP"), word("spoke", "VBD"), word("He", "PRP"))
                .containsPattern("<span class=\"text\">⇥</span></span>")
                .containsPattern("<span class=\"text\">⏎⏎</span>(<span class=\"pieces\">|</span>)");
    }

    private static String word(String text, String tag) {
        return "<span class=\"text\">"
                + text
                + "</span><span class=\"pos\" title=\"pos: "
                + tag
                + "\"";
    }
}
