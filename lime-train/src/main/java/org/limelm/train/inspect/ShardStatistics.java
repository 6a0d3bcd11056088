package org.limelm.train.inspect;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.limelm.core.metadata.Feature;
import org.limelm.core.shard.ShardManifest;
import org.limelm.core.shard.ShardSet;

/**
 * What a folder of shards contains.
 *
 * @param folder the folder
 * @param annotation annotation mode of the tags
 * @param shards number of shards
 * @param documents number of documents
 * @param tokens number of subword pieces, ends of text included
 * @param bytes UTF-8 bytes of text
 * @param bytesPerToken bytes / tokens; 0 without tokens
 * @param features the tags of each feature
 * @param provenance informational entries of the manifest: words, reader, filtered …
 */
public record ShardStatistics(
        Path folder,
        String annotation,
        int shards,
        long documents,
        long tokens,
        long bytes,
        double bytesPerToken,
        List<TagDistribution> features,
        Map<String, String> provenance) {
    private static final int CHUNK = 1 << 16;
    private static final int SHOWN_TAGS = 6;

    /**
     * The tags of a feature.
     *
     * @param feature its name
     * @param tokens number of pieces without ends of text
     * @param shareOfNone fraction of them without a tag, 0 to 1
     * @param tags every tag that occurs, most frequent first
     */
    public record TagDistribution(
            String feature, long tokens, double shareOfNone, List<TagCount> tags) {}

    /**
     * A tag.
     *
     * @param tag its name
     * @param count number of pieces
     * @param share fraction of all pieces without ends of text, 0 to 1
     */
    public record TagCount(String tag, long count, double share) {}

    /**
     * Reads the tags of a folder.
     *
     * @throws org.limelm.core.LimeException if a shard is missing or damaged
     */
    public static ShardStatistics of(Path folder) {
        try (ShardSet shards = ShardSet.open(folder)) {
            ShardManifest manifest = shards.manifest();
            List<Feature> features = manifest.schema().features();
            long[][] counts = count(shards, features, manifest.tokenizer().endOfTextId());
            List<TagDistribution> distributions = new ArrayList<>();
            for (int f = 0; f < features.size(); f++) {
                distributions.add(distribution(features.get(f), counts[f]));
            }
            long tokens = manifest.totals().tokens();
            return new ShardStatistics(
                    folder,
                    manifest.annotation().label(),
                    manifest.shards().size(),
                    manifest.totals().documents(),
                    tokens,
                    manifest.totals().bytes(),
                    tokens == 0 ? 0 : (double) manifest.totals().bytes() / tokens,
                    distributions,
                    manifest.provenance());
        }
    }

    /** Counts tags, [feature][tag id]. */
    private static long[][] count(ShardSet shards, List<Feature> features, int endOfText) {
        long[][] counts = new long[features.size()][];
        for (int f = 0; f < counts.length; f++) {
            counts[f] = new long[features.get(f).size()];
        }
        int[] ids = new int[CHUNK];
        int[] tags = new int[CHUNK];
        for (long from = 0; from < shards.tokenCount(); from += CHUNK) {
            int length = (int) Math.min(CHUNK, shards.tokenCount() - from);
            shards.readTokens(from, ids, 0, length);
            for (int f = 0; f < counts.length; f++) {
                shards.readTags(f, from, tags, 0, length);
                for (int i = 0; i < length; i++) {
                    counts[f][tags[i]] += ids[i] == endOfText ? 0 : 1;
                }
            }
        }
        return counts;
    }

    private static TagDistribution distribution(Feature feature, long[] counts) {
        long all = java.util.Arrays.stream(counts).sum();
        double divisor = Math.max(1, all);
        List<TagCount> tags = new ArrayList<>();
        for (int id = 0; id < counts.length; id++) {
            if (counts[id] > 0) {
                tags.add(new TagCount(feature.tag(id), counts[id], counts[id] / divisor));
            }
        }
        tags.sort(Comparator.comparingLong(TagCount::count).reversed());
        return new TagDistribution(
                feature.name(), all, counts[Feature.NONE_ID] / divisor, List.copyOf(tags));
    }

    /** Returns a line on bytes per token, and one on the most frequent tags of each feature. */
    public String summary() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "%.2f bytes per token%n", bytesPerToken));
        for (TagDistribution feature : features) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "%s: NONE %.1f %%, %s%n",
                            feature.feature(),
                            100 * feature.shareOfNone(),
                            mostFrequent(feature)));
        }
        return text.toString();
    }

    private static String mostFrequent(TagDistribution feature) {
        List<TagCount> tagged =
                feature.tags().stream().filter(tag -> !tag.tag().equals(Feature.NONE)).toList();
        return tagged.stream()
                .limit(SHOWN_TAGS)
                .map(tag -> String.format(Locale.ROOT, "%s %.1f", tag.tag(), 100 * tag.share()))
                .collect(
                        Collectors.joining(
                                ", ",
                                "",
                                tagged.size() > SHOWN_TAGS
                                        ? ", … (" + tagged.size() + " tags)"
                                        : ""));
    }
}
