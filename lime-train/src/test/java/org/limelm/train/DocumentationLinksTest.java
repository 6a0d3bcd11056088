package org.limelm.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Follows the links of the documents to files of the project, and to headings in them. */
class DocumentationLinksTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```|`[^`\n]*`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

    @Test
    void everyLinkToAFileOrAHeadingOfTheProjectHasATarget() throws IOException {
        List<Path> documents = documents();
        List<String> broken = new ArrayList<>();
        int followed = 0;
        for (Path document : documents) {
            String text = CODE.matcher(Files.readString(document)).replaceAll("");
            for (MatchResult link : LINK.matcher(text).results().toList()) {
                String target = link.group(1);
                if (!target.matches("[a-z]+:.*")) {
                    followed++;
                    if (!exists(document, target)) {
                        broken.add(document + " -> " + target);
                    }
                }
            }
        }
        assertThat(broken).isEmpty();
        assertThat(documents).hasSizeGreaterThan(20);
        assertThat(followed).isGreaterThan(50);
    }

    @Test
    void missingFilesAndHeadingsAreFound() throws IOException {
        Path readme = ROOT.resolve("README.md");
        assertThat(exists(readme, "docs/log.md")).isTrue();
        assertThat(exists(readme, "docs/lgo.md")).isFalse();
        assertThat(exists(readme, "#quick-start")).isTrue();
        assertThat(exists(readme, "docs/huggingface.md#which-architecture")).isTrue();
        assertThat(exists(readme, "docs/huggingface.md#which-archtecture")).isFalse();
    }

    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>();
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            Stream.concat(top, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .forEach(documents::add);
        }
        return documents;
    }

    private static boolean exists(Path document, String link) throws IOException {
        String[] parts = link.split("#", 2);
        Path file = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]).normalize();
        if (!Files.exists(file)) {
            return false;
        }
        return parts.length == 1
                || HEADING.matcher(Files.readString(file))
                        .results()
                        .anyMatch(heading -> anchor(heading.group(1)).equals(parts[1]));
    }

    /** Returns the anchor that GitHub and MkDocs give to a heading. */
    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .strip()
                .replace(' ', '-');
    }
}
