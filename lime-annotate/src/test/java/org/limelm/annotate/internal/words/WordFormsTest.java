package org.limelm.annotate.internal.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordFormsTest {
    private static final WordClusters CLUSTERS =
            new WordClusters(Map.of("paris", 3, "00", 5, "tab\\", 1));

    @ParameterizedTest
    @CsvSource({
        "Paris, Aaa",
        "USA, AA",
        "A, A",
        "McDonald, AaAaa",
        "1969, 004",
        "3.5, 0.02",
        "1234567, 005",
        "well-known, aa-aa",
        "..., ..",
        "A-B-C-D-E-F-G, A-A-A-A-A-"
    })
    void shapesAreShort(String word, String shape) {
        assertThat(WordForms.shape(word)).isEqualTo(shape);
    }

    @Test
    void wordsAreNormalizedBeforeTheirClusterIsLookedUp() {
        assertThat(WordForms.of("PARIS", CLUSTERS).cluster()).hasToString("3");
        assertThat(WordForms.of("42", CLUSTERS).cluster()).hasToString("5");
        assertThat(WordForms.of("London", CLUSTERS).cluster()).hasToString("?");
    }

    @Test
    void theClusterOfALongWordIsThatOfItsEnd() {
        String word = "Very-long-word-about-nothing-in-Particular";
        WordClusters clusters = new WordClusters(Map.of(WordForms.clusterKey(word), 7));

        assertThat(WordForms.clusterKey(word)).hasSize(24).endsWith("in-particular");
        assertThat(WordForms.of(word, clusters).cluster()).hasToString("7");
        // not half of a pair of code units
        assertThat(WordForms.clusterKey("\uD83D\uDE00".repeat(12) + "a")).hasSize(23);
    }

    @ParameterizedTest
    @CsvSource({
        "Yes!), '', Yes, !)",
        "(No, (, No, ''",
        "...!!!, ...!, '', ...!",
        "\uD83D\uDE00!, \uD83D\uDE00!, '', \uD83D\uDE00!",
        "\uD83D\uDE00a\uD83D\uDE00, \uD83D\uDE00, a, \uD83D\uDE00"
    })
    void theMarksOfARunAreBeforeAndAfterItsCore(String run, String head, String core, String tail) {
        RunForms forms = RunForms.of(run, new WordFormCache(CLUSTERS));

        assertThat(forms.head()).hasToString(head);
        assertThat(forms.core().word()).hasToString(core);
        assertThat(forms.tail()).hasToString(tail);
    }

    @Test
    void affixesOfShortWordsAreWhole() {
        WordForms word = WordForms.of("Ab", CLUSTERS);

        assertThat(word.first(1)).hasToString("a");
        assertThat(word.last(5)).hasToString("ab");
    }

    @Test
    void clustersAreWrittenAndRead() throws IOException {
        WordClusters read = WordClusters.read(gzipped(CLUSTERS.toText()));

        assertThat(read.toText()).isEqualTo(CLUSTERS.toText()).contains("paris\t3\n");
    }

    @Test
    void aMalformedLineIsNamed() {
        assertThatThrownBy(() -> WordClusters.read(gzipped("paris three\n")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("paris three");
    }

    private static ByteArrayInputStream gzipped(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }
}
