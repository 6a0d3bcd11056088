package org.limelm.train.evaluation;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.LimeException;
import org.limelm.core.text.Alignment;
import org.limelm.train.arm.Arm;
import org.limelm.train.config.DataConfig;
import org.limelm.train.config.RunConfig;
import org.limelm.train.config.SourceConfig;
import org.limelm.train.data.TrainingData;
import org.limelm.train.data.WeightedSource;

/**
 * The held-out documents of a comparison with the classes of their tokens. All arms with the same
 * tokens are divided by the same classes, whatever tags their models read. Owns its shards and its
 * tokenizer.
 */
public final class HeldOutText implements AutoCloseable {
    private final TrainingData data;
    private final SubwordTokenizer tokenizer;
    private final List<WeightedSource> sources;

    private HeldOutText(TrainingData data, SubwordTokenizer tokenizer) {
        this.data = data;
        this.tokenizer = tokenizer;
        this.sources = data.heldOut();
    }

    /**
     * Opens the held-out documents of a run.
     *
     * @param prepared its configuration with shards and tokenizer; the shards' tags define the
     *     classes
     * @throws LimeException if there is no tokenizer, or the shards cannot be read
     */
    public static HeldOutText open(RunConfig prepared) {
        if (prepared.data().tokenizer().path().isEmpty()) {
            throw new LimeException(
                    "[evaluation] no tokenizer to read the held-out text with. Hint: set"
                            + " data.tokenizer.path to the tokenizer of data.shards");
        }
        boolean plain = prepared.arm().split() == Alignment.PLAIN;
        TrainingData data = TrainingData.open(prepared.withArm(plain ? Arm.PLAIN : Arm.BASELINE));
        try {
            Path tokenizer = Path.of(prepared.data().tokenizer().path());
            return new HeldOutText(
                    data, SubwordTokenizer.load(tokenizer, data.tokenizer().endOfTextId()));
        } catch (RuntimeException e) {
            data.close();
            throw e;
        }
    }

    /**
     * Returns a collector of the scores of a run's held-out rows.
     *
     * @param config configuration of the run, whose shards have the same tokens
     */
    public StatisticsCollector collector(RunConfig config) {
        return new StatisticsCollector(
                sources, names(config.data()), tokenizer, data.annotation().label());
    }

    /** Returns the names of the held-out sources of a run, in order. */
    private static List<String> names(DataConfig data) {
        Stream<Path> folders =
                data.validation().isEmpty()
                        ? data.shards().stream().map(SourceConfig::path)
                        : data.validation().stream();
        return folders.map(Path::toString).toList();
    }

    @Override
    public void close() {
        data.close();
        tokenizer.close();
    }
}
