package org.limelm.annotate.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ClusterLearnerTest {
    private static final List<String> NAMES = List.of("Anna", "Ben", "Carl", "Dora");
    private static final List<String> VERBS = List.of("sees", "hears", "knows", "meets");

    @Test
    void wordsBetweenTheSameWordsShareACluster() {
        Map<String, String> clusters = clusters(sentences());

        assertThat(clusters.get("anna"))
                .isEqualTo(clusters.get("ben"))
                .isEqualTo(clusters.get("dora"))
                .isNotEqualTo(clusters.get("sees"));
        assertThat(clusters.get("hears")).isEqualTo(clusters.get("meets"));
    }

    @Test
    void rareWordsHaveNoCluster() {
        List<List<String>> sentences = sentences();
        sentences.add(List.of("Anna", "sees", "Zoe"));

        assertThat(clusters(sentences)).doesNotContainKey("zoe");
    }

    private static List<List<String>> sentences() {
        Random random = new Random(1);
        List<List<String>> sentences = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            String first = NAMES.get(random.nextInt(NAMES.size()));
            String verb = VERBS.get(random.nextInt(VERBS.size()));
            sentences.add(List.of(first, verb, NAMES.get(random.nextInt(NAMES.size()))));
        }
        return sentences;
    }

    private static Map<String, String> clusters(List<List<String>> sentences) {
        return ClusterLearner.learn(sentences)
                .toText()
                .lines()
                .collect(
                        Collectors.toMap(
                                line -> line.substring(0, line.indexOf('\t')),
                                line -> line.substring(line.indexOf('\t') + 1)));
    }
}
