package org.limelm.core.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.limelm.core.LimeException;
import org.limelm.core.corpus.PassedOverFiles.Reason;

/** Paths may be glob patterns. */
class PathPatternTest {
    @TempDir Path folder;

    @BeforeEach
    void writeFiles() throws IOException {
        CorpusFolder corpus = new CorpusFolder(folder);
        for (String name :
                List.of(
                        "a.txt",
                        "b.jsonl",
                        "c.json",
                        "d.pdf",
                        "one/a.txt",
                        "one/two/e.TXT",
                        "one/two/f.txt",
                        ".hidden/g.txt",
                        "part-00/h.md",
                        "part-01/sub/i.md",
                        "[x].txt")) {
            corpus.write(name, "{\"text\": \"a\"}");
        }
    }

    private List<String> matches(String pattern) {
        return CorpusFiles.list(List.of(folder.resolve(pattern))).files().stream()
                .map(file -> folder.relativize(file.path()).toString())
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*.txt            | [x].txt a.txt",
                "?.txt            | a.txt",
                "**/*.txt         | [x].txt a.txt one/a.txt one/two/f.txt",
                "one/**           | one/a.txt one/two/e.TXT one/two/f.txt",
                "one/**/f.txt     | one/two/f.txt",
                "part-*           | part-00/h.md part-01/sub/i.md",
                "part-0[1-9]/**/* | part-01/sub/i.md",
                "{a,b}.*          | a.txt b.jsonl",
                "*.json           | c.json",
                "[x].txt          | [x].txt",
            })
    void aPatternMatchesAsInAShell(String pattern, String expected) {
        assertThat(matches(pattern)).containsExactlyInAnyOrder(expected.split(" "));
    }

    @ParameterizedTest
    @CsvSource({"*.parquet", "*.pdf", "none/*.txt", "**/g.txt"})
    void aPatternThatMatchesNothingIsAnError(String pattern) {
        assertThatThrownBy(() -> matches(pattern))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining(pattern);
    }

    @Test
    void aMalformedPatternIsAnError() {
        assertThatThrownBy(() -> matches("a[.txt"))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("a[.txt] not a pattern: ");
    }

    @Test
    void aFileFoundTwiceIsReadOnceAndSaid() {
        CorpusFiles found =
                CorpusFiles.list(List.of(folder.resolve("a.txt"), folder.resolve("?.txt")));
        assertThat(found.files()).hasSize(1);
        assertThat(found.passedOver())
                .singleElement()
                .satisfies(files -> assertThat(files.reason()).isEqualTo(Reason.NAMED_TWICE));
        assertThat(found.passedOver().toString()).contains("1 named more than once, read once");
    }
}
