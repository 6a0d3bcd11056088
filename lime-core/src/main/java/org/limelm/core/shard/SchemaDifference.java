package org.limelm.core.shard;

import java.util.List;
import java.util.Locale;
import org.limelm.core.metadata.MetadataSchema;

/** Describes how two metadata schemas differ. */
final class SchemaDifference {
    private SchemaDifference() {}

    /** Returns a description of the first difference. */
    static String of(MetadataSchema found, MetadataSchema expected) {
        if (!found.names().equals(expected.names())) {
            return "features " + found.names() + ", expected " + expected.names();
        }
        for (String name : found.names()) {
            List<String> tags = found.feature(name).tags();
            List<String> expectedTags = expected.feature(name).tags();
            for (int id = 0; id < Math.min(tags.size(), expectedTags.size()); id++) {
                if (!tags.get(id).equals(expectedTags.get(id))) {
                    return String.format(
                            Locale.ROOT,
                            "tag %2$d of feature '%1$s' is %3$s, expected %4$s",
                            name,
                            id,
                            tags.get(id),
                            expectedTags.get(id));
                }
            }
            if (tags.size() != expectedTags.size()) {
                return String.format(
                        Locale.ROOT,
                        "feature '%s' has %d tags, expected %d",
                        name,
                        tags.size(),
                        expectedTags.size());
            }
        }
        return "none"; // not reached: the schemas differ
    }
}
