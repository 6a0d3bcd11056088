package org.limelm.core.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.text.Document;

/** Text files of several documents with a separator between them. */
class SeparatedTextTest {
    @TempDir Path folder;

    @Test
    void theDocumentsAreBetweenTheSeparators() throws IOException {
        CorpusFolder corpus = new CorpusFolder(folder);
        corpus.write(
                "a.txt",
                "\ufeffOne.\n\nStill one.\n<|endoftext|>\r\nTwo.\n<|endoftext|>\n<|endoftext|>\nThree");
        ReaderOptions options = CorpusFolder.TOLERANT.withTextSeparator("<|endoftext|>");
        try (CorpusReader reader = CorpusReader.open(List.of(folder), options)) {
            List<Document> documents = new ArrayList<>();
            reader.forEachRemaining(documents::add);
            assertThat(documents)
                    .extracting(Document::text, Document::id, Document::origin)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple(
                                    "One.\n\nStill one.", "a.txt#1", corpus.at("a.txt#1")),
                            org.assertj.core.groups.Tuple.tuple(
                                    "Two.", "a.txt#2", corpus.at("a.txt#2")),
                            org.assertj.core.groups.Tuple.tuple(
                                    "Three", "a.txt#4", corpus.at("a.txt#4")));
            assertThat(reader.quarantine().size()).isZero();
        }
    }

    @Test
    void aPartLargerThanADocumentIsQuarantinedAndTheNextIsRead() throws IOException {
        CorpusFolder corpus = new CorpusFolder(folder);
        corpus.write("a.txt", "x".repeat(1001) + "\n\n" + "y".repeat(1000) + "\n\nz");
        ReaderOptions options = CorpusFolder.TOLERANT.withTextSeparator("\n\n");
        try (CorpusReader reader = CorpusReader.open(List.of(folder), options)) {
            assertThat(reader.next().text()).isEqualTo("y".repeat(1000));
            assertThat(reader.next().text()).isEqualTo("z");
            assertThat(reader.hasNext()).isFalse();
            assertThat(reader.quarantine().listed().toString())
                    .contains(corpus.at("a.txt#1 too-large (over 1000 bytes)"));
        }
    }

    /** The separator is found wherever it begins, also after a beginning of itself. */
    @Property(tries = 500)
    void thePartsAreThoseOfASplitAtTheFirstOccurrence(
            @ForAll @CharRange(from = 'a', to = 'b') @StringLength(max = 40) String text,
            @ForAll @CharRange(from = 'a', to = 'b') @StringLength(min = 1, max = 4)
                    String separator)
            throws IOException {
        SeparatedText parts =
                new SeparatedText(
                        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
                        separator.getBytes(StandardCharsets.UTF_8),
                        1000);
        List<String> found = new ArrayList<>();
        while (parts.next()) {
            found.add(StandardCharsets.UTF_8.decode(parts.bytes()).toString());
        }
        List<String> expected = new ArrayList<>();
        int from = 0;
        for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
            expected.add(text.substring(from, at));
            from = at + separator.length();
        }
        expected.add(text.substring(from));
        assertThat(found).isEqualTo(expected);
    }
}
