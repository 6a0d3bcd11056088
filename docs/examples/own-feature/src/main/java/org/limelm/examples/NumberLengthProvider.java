package org.limelm.examples;

import java.util.ArrayList;
import java.util.List;
import org.limelm.annotate.feature.FeatureOptions;
import org.limelm.annotate.feature.FeatureProvider;
import org.limelm.annotate.feature.MetadataFeature;
import org.limelm.core.metadata.Feature;

/**
 * Feature {@code number_length}: the number of digits of a word, {@code NONE} for words without.
 * While a text grows, that of the word so far. Option {@code longest}: the largest number that has a
 * tag of its own; more digits have the same tag.
 *
 * <p>LIME finds the class through META-INF/services.
 */
public final class NumberLengthProvider implements FeatureProvider {
    @Override
    public String name() {
        return "number_length";
    }

    @Override
    public MetadataFeature create(FeatureOptions options) {
        int longest = Integer.parseInt(options.text("longest", "4"));
        List<String> tags = new ArrayList<>(List.of(Feature.NONE));
        for (int digits = 1; digits <= longest; digits++) {
            tags.add(digits + (digits == longest ? "+" : ""));
        }
        return MetadataFeature.ofWords(
                new Feature(name(), tags),
                "number_length 1", // change it with the code: it tells old tags from new ones
                word ->
                        (int)
                                Math.min(
                                        longest,
                                        word.codePoints().filter(Character::isDigit).count()));
    }
}
