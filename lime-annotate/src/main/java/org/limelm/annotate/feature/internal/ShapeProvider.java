package org.limelm.annotate.feature.internal;

import java.util.ArrayList;
import java.util.List;
import org.limelm.annotate.feature.FeatureOptions;
import org.limelm.annotate.feature.FeatureProvider;
import org.limelm.annotate.feature.MetadataFeature;
import org.limelm.core.metadata.Feature;

/** Feature {@code shape}: the kinds of characters of a word. */
public final class ShapeProvider implements FeatureProvider {
    private static final String NAME = "shape";

    /** The shapes, in the order of their ids from 1 on. */
    enum Shape {
        /** Letters, none of them upper-case: {@code house}; also of scripts without case. */
        LOWER,
        /** A first upper-case letter, followed by lower-case ones: {@code House}, {@code I}. */
        CAPITALIZED,
        /** Several upper-case letters: {@code NATO}. */
        UPPER,
        /** Any other case: {@code iPhone}. */
        MIXED,
        /** Digits, and no letters: {@code 1863}, {@code 3,200.50}. */
        NUMBER,
        /** Digits and letters: {@code 19th}. */
        ALPHANUMERIC,
        /** Punctuation: {@code ,}. */
        PUNCTUATION,
        /** Anything else, such as symbols: {@code $}. */
        OTHER
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public MetadataFeature create(FeatureOptions options) {
        List<String> tags = new ArrayList<>(List.of(Feature.NONE));
        for (Shape shape : Shape.values()) {
            tags.add(shape.name());
        }
        Feature feature = new Feature(NAME, tags);
        return MetadataFeature.ofWords(
                feature, NAME + " 1", word -> feature.id(shape(word).name()));
    }

    /** Returns the shape of a word. */
    static Shape shape(String word) {
        int letters = 0;
        int upper = 0;
        boolean digits = false;
        boolean punctuation = true;
        int firstLetter = -1;
        for (int c : word.codePoints().toArray()) {
            if (Character.isLetter(c)) {
                firstLetter = letters++ == 0 ? c : firstLetter;
                upper += Character.isUpperCase(c) || Character.isTitleCase(c) ? 1 : 0;
            }
            digits |= Character.isDigit(c);
            punctuation &= isPunctuation(c);
        }
        if (letters == 0) {
            return digits ? Shape.NUMBER : punctuation ? Shape.PUNCTUATION : Shape.OTHER;
        }
        if (digits) {
            return Shape.ALPHANUMERIC;
        }
        if (upper == 0) {
            return Shape.LOWER;
        }
        boolean initial = Character.isUpperCase(firstLetter) || Character.isTitleCase(firstLetter);
        if (upper == 1 && initial) {
            return Shape.CAPITALIZED;
        }
        return upper == letters ? Shape.UPPER : Shape.MIXED;
    }

    private static boolean isPunctuation(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION ->
                    true;
            default -> false;
        };
    }
}
