package org.limelm.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares code that a document shows with code that a test runs. */
public final class DocumentedCode {
    private DocumentedCode() {}

    /**
     * Checks that a Java block of a document is the code between {@code // begin NAME} and {@code
     * // end} of a test.
     *
     * @param document path from the root of the project
     * @param test class of this module's tests
     */
    public static void assertShows(String document, Class<?> test, String name) throws IOException {
        Path source = Path.of("src/test/java", test.getName().replace('.', '/') + ".java");
        List<String> shown = between(Files.readString(Path.of("..", document)), "```java\n", "```");
        List<String> run = between(Files.readString(source), "// begin " + name + "\n", "// end");
        assertThat(shown).containsAll(run);
    }

    /** Returns the texts between two markers, without their common indentation. */
    private static List<String> between(String text, String begin, String end) {
        Matcher block =
                Pattern.compile(Pattern.quote(begin) + "(.*?)\\n *" + end, Pattern.DOTALL)
                        .matcher(text);
        List<String> blocks =
                block.results().map(found -> found.group(1).stripIndent().strip()).toList();
        assertThat(blocks).as("blocks after %s", begin).isNotEmpty();
        return blocks;
    }
}
