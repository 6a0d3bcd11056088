package org.limelm.annotate.subword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.limelm.core.LimeException;

class BpeTrainerTest {
    @Test
    void mergesAreThoseOfFullRecounts() {
        String text = TestTokenizers.words(600, 3) + " aaaa aaaaa aaaaaaa abababab";

        BpeVocabulary trained = train(List.of(text), 500);

        assertThat(trained.merges()).contains("a a").isEqualTo(naive(text, 500));
    }

    @Test
    void theSizeIsExactAndTheEndOfTextIsLast(@TempDir Path folder) {
        Path file = folder.resolve("tokenizer.json");
        train(List.of(TestTokenizers.TEXT), 300).write(file);
        try (SubwordTokenizer tokenizer = SubwordTokenizer.load(file)) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(300);
            assertThat(tokenizer.endOfTextId()).isEqualTo(299);
        }
    }

    @Test
    void theFileDependsOnCountsAndNotOnTheOrderOfTexts(@TempDir Path folder) throws Exception {
        List<String> texts = Arrays.asList(TestTokenizers.words(900, 5).split("(?= )"));
        List<String> reversed = new ArrayList<>(texts);
        java.util.Collections.reverse(reversed);
        train(texts, 400).write(folder.resolve("a.json"));
        train(reversed, 400).write(folder.resolve("b.json"));

        assertThat(folder.resolve("a.json")).hasSameBinaryContentAs(folder.resolve("b.json"));
        assertThat(Files.size(folder.resolve("a.json"))).isPositive();
    }

    @Test
    void tooLittleTextIsReportedWithThePossibleSize() {
        assertThatThrownBy(() -> train(List.of("ab ab"), 1000))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("gives 259 ids, expected 1000");
        assertThatThrownBy(() -> train(List.of("ab"), 256)).isInstanceOf(LimeException.class);
    }

    @Test
    void eightThousandMergesTakeSeconds() {
        String text = TestTokenizers.words(300_000, 7);
        long start = System.nanoTime();

        assertThat(train(List.of(text), 8192 + 257).size()).isEqualTo(8192 + 257);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
    }

    @Test
    void rareWordsMakeRoomForNewOnes() {
        List<String> texts = new ArrayList<>(List.of(" the of and".repeat(50)));
        for (char noise = 'a'; noise < 'a' + 20; noise++) {
            texts.add((" n" + noise).repeat(2));
        }
        texts.addAll(Collections.nCopies(6, " late"));

        Map<String, Long> all = BpeTrainer.countWords(texts.iterator(), texts.size());
        Map<String, Long> bounded = BpeTrainer.countWords(texts.iterator(), 10);

        assertThat(all).hasSize(24).containsEntry(" na", 2L);
        assertThat(bounded)
                .hasSizeLessThanOrEqualTo(10)
                .containsEntry(" the", 50L)
                .containsEntry(" late", 6L)
                .doesNotContainKey(" na");
    }

    private static BpeVocabulary train(List<String> texts, int size) {
        return BpeTrainer.train(texts.iterator(), size, BpeTrainer.Listener.SILENT);
    }

    /**
     * The definition: count all pairs, merge the most frequent one, the lowest ids in case of a
     * tie.
     */
    private static List<String> naive(String text, int size) {
        List<String> pieces = new ArrayList<>();
        for (char c : ByteAlphabet.sorted()) {
            pieces.add(String.valueOf(c));
        }
        List<List<String>> words =
                Arrays.stream(text.split("(?= )"))
                        .map(BpeTrainerTest::alphabet)
                        .collect(Collectors.toList());
        List<String> merges = new ArrayList<>();
        while (pieces.size() < size - 1) {
            Map<String, Integer> counts = new HashMap<>();
            for (List<String> word : words) {
                for (int i = 0; i + 1 < word.size(); i++) {
                    counts.merge(word.get(i) + " " + word.get(i + 1), 1, Integer::sum);
                }
            }
            String best =
                    counts.keySet().stream()
                            .min(
                                    java.util.Comparator.<String>comparingInt(
                                                    p -> -counts.getOrDefault(p, 0))
                                            .thenComparingInt(p -> pieces.indexOf(p.split(" ")[0]))
                                            .thenComparingInt(p -> pieces.indexOf(p.split(" ")[1])))
                            .orElseThrow();
            String[] pair = best.split(" ");
            for (List<String> word : words) {
                for (int i = 0; i + 1 < word.size(); i++) {
                    if (word.get(i).equals(pair[0]) && word.get(i + 1).equals(pair[1])) {
                        word.set(i, pair[0] + pair[1]);
                        word.remove(i + 1);
                    }
                }
            }
            merges.add(best);
            if (!pieces.contains(pair[0] + pair[1])) {
                pieces.add(pair[0] + pair[1]);
            }
        }
        return merges;
    }

    private static List<String> alphabet(String word) {
        List<String> characters = new ArrayList<>();
        for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
            characters.add(String.valueOf(ByteAlphabet.character(b & 0xFF)));
        }
        return characters;
    }

    @Test
    void progressIsReportedEachSecondAndEndsWithTheLastId() {
        List<Integer> sizes = new ArrayList<>();
        AtomicLong seconds = new AtomicLong();
        BpeTrainer.train(
                List.of(TestTokenizers.TEXT).iterator(),
                300,
                (size, total) -> {
                    assertThat(total).isEqualTo(300);
                    sizes.add(size);
                },
                () -> seconds.incrementAndGet() * 1_000_000_000L);
        assertThat(sizes).as("one report per merge, which takes a second").hasSizeGreaterThan(40);
        assertThat(sizes).isSorted().startsWith(256).endsWith(300);
    }
}
