package org.limelm.annotate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import opennlp.tools.ml.model.Context;
import opennlp.tools.ml.perceptron.PerceptronModel;
import org.junit.jupiter.api.Test;
import org.limelm.annotate.TinyModels;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.TagIds;
import org.limelm.annotate.annotator.TagSets;
import org.limelm.annotate.causal.CausalAnnotator;
import org.limelm.annotate.causal.CausalModels;
import org.limelm.annotate.internal.classifier.LinearModel;
import org.limelm.annotate.internal.classifier.TestClassifiers;
import org.limelm.annotate.internal.words.WordClusters;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.annotate.subword.TestTokenizers;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.text.Alignment;

/**
 * The work for one unit of text without whitespace, measured as what is allocated: twice the text
 * is twice the work.
 */
class LongUnitTest {
    /** Longer than the longest paragraph, chunk and word that is handled at once. */
    private static final int CHARS = 1 << 15;

    private static final double LINEAR = 2.5;

    private static Map<String, String> texts(int chars) {
        Map<String, String> texts = new TreeMap<>();
        texts.put("letters", random("abcdefghijklmnopqrstuvwxyz", chars));
        texts.put("mixed", random("abcdefghijklmnopqrstuvwxyz0123456789.,;:()\"'-$", chars));
        texts.put("numbers", "1,".repeat(chars / 2));
        texts.put("sentences", "ab.".repeat(chars / 3));
        texts.put("surrogates", "\uD83D\uDE42".repeat(chars / 2));
        return texts;
    }

    private static String random(String alphabet, int chars) {
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        while (text.length() < chars) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    @Test
    void annotationOfOneLongUnitIsLinearInFullAndCausal() {
        Map<String, String> single = texts(CHARS);
        Map<String, String> twice = texts(2 * CHARS);
        try (SubwordTokenizer tokenizer = TestTokenizers.byteLevel()) {
            for (AnnotationMode mode : List.of(AnnotationMode.FULL, AnnotationMode.CAUSAL)) {
                Alignment alignment =
                        mode == AnnotationMode.FULL ? Alignment.PLAIN : Alignment.LINGUISTIC;
                DocumentAnnotator annotator =
                        new DocumentAnnotator(TinyModels.annotators(), tokenizer, mode, alignment);
                annotator.annotate("Warm up. No classes are loaded while counting.");
                single.forEach(
                        (kind, text) -> {
                            long one = allocated(annotator, text);
                            long two = allocated(annotator, twice.getOrDefault(kind, ""));
                            assertThat((double) two / one)
                                    .as("%s, %s: %d and %d bytes", kind, mode, one, two)
                                    .isLessThan(LINEAR);
                        });
            }
        }
    }

    private static long allocated(DocumentAnnotator annotator, String text) {
        long before = allocatedBytes();
        assertThat(annotator.annotate(text).words()).isPositive();
        return allocatedBytes() - before;
    }

    @Test
    void aPieceOfALongRunIsTaggedWithBoundedWork() {
        CausalAnnotator annotator = new CausalAnnotator(oneWord(), oneTag());
        for (String text : texts(CHARS).values()) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            annotator.reset();
            long before = allocatedBytes();
            int pieces = 0;
            for (int at = 0; at < bytes.length; at += 3) {
                annotator.push(Arrays.copyOfRange(bytes, at, Math.min(at + 3, bytes.length)));
                pieces++;
            }
            assertThat((allocatedBytes() - before) / pieces)
                    .as("bytes allocated per piece")
                    .isLessThan(8_000);
        }
    }

    /** Returns classifiers with a single outcome, which begins no word. */
    private static CausalModels oneWord() {
        LinearModel model = always(CausalModels.CONTINUE);
        return new CausalModels(
                new WordClusters(Map.of()), model, Optional.of(model), Optional.of(always("O")));
    }

    private static LinearModel always(String outcome) {
        return TestClassifiers.of(
                new PerceptronModel(
                        new Context[] {new Context(new int[] {0}, new double[] {1})},
                        new String[] {"feature"},
                        new String[] {outcome}));
    }

    private static TagIds oneTag() {
        return new TagIds(
                new TagSets(List.of(CausalModels.CONTINUE), List.of())
                        .schema(AnnotatorOptions.defaults()));
    }

    private static long allocatedBytes() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }
}
