package org.limelm.train.compare;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.limelm.core.LimeException;
import org.limelm.core.shard.ShardEntry;
import org.limelm.core.shard.ShardManifest;
import org.limelm.train.config.RunConfig;
import org.limelm.train.config.SourceConfig;

/**
 * The condition under which arms with shards of their own are compared: these hold the same
 * documents in the same order, because documents are held out by their position.
 */
final class SameDocuments {
    private SameDocuments() {}

    /**
     * Checks the shards of all runs against those of the first, by the names and bytes in their
     * manifests.
     *
     * @param prepared configurations with prepared shards
     * @throws LimeException if two runs have different documents
     */
    static void require(List<RunConfig> prepared) {
        RunConfig baseline = prepared.get(0);
        List<Path> expected = folders(baseline);
        for (RunConfig run : prepared) {
            List<Path> folders = folders(run);
            for (int i = 0; i < folders.size(); i++) {
                if (!folders.get(i).equals(expected.get(i))) {
                    requireSame(baseline, expected.get(i), run, folders.get(i));
                }
            }
        }
    }

    private static List<Path> folders(RunConfig run) {
        return Stream.concat(
                        run.data().shards().stream().map(SourceConfig::path),
                        run.data().validation().stream())
                .toList();
    }

    private static void requireSame(
            RunConfig baseline, Path expectedFolder, RunConfig run, Path folder) {
        ShardManifest expected = ShardManifest.read(expectedFolder);
        ShardManifest found = ShardManifest.read(folder);
        if (!documents(expected).equals(documents(found))) {
            throw new LimeException(
                    String.format(
                            Locale.ROOT,
                            "[compare] the shards of %s and of %s do not hold the same documents, so that other text would be held out: %,d documents (%,d bytes of text) in %s, %,d (%,d) in %s. Hint: delete both folders to prepare them again from one corpus",
                            baseline.armLabel(),
                            run.armLabel(),
                            expected.totals().documents(),
                            expected.totals().bytes(),
                            expectedFolder,
                            found.totals().documents(),
                            found.totals().bytes(),
                            folder));
        }
    }

    /** Returns names and bytes of the documents, by shard. */
    private static List<String> documents(ShardManifest manifest) {
        return manifest.shards().stream().map(SameDocuments::documents).toList();
    }

    private static String documents(ShardEntry shard) {
        return shard.documentsSha256() + " " + shard.bytes();
    }
}
