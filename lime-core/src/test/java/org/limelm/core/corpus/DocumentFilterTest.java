package org.limelm.core.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.ConfigException;

/** Filters leave documents out, and count them. */
class DocumentFilterTest {
    @TempDir Path folder;

    @Test
    void documentsAreLeftOutByLengthAndIfTheirTextOccurredBefore() throws IOException {
        CorpusFolder corpus = new CorpusFolder(folder);
        corpus.write("a.txt", "short");
        corpus.write("b.txt", "a text of the right length");
        corpus.write("c.txt", "a text of the right length");
        corpus.write("d.txt", "a text that is much longer than the maximum allows");
        corpus.write("e.txt", "another text of right length");
        ReaderOptions options =
                ReaderOptions.defaults().withFilter(new DocumentFilter(10, 30, 0, 0, true));
        try (CorpusReader reader = CorpusReader.open(List.of(folder), options)) {
            List<String> ids = new ArrayList<>();
            reader.forEachRemaining(document -> ids.add(document.id()));
            assertThat(ids).containsExactly("b.txt", "e.txt");
            assertThat(reader.filtered())
                    .isEqualTo(
                            Map.of(
                                    FilterReason.TOO_SHORT, 1L,
                                    FilterReason.TOO_LONG, 1L,
                                    FilterReason.DUPLICATE, 1L));
        }
    }

    @Test
    void hashesTellTextsApartInEverySize() {
        TextHashes hashes = new TextHashes();
        Set<String> reference = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            String text = Integer.toString(i * 7 % 15_000);
            assertThat(hashes.add(text)).isEqualTo(reference.add(text));
        }
        assertThat(reference).hasSize(15_000);
    }

    @Test
    void charactersPerTokenHaveTwoLimits() {
        DocumentFilter filter = DocumentFilter.none().withMinCharactersPerToken(2);
        assertThat(filter.keeps(19, 10)).isFalse();
        assertThat(filter.keeps(20, 10)).isTrue();
        assertThat(filter.withMaxCharactersPerToken(5).keeps(51, 10)).isFalse();
        assertThat(DocumentFilter.none().keeps(1, 100)).isTrue();
    }

    @Test
    void aMinimumAboveItsMaximumIsRejected() {
        assertThatThrownBy(() -> new DocumentFilter(10, 5, 0, 0, false))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("minCharacters 10 and maxCharacters 5, expected");
    }
}
