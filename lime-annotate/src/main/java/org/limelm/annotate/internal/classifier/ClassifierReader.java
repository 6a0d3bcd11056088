package org.limelm.annotate.internal.classifier;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringTokenizer;

/**
 * Reads the binary files of OpenNLP's perceptrons and maximum entropy models, without an object for
 * each feature and its weights: {@code AbstractModelReader} of OpenNLP, which documents the format,
 * takes several times as long.
 */
final class ClassifierReader {
    private static final int FIRST_FEATURES = 1 << 16;

    private final DataInputStream in;

    ClassifierReader(InputStream in) {
        this.in = new DataInputStream(in);
    }

    /**
     * Reads a classifier.
     *
     * @throws IOException if it is of another type, or malformed
     */
    LinearModel read() throws IOException {
        try {
            readType();
            List<String> outcomes = readOutcomes();
            List<int[]> patterns = readPatterns(outcomes.size());
            return readWeights(outcomes, patterns, readFeatures());
        } catch (EOFException e) {
            throw new IOException("ends too early", e);
        }
    }

    private void readType() throws IOException {
        String type = in.readUTF();
        switch (type) {
            case "Perceptron" -> {}
            case "GIS" -> {
                in.readInt(); // the constant and the parameter of an obsolete correction
                in.readDouble();
            }
            default ->
                    throw new IOException(
                            "a model of type '%s', expected a perceptron or a maximum entropy model"
                                    .formatted(type));
        }
    }

    private List<String> readOutcomes() throws IOException {
        int count = readCount("outcomes");
        if (count > Short.MAX_VALUE) {
            throw new IOException("more than %d outcomes".formatted((int) Short.MAX_VALUE));
        }
        List<String> outcomes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            outcomes.add(in.readUTF());
        }
        return List.copyOf(outcomes);
    }

    /**
     * Reads the sets of outcomes that features have weights for.
     *
     * @return each the number of its features, which are consecutive, then its outcomes
     */
    private List<int[]> readPatterns(int outcomes) throws IOException {
        int count = readCount("sets of outcomes");
        List<int[]> patterns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            patterns.add(pattern(in.readUTF(), outcomes));
        }
        return patterns;
    }

    private static int[] pattern(String text, int outcomes) throws IOException {
        StringTokenizer numbers = new StringTokenizer(text, " ");
        int[] pattern = new int[numbers.countTokens()];
        for (int i = 0; i < pattern.length; i++) {
            String number = numbers.nextToken();
            try {
                pattern[i] = Integer.parseInt(number);
            } catch (NumberFormatException e) {
                throw new IOException("'%s' in a set of outcomes".formatted(number), e);
            }
            if (pattern[i] < 0 || (i > 0 && pattern[i] >= outcomes)) {
                throw new IOException(
                        "outcome %d of %d in a set of outcomes".formatted(pattern[i], outcomes));
            }
        }
        if (pattern.length == 0) {
            throw new IOException("an empty set of outcomes");
        }
        return pattern;
    }

    /** Returns the hash of each feature. */
    private long[] readFeatures() throws IOException {
        int count = readCount("features");
        long[] hashes = new long[Math.min(count, FIRST_FEATURES)];
        Feature feature = new Feature();
        for (int i = 0; i < count; i++) {
            if (i == hashes.length) { // no memory for features that a damaged file lacks
                hashes = Arrays.copyOf(hashes, (int) Math.min(count, 2L * i));
            }
            hashes[i] = feature.of(Form.of(in.readUTF())).hash();
        }
        return hashes;
    }

    private LinearModel readWeights(List<String> outcomes, List<int[]> patterns, long[] hashes)
            throws IOException {
        long features = 0;
        long weights = 0;
        for (int[] pattern : patterns) {
            features += pattern[0];
            weights += (long) pattern[0] * (pattern.length - 1);
        }
        if (features != hashes.length || weights > Integer.MAX_VALUE - 8) {
            throw new IOException(
                    "%d features with %d weights, expected %d features"
                            .formatted(features, weights, hashes.length));
        }
        LinearModel.Builder model = new LinearModel.Builder(outcomes, hashes, (int) weights);
        for (int[] pattern : patterns) {
            for (int i = 0; i < pattern[0]; i++) {
                for (int j = 1; j < pattern.length; j++) {
                    model.weight(pattern[j], (float) in.readDouble());
                }
                model.endFeature();
            }
        }
        return model.build();
    }

    private int readCount(String what) throws IOException {
        int count = in.readInt();
        if (count < 0) {
            throw new IOException("%d %s".formatted(count, what));
        }
        return count;
    }
}
