package org.limelm.train.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.limelm.core.LimeException;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.shard.AnnotatorInfo;
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
    private final List<WeightedSource> heldOut = new ArrayList<>();

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
            for (Path folder : config.data().validation()) {
                data.addValidation(SourceConfig.of(folder));
            }
            return data;
        } catch (RuntimeException e) {
            data.close();
            throw e;
        }
    }

    private void add(SourceConfig source) {
        boolean holdsOut = config.data().validation().isEmpty();
        double share = holdsOut ? config.data().validationFraction() : 0;
        TokenSource tokens = tokens(source);
        WeightedSource added =
                new WeightedSource(
                        source.path().toString(),
                        tokens,
                        DocumentSplit.of(tokens.documentCount(), share),
                        source.weight());
        sources.add(added);
        if (holdsOut) {
            heldOut.add(added);
        }
    }

    private void addValidation(SourceConfig source) {
        TokenSource tokens = tokens(source);
        DocumentSplit split = DocumentSplit.allHeldOut(tokens.documentCount());
        heldOut.add(new WeightedSource(source.path().toString(), tokens, split, 1));
    }

    /** Opens and checks the shards of a source. */
    private TokenSource tokens(SourceConfig source) {
        ShardSet set = ShardSet.open(source.path());
        sets.add(set);
        if (config.data().verify()) {
            set.verifyChanged();
        }
        requireMatchingArm(source, set.manifest());
        if (sets.size() > 1) {
            set.requireTokenizer(tokenizer().sha256());
            set.requireSchema(schema());
            requireAnnotator(source, set.manifest());
        }
        return TagSelection.of(config.arm().source(), new ShardTokenSource(set));
    }

    private void requireMatchingArm(SourceConfig source, ShardManifest manifest) {
        Arm arm = config.arm();
        AnnotationMode mode = config.annotation();
        Alignment alignment = arm.split();
        if (arm.usesTags() && manifest.annotation() != mode) {
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

    private void requireAnnotator(SourceConfig source, ShardManifest manifest) {
        if (config.arm().usesTags() && !manifest.annotator().equals(annotator())) {
            reject(
                    source,
                    "its tags are of annotator " + manifest.annotator(),
                    annotator() + " as of the first source",
                    "annotate both with the same models");
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

    /** Returns the id of the tag models and their options. */
    public String annotator() {
        return sets.get(0).manifest().annotator();
    }

    /** Returns the SHA-256 of each tag model, by file name; empty for shards of older versions. */
    public Map<String, String> annotatorModels() {
        return sets.get(0).manifest().annotatorInfo().map(AnnotatorInfo::models).orElse(Map.of());
    }

    /**
     * Returns the annotated features as a configuration names them; empty if no configuration
     * describes the annotators, and for shards of older versions.
     */
    public Optional<List<String>> metadata() {
        return sets.get(0).manifest().annotatorInfo().flatMap(AnnotatorInfo::metadata);
    }

    /** Returns the fingerprint of each training folder, in the order of the configuration. */
    public List<String> fingerprints() {
        return sets.subList(0, sources.size()).stream().map(ShardSet::fingerprint).toList();
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

    /** Returns the sources of the held-out documents: the training sources or separate data. */
    public List<WeightedSource> heldOut() {
        return List.copyOf(heldOut);
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
     * @param totalSteps number of steps of the run
     */
    public BatchLoader batches(
            int rank, int worldSize, Accumulation accumulation, long totalSteps) {
        BatchOrder order =
                new BatchOrder(
                        config.seed(),
                        config.training().batchSize(),
                        accumulation,
                        rank,
                        worldSize,
                        config.arm().dropout(),
                        totalSteps,
                        config.data().order(),
                        config.data().blockTokens());
        return new BatchLoader(sources, layout(), order);
    }

    /** Returns the rows of the held-out documents. */
    public EvaluationRows validation() {
        return new EvaluationRows(heldOut, layout(), tokenizer().endOfTextId());
    }

    @Override
    public void close() {
        sets.forEach(ShardSet::close);
    }
}
