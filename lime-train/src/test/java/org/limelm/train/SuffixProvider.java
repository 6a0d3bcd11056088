package org.limelm.train;

import java.util.ArrayList;
import java.util.List;
import org.limelm.annotate.feature.FeatureOptions;
import org.limelm.annotate.feature.FeatureProvider;
import org.limelm.annotate.feature.MetadataFeature;
import org.limelm.core.metadata.Feature;

// begin suffix
/** Feature {@code suffix}: how a word ends. Option {@code of}: the suffixes to tell apart. */
public final class SuffixProvider implements FeatureProvider {
    @Override
    public String name() {
        return "suffix";
    }

    @Override
    public MetadataFeature create(FeatureOptions options) {
        List<String> suffixes = List.of(options.text("of", "ing,ed,ly,s").split(","));
        List<String> tags = new ArrayList<>(List.of(Feature.NONE, "OTHER"));
        tags.addAll(suffixes);
        Feature feature = new Feature("suffix", tags);
        return MetadataFeature.ofWords(
                feature,
                "suffix 1", // change it with the code: it tells old tags from new ones
                word ->
                        suffixes.stream()
                                .filter(word::endsWith)
                                .findFirst()
                                .map(feature::id)
                                .orElse(feature.id("OTHER")));
    }
}
// end
