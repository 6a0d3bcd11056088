package org.limelm.train.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.ConfigException;
import org.limelm.core.corpus.CorpusReader;
import org.limelm.core.corpus.ReaderOptions;
import picocli.CommandLine;

class CorpusOptionsTest {
    @TempDir private Path folder;

    private static ReaderOptions separator(String separator) {
        return CommandLine.populateCommand(
                        new CorpusOptions(), "--text-separator", separator, "--max-bad", "0")
                .reader();
    }

    @Test
    void theSeparatorsOfTheDocumentationSplitTexts() throws IOException {
        Path lineFeeds = Files.writeString(folder.resolve("a.txt"), "One\nline.\n\nTwo.\n");
        Path both = Files.writeString(folder.resolve("b.txt"), "One\r\nline.\r\n\r\nTwo.\r\n");

        assertThat(texts(lineFeeds, separator("\\n\\n"))).containsExactly("One\nline.", "Two.");
        assertThat(texts(both, separator("\\r\\n\\r\\n"))).containsExactly("One\r\nline.", "Two.");
        assertThat(separator("<|endoftext|>").textSeparator()).isEqualTo("<|endoftext|>");
        assertThat(separator("\\t\\\\n").textSeparator()).isEqualTo("\t\\n");
    }

    @Test
    void anUnknownEscapeIsRejected() {
        for (String wrong : List.of("\\d", "x\\")) {
            assertThatThrownBy(() -> separator(wrong))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContainingAll("--text-separator", "'" + wrong + "'", "\\r");
        }
    }

    private static List<String> texts(Path file, ReaderOptions options) {
        List<String> texts = new ArrayList<>();
        try (CorpusReader reader = CorpusReader.open(List.of(file), options)) {
            reader.forEachRemaining(document -> texts.add(document.text()));
        }
        return texts;
    }
}
