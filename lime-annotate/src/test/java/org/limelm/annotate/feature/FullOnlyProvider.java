package org.limelm.annotate.feature;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.limelm.core.metadata.Feature;

/** A feature of the tests that exists for whole texts only: every piece has the same tag. */
public final class FullOnlyProvider implements FeatureProvider {
    @Override
    public String name() {
        return "full_only";
    }

    @Override
    public MetadataFeature create(FeatureOptions options) {
        int tag = Integer.parseInt(options.text("tag", "1"));
        return new MetadataFeature() {
            @Override
            public Feature feature() {
                return new Feature("full_only", List.of(Feature.NONE, "LAST"));
            }

            @Override
            public String fingerprint() {
                return "1 " + tag;
            }

            @Override
            public Optional<WholeTextTagger> newWholeTextTagger() {
                return Optional.of(
                        text -> {
                            int[] tags = new int[text.pieces()];
                            Arrays.fill(tags, tag);
                            return tags;
                        });
            }
        };
    }
}
