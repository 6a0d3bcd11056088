package org.limelm.core.shard;

import java.util.List;
import java.util.Locale;
import org.limelm.core.metadata.MetadataSchema;

/** What two metadata schemas differ in. */
final class SchemaDifference {
    private SchemaDifference() {}

    /** Returns the first difference in words. */
    static String of(MetadataSchema found, MetadataSchema expected) {
        if (!found.names().equals(expected.names())) {
            return "features " + found.names() + ", expected " + expected.names();
        }
        for (String name : found.names()) {
            List<String> tags = found.feature(name).tags();
            List<String> wanted = expected.feature(name).tags();
            for (int id = 0; id < Math.min(tags.size(), wanted.size()); id++) {
                if (!tags.get(id).equals(wanted.get(id))) {
                    return String.format(
                            Locale.ROOT,
                            "feature '%s' calls tag %d %s, expected %s",
                            name,
                            id,
                            tags.get(id),
                            wanted.get(id));
                }
            }
            if (tags.size() != wanted.size()) {
                return String.format(
                        Locale.ROOT,
                        "feature '%s' has %d tags, expected %d",
                        name,
                        tags.size(),
                        wanted.size());
            }
        }
        return "none"; // equal schemas do not come here
    }
}
