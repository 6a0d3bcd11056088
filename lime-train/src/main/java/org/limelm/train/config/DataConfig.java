package org.limelm.train.config;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.limelm.annotate.feature.FeatureAnnotators;
import org.limelm.annotate.feature.FeatureFiles;
import org.limelm.annotate.feature.FeatureSpec;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.pipeline.AnnotateJob;
import org.limelm.core.ConfigException;
import org.limelm.core.config.Doc;
import org.limelm.core.config.Retired;
import org.limelm.core.corpus.DocumentFilter;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.shard.AnnotatorInfo;
import org.limelm.core.shard.ShardManifest;

/** The data of a run: prepared shards, or a raw corpus that is prepared first. */
@RecordBuilder
@Retired(key = "tags.pos", value = "xpos", replacement = "data.metadata: ['pos(tags=upos)', ner]")
@Retired(key = "tags.bio", value = "false", replacement = "data.metadata: [pos, 'ner(tags=bio)']")
@Retired(key = "metadataDropout", value = "0.0", replacement = "arm.dropout")
public record DataConfig(
        @Doc(
                        "text files, folders or patterns such as corpus/**/*.parquet (.txt, .md, .jsonl, also .gz, .zst; .parquet, .conllu), used if shards is empty")
                List<Path> corpus,
        @Doc("field of a .jsonl line, or column of a parquet file, that holds the text")
                String textField,
        @Doc("text between the documents of a .txt or .md file; empty = each file is one document")
                String textSeparator,
        @Doc("which documents of a raw corpus are left out") DocumentFilter filter,
        @Doc("maximum share of unusable records in a raw corpus; a larger share is an error")
                double maxBadFraction,
        @Doc("prepared shards; empty = prepare the corpus") List<SourceConfig> shards,
        @Doc("the subword tokenizer for a raw corpus") TokenizerConfig tokenizer,
        @Doc("folder for the tokenizer and shards prepared from a raw corpus") Path work,
        @Doc("minimum text per prepared shard, in characters (UTF-16 code units)")
                long unitCharacters,
        @Doc(
                        "metadata features of a raw corpus, in order: pos, ner, shape, {feature: dictionary, file: words.tsv} …")
                List<FeatureSpec> metadata,
        @Doc(
                        "folder of linguistic models from `lime annotator train` or `import`; empty = the bundled models")
                String annotator,
        @Doc("share of the documents held out for evaluation; 0 = none") double validationFraction,
        @Doc(
                        "evaluation data: folders of shards, or text files or folders as in corpus; empty = hold out documents")
                List<Path> validation,
        @Doc("whether attention is limited to a position's own document instead of the packed row")
                boolean documentMask,
        @Doc(
                        "order of the rows: rows (random), blocks (random within blocks, for slow disks), documents (each from beginning to end)")
                DataOrder order,
        @Doc("tokens per block if order is blocks") long blockTokens,
        @Doc("number of batches that the loader thread prepares ahead") int prefetch,
        @Doc(
                        "verify the hashes of new or changed shards before reading them; resuming always verifies all")
                boolean verify,
        @Doc("accept shards whose annotation mode, alignment or tokenizer differs from the run's")
                boolean allowMismatch)
        implements DataConfigBuilder.With {
    /** Checks the ranges. */
    public DataConfig {
        corpus = List.copyOf(corpus);
        shards = List.copyOf(shards);
        metadata = List.copyOf(metadata);
        validation = List.copyOf(validation);
        if (!(validationFraction >= 0 && validationFraction < 1)) {
            throw new ConfigException(
                    "[data] validationFraction " + validationFraction + ", expected 0 <= x < 1");
        }
        if (blockTokens < 1) {
            throw new ConfigException(
                    "[data] blockTokens " + blockTokens + ", expected at least 1");
        }
        if (!(maxBadFraction >= 0 && maxBadFraction <= 1)) {
            throw new ConfigException(
                    "[data] maxBadFraction " + maxBadFraction + ", expected 0 to 1");
        }
        if (prefetch < 1) {
            throw new ConfigException("[data] prefetch " + prefetch + ", expected at least 1");
        }
    }

    /** Returns the default values. */
    public static DataConfig defaults() {
        return DataConfigBuilder.builder()
                .corpus(List.of())
                .textField("text")
                .textSeparator("")
                .filter(DocumentFilter.none())
                .maxBadFraction(0.01)
                .shards(List.of())
                .tokenizer(TokenizerConfig.defaults())
                .work(Path.of("work"))
                .unitCharacters(AnnotateJob.DEFAULT_UNIT_CHARACTERS)
                .metadata(FeatureSpec.ofPaper())
                .annotator("")
                .validationFraction(0.05)
                .validation(List.of())
                .documentMask(false)
                .order(DataOrder.ROWS)
                .blockTokens(1L << 26)
                .prefetch(4)
                .verify(true)
                .allowMismatch(false)
                .build();
    }

    /** Returns the folder of the linguistic models, where they are not the bundled ones. */
    public Optional<Path> annotatorFolder() {
        return Optional.of(annotator).filter(folder -> !folder.isEmpty()).map(Path::of);
    }

    /**
     * Loads the linguistic models and the metadata features.
     *
     * @throws ConfigException if a feature or one of its options is unknown
     * @throws org.limelm.core.LimeException if the folder cannot be read or lacks a model
     */
    public Annotators annotators() {
        return FeatureAnnotators.of(annotatorFolder(), metadata);
    }

    /**
     * Returns the features of the shards as their manifest names them, with their copies of files;
     * without shards, or where the manifest does not name any, those of the configuration.
     *
     * @throws org.limelm.core.LimeException if the manifest cannot be read
     */
    public List<FeatureSpec> features() {
        if (shards.isEmpty()) {
            return metadata;
        }
        Path folder = shards.get(0).path();
        return ShardManifest.read(folder)
                .annotatorInfo()
                .flatMap(AnnotatorInfo::metadata)
                .map(labels -> labels.stream().map(FeatureSpec::of).toList())
                .map(specs -> FeatureFiles.kept(specs, folder))
                .orElse(metadata);
    }

    /**
     * Returns the features of a raw corpus with the tags of the bundled models, without loading
     * these.
     *
     * @throws ConfigException if a feature or one of its options is unknown
     */
    public MetadataSchema schema() {
        return FeatureAnnotators.schema(metadata);
    }

    /** Returns this with a raw corpus to prepare in a folder, and no shards. */
    public DataConfig withCorpus(Path file, Path folder) {
        return with(data -> data.corpus(List.of(file)).shards(List.of()).work(folder));
    }

    /** Returns a copy with the given shards, each with weight 1. */
    public DataConfig withShards(Path... folders) {
        return withShards(Arrays.stream(folders).map(SourceConfig::of).toList());
    }
}
