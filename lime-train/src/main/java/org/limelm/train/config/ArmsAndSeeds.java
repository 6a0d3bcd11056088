package org.limelm.train.config;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.HashSet;
import java.util.List;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;
import org.limelm.train.arm.Arm;

/** What a comparison varies: its arms and its seeds. */
@RecordBuilder
public record ArmsAndSeeds(
        @Doc("title of the report") String title,
        @Doc("use the bundled sample as data.corpus") boolean sample,
        @Doc("the arms, each as in the key arm; the first is the baseline of all differences")
                List<Arm> arms,
        @Doc("seeds; every arm is trained once with each") List<Long> seeds,
        @Doc("bootstrap replicates behind each interval") int replicates)
        implements ArmsAndSeedsBuilder.With {
    private static final int FEWEST_REPLICATES = 100;

    /** Checks that arms and seeds are distinct and present. */
    public ArmsAndSeeds {
        arms = List.copyOf(arms);
        seeds = List.copyOf(seeds);
        requireDistinct("arms", arms);
        requireDistinct("seeds", seeds);
        if (replicates < FEWEST_REPLICATES) {
            throw new ConfigException(
                    "[compare] replicates %d, expected at least %d"
                            .formatted(replicates, FEWEST_REPLICATES));
        }
    }

    private static void requireDistinct(String key, List<?> values) {
        if (values.isEmpty() || new HashSet<>(values).size() < values.size()) {
            throw new ConfigException(
                    "[compare] %s %s, expected at least one and no duplicates"
                            .formatted(key, values));
        }
    }

    /** Returns the default values: the method against its baseline, with two seeds. */
    public static ArmsAndSeeds defaults() {
        return ArmsAndSeedsBuilder.builder()
                .title("Comparison of arms")
                .sample(false)
                .arms(List.of(Arm.BASELINE, Arm.LIME))
                .seeds(List.of(1L, 2L))
                .replicates(2_000)
                .build();
    }
}
