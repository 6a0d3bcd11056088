package org.limelm.annotate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import opennlp.tools.ml.model.MaxentModel;
import org.junit.jupiter.api.Test;
import org.limelm.annotate.TinyModels;
import org.limelm.annotate.align.AlignedPieces;
import org.limelm.annotate.align.PieceTagger;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.TagIds;
import org.limelm.annotate.annotator.TagSets;
import org.limelm.annotate.causal.CausalAnnotator;
import org.limelm.annotate.causal.CausalModels;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.annotate.subword.TestTokenizers;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.text.Alignment;

/**
 * The work for one unit of text without whitespace, measured as what is allocated and what the
 * classifiers read: twice the text is twice the work.
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
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThat(annotator.annotate(text).words()).isPositive();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void theCausalClassifiersReadABoundedTextPerPiece() {
        for (String text : texts(CHARS).values()) {
            Counting model = new Counting();
            int pieces = tagCausally(text, model);
            assertThat(model.calls).as("calls").isLessThanOrEqualTo(3L * pieces);
            assertThat(model.characters / pieces)
                    .as("characters of features per piece")
                    .isLessThan(4_000);
        }
    }

    /** Tags pieces of three bytes. */
    private static int tagCausally(String text, Counting model) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        List<Integer> lengths = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += 3) {
            lengths.add(Math.min(3, bytes.length - at));
        }
        int[] lengthOf = lengths.stream().mapToInt(Integer::intValue).toArray();
        AlignedPieces pieces =
                new AlignedPieces(new int[lengthOf.length], lengthOf, new int[lengthOf.length]);
        TagIds tags =
                new TagIds(
                        new TagSets(List.of(CausalModels.CONTINUE), List.of())
                                .schema(AnnotatorOptions.defaults()));
        CausalAnnotator annotator =
                new CausalAnnotator(
                        new CausalModels(model, Optional.of(model), Optional.of(model)), tags);
        PieceTagger.incremental(AnnotationMode.CAUSAL, annotator, 2)
                .tag(text, List.of(), pieces, OptionalInt.empty());
        return lengthOf.length;
    }

    /** Always has the same outcome, which begins no word; counts what it reads. */
    private static final class Counting implements MaxentModel {
        private long calls;
        private long characters;

        @Override
        public double[] eval(String[] context) {
            calls++;
            for (String feature : context) {
                characters += feature.length();
            }
            return new double[] {1};
        }

        @Override
        public double[] eval(String[] context, double[] probs) {
            return eval(context);
        }

        @Override
        public double[] eval(String[] context, float[] values) {
            return eval(context);
        }

        @Override
        public String getBestOutcome(double[] outcomes) {
            return CausalModels.CONTINUE;
        }

        @Override
        public String getAllOutcomes(double[] outcomes) {
            return CausalModels.CONTINUE;
        }

        @Override
        public String getOutcome(int i) {
            return "O";
        }

        @Override
        public int getIndex(String outcome) {
            return 0;
        }

        @Override
        public int getNumOutcomes() {
            return 1;
        }
    }
}
