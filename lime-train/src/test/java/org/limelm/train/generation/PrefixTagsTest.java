package org.limelm.train.generation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.annotator.LinguisticAnnotator;
import org.limelm.annotate.annotator.PrefixAnnotator;
import org.limelm.annotate.models.Annotators;
import org.limelm.core.io.Json;
import org.limelm.core.text.LinguisticToken;
import org.limelm.train.config.RunConfig;

/**
 * Tags that grow with the text, on 1,000 prefixes of the bundled sample: each is the tag that the
 * prefix has when it is annotated from scratch.
 */
class PrefixTagsTest {
    private static final int PREFIXES = 1_000;
    private static final int TEXT_CHARACTERS = 3_000;

    private final Annotators annotators = Annotators.bundled(AnnotatorOptions.defaults());

    @Test
    void prefixTagsAreThoseOfTheTextSoFarAnnotatedAsAWhole() throws IOException {
        List<String> texts = texts();
        LinguisticAnnotator fromScratch = annotators.newLinguisticAnnotator();
        Random random = new Random(1);
        int compared = 0;
        for (int i = 0; compared < PREFIXES; i++) {
            PrefixAnnotator growing =
                    new PrefixAnnotator(
                            annotators.newLinguisticAnnotator(), annotators.schema().size());
            StringBuilder prefix = new StringBuilder();
            for (String piece : pieces(texts.get(i % texts.size()), random)) {
                prefix.append(piece);
                if (piece.isBlank() || random.nextInt(20) > 0) {
                    growing.skip(piece.getBytes(StandardCharsets.UTF_8));
                    continue;
                }
                List<LinguisticToken> tokens = fromScratch.annotateLastSentence(prefix.toString());
                assertThat(growing.push(piece.getBytes(StandardCharsets.UTF_8)))
                        .as("after '%s'", end(prefix))
                        .isEqualTo(tokens.get(tokens.size() - 1).tagIds());
                compared++;
            }
        }
    }

    @Test
    void causalTagsAreThoseOfTheTextSoFarReadFromTheStart() throws IOException {
        List<String> texts = texts();
        IncrementalAnnotator fromScratch = annotators.newCausalAnnotator();
        Random random = new Random(2);
        int compared = 0;
        for (int i = 0; compared < PREFIXES; i++) {
            IncrementalAnnotator growing = annotators.newCausalAnnotator();
            List<String> pieces = pieces(texts.get(i % texts.size()), random);
            for (int n = 0; n < pieces.size(); n++) {
                int[] tags = growing.push(pieces.get(n).getBytes(StandardCharsets.UTF_8));
                if (random.nextInt(40) > 0) {
                    continue;
                }
                fromScratch.reset();
                int[] expected = {};
                for (String piece : pieces.subList(0, n + 1)) {
                    expected = fromScratch.push(piece.getBytes(StandardCharsets.UTF_8));
                }
                assertThat(tags).as("after %d pieces of text %d", n + 1, i).isEqualTo(expected);
                compared++;
            }
        }
    }

    private static String end(StringBuilder text) {
        return text.substring(Math.max(0, text.length() - 60));
    }

    /** Returns a text in pieces of 1 to 8 UTF-16 code units, none of which cuts a character. */
    private static List<String> pieces(String text, Random random) {
        List<String> pieces = new ArrayList<>();
        for (int from = 0; from < text.length(); ) {
            int to = Math.min(text.length(), from + 1 + random.nextInt(8));
            if (to < text.length() && Character.isLowSurrogate(text.charAt(to))) {
                to++;
            }
            pieces.add(text.substring(from, to));
            from = to;
        }
        return pieces;
    }

    private static List<String> texts() throws IOException {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(
                                        Objects.requireNonNull(
                                                RunConfig.class.getResourceAsStream(
                                                        "/org/limelm/train/sample/sotu.jsonl.gz"))),
                                StandardCharsets.UTF_8))) {
            return lines.lines()
                    .map(line -> Json.parse(line, JsonNode.class, "sample"))
                    .map(record -> record.get("text").asText())
                    .map(text -> text.substring(0, Math.min(text.length(), TEXT_CHARACTERS)))
                    .toList();
        }
    }
}
