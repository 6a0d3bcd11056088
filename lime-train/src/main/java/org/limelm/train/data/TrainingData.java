package org.limelm.train.data;

import java.util.ArrayList;
import java.util.List;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.shard.ShardManifest;
import org.limelm.core.shard.ShardSet;
import org.limelm.core.shard.TokenizerInfo;
import org.limelm.core.text.Alignment;
import org.limelm.train.arm.Arm;
import org.limelm.train.config.Accumulation;
import org.limelm.train.config.RunConfig;
import org.limelm.train.config.SourceConfig;

/**
 * The data of a run: opens the shards, checks that they match the arm, and provides the training
 * batches and the held-out rows. Owns the shards.
 */
public final class TrainingData implements AutoCloseable {
    private final RunConfig config;
    private final List<ShardSet> sets = new ArrayList<>();
    private final List<WeightedSource> sources = new ArrayList<>();

    private TrainingData(RunConfig config) {
        this.config = config;
    }

    /**
     * Opens the shards of {@code data.shards}.
     *
     * @throws LimeException if there are no shards, if a shard is corrupt, if annotation mode or
     *     alignment do not match the configuration, or if sources differ in tokenizer or tags
     */
    public static TrainingData open(RunConfig config) {
        TrainingData data = new TrainingData(config);
        try {
            for (SourceConfig source : config.data().shards()) {
                data.add(source);
            }
            if (data.sources.isEmpty()) {
                throw new LimeException(
                        "[data] no shards. Hint: set data.shards, or set data.corpus to prepare shards");
            }
            return data;
        } catch (RuntimeException e) {
            data.close();
            throw e;
        }
    }

    private void add(SourceConfig source) {
        ShardSet set = ShardSet.open(source.path());
        sets.add(set);
        if (config.data().verify()) {
            set.verifyChanged();
        }
        requireMatchingArm(source, set.manifest());
        if (sets.size() > 1) {
            set.requireTokenizer(tokenizer().sha256());
            set.requireSchema(schema());
        }
        TokenSource tokens = Tagging.of(config.arm().source(), new ShardTokenSource(set));
        DocumentSplit split =
                DocumentSplit.of(tokens.documentCount(), config.data().validationFraction());
        sources.add(new WeightedSource(source.path().toString(), tokens, split, source.weight()));
    }

    private void requireMatchingArm(SourceConfig source, ShardManifest manifest) {
        Arm arm = config.arm();
        AnnotationMode mode = config.annotation();
        Alignment alignment = arm.split();
        if (arm.hasTables() && manifest.annotation() != mode) {
            reject(
                    source,
                    "the tags have annotation mode '" + manifest.annotation().label() + "'",
                    "'" + mode.label() + "' (key annotation)",
                    "annotate with --annotation " + mode.label());
        }
        if (manifest.alignment() != alignment) {
            reject(
                    source,
                    "the pieces have alignment '" + manifest.alignment().label() + "'",
                    "'" + alignment.label() + "' for arm " + arm.label(),
                    "annotate with --alignment " + alignment.label());
        }
    }

    private void reject(SourceConfig source, String found, String expected, String remedy) {
        if (!config.data().allowMismatch()) {
            throw new LimeException(
                    "[%s] %s, expected %s. Hint: %s, or set data.allowMismatch=true"
                            .formatted(source.path(), found, expected, remedy));
        }
    }

    /** Returns the features of the tag columns. */
    public MetadataSchema schema() {
        return sets.get(0).manifest().schema();
    }

    /** Returns the tokenizer of the shards. */
    public TokenizerInfo tokenizer() {
        return sets.get(0).manifest().tokenizer();
    }

    /** Returns the annotation mode of the shards. */
    public AnnotationMode annotation() {
        return sets.get(0).manifest().annotation();
    }

    /** Returns the fingerprint of each shard folder, in the order of the configuration. */
    public List<String> fingerprints() {
        return sets.stream().map(ShardSet::fingerprint).toList();
    }

    /**
     * Verifies the hash of every file of the shards.
     *
     * @throws LimeException if a file does not match its manifest
     */
    public void verifyContent() {
        sets.forEach(ShardSet::verifyContent);
    }

    /** Returns the sources, in the order of the configuration. */
    public List<WeightedSource> sources() {
        return List.copyOf(sources);
    }

    /** Returns the row layout of the arm. */
    public RowLayout layout() {
        return RowLayout.of(
                config.arm(),
                schema(),
                config.model().contextLength(),
                config.data().documentMask());
    }

    /**
     * Returns the training batches of a process.
     *
     * @param accumulation micro steps of each step
     */
    public BatchLoader batches(int rank, int worldSize, Accumulation accumulation) {
        BatchOrder order =
                new BatchOrder(
                        config.seed(),
                        config.training().batchSize(),
                        accumulation,
                        rank,
                        worldSize,
                        config.data().metadataDropout(),
                        config.data().order(),
                        config.data().blockTokens());
        return new BatchLoader(sources, layout(), order);
    }

    /** Returns the rows of the held-out documents. */
    public EvaluationRows validation() {
        return new EvaluationRows(sources, layout(), tokenizer().endOfTextId());
    }

    @Override
    public void close() {
        sets.forEach(ShardSet::close);
    }
}
