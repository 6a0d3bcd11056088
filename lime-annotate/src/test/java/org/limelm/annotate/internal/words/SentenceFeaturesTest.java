package org.limelm.annotate.internal.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.limelm.annotate.internal.classifier.Classification;
import org.limelm.annotate.internal.classifier.LinearModel;

class SentenceFeaturesTest {
    private static final int SENTENCES = 300;
    private static final String[] WORDS = {
        "The", "president", "of", "Paris", "New", "York", "met", "1,200", "dogs", "in", "May", "."
    };

    /** Training passes on every feature, annotation adds up sums that it has cached. */
    @ParameterizedTest
    @ValueSource(strings = {"pos-xpos.bin", "entities.bin"})
    void cachedSumsAreThoseOfTheFeatures(String file) throws IOException {
        LinearModel model = model(file);
        WordClusters clusters = WordClusters.read(bundled("word-clusters.bin"));
        boolean entities = file.startsWith("entities");
        SentenceFeatures cached = new SentenceFeatures(clusters, entities);
        SentenceFeatures plain = new SentenceFeatures(clusters, entities);
        WordScores scores = WordScores.ofBothSides(model);
        Random random = new Random(1);
        for (int i = 0; i < SENTENCES; i++) {
            String[] sentence = sentence(random);
            cached.startSentence(sentence);
            plain.startSentence(sentence);
            for (int w = 0; w < sentence.length; w++) {
                Classification sums = new Classification(model);
                cached.next(scores, sums);
                Classification expected = new Classification(model);
                plain.next(expected);
                assertThat(sums.sums()).isEqualTo(expected.sums());
                String tag = model.outcomes().get(random.nextInt(model.outcomes().size()));
                cached.tagged(tag);
                plain.tagged(tag);
            }
        }
    }

    private static String[] sentence(Random random) {
        List<String> words = new ArrayList<>();
        for (int i = random.nextInt(8); i >= 0; i--) {
            words.add(WORDS[random.nextInt(WORDS.length)]);
        }
        return words.toArray(String[]::new);
    }

    private static LinearModel model(String file) throws IOException {
        try (InputStream in = new GZIPInputStream(bundled(file))) {
            return LinearModel.read(new BufferedInputStream(in));
        }
    }

    private static InputStream bundled(String file) {
        return SentenceFeaturesTest.class.getResourceAsStream(
                "/org/limelm/annotate/models/" + file);
    }
}
