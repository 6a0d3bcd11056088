package org.limelm.train.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.ConfigException;
import org.limelm.core.io.Json;
import org.limelm.core.metadata.Feature;
import org.limelm.core.shard.TokenizerInfo;
import org.limelm.model.decoder.ModelConfig;
import org.limelm.model.decoder.ModelFeatures;
import org.limelm.model.decoder.ParameterSpec;
import org.limelm.model.decoder.WeightSource;
import org.limelm.model.weights.StoredModel;

/**
 * The model that a run starts from, where {@code init.from} names one: it determines architecture,
 * tokenizer and weights. Parameters that it does not have, such as metadata tables, are initialized
 * as in a new model.
 */
public final class InitialModel {
    /** Keys of {@code model} that the run chooses for itself. */
    private static final Set<String> OWN_KEYS = Set.of("contextLength", "metadata");

    private final ModelFiles files;

    private InitialModel(ModelFiles files) {
        this.files = files;
    }

    /**
     * Returns the model that a run starts from; empty for a new model.
     *
     * @throws org.limelm.core.LimeException if the folder contains no model
     */
    public static Optional<InitialModel> of(RunConfig config) {
        return Optional.of(config.init().from())
                .filter(folder -> !folder.isEmpty())
                .map(folder -> new InitialModel(ModelFiles.of(Path.of(folder))));
    }

    /**
     * Returns a configuration with the architecture and the tokenizer of the model it starts from,
     * or without changes if it names none.
     *
     * @throws ConfigException if a key of {@code model} asks for another architecture
     */
    public static RunConfig resolve(RunConfig config) {
        return of(config).map(initial -> initial.applyTo(config)).orElse(config);
    }

    private RunConfig applyTo(RunConfig config) {
        ModelConfig own = config.model();
        ModelConfig architecture = files.description().architecture();
        requireSame(own, architecture);
        ModelConfig model =
                architecture.with(
                        it -> it.contextLength(own.contextLength()).metadata(own.metadata()));
        return config.withModel(model).withData(withTokenizer(config.data()));
    }

    /** A key may be absent, which gives the default, or have the value of the model. */
    private void requireSame(ModelConfig own, ModelConfig architecture) {
        JsonNode defaults = tree(ModelConfig.defaults());
        JsonNode expected = tree(architecture);
        for (Map.Entry<String, JsonNode> key : tree(own).properties()) {
            JsonNode value = key.getValue();
            JsonNode needed = expected.path(key.getKey());
            if (!OWN_KEYS.contains(key.getKey())
                    && !value.equals(needed)
                    && !value.equals(defaults.path(key.getKey()))) {
                throw new ConfigException(
                        "[model] %s %s, but the model of init.from %s has %s. Hint: remove the key; the architecture is that of the model"
                                .formatted(key.getKey(), value, files.folder(), needed));
            }
        }
    }

    private static JsonNode tree(ModelConfig model) {
        return Json.parse(Json.toLine(model), JsonNode.class, "model");
    }

    private DataConfig withTokenizer(DataConfig data) {
        TokenizerConfig tokenizer = data.tokenizer();
        Optional<Path> kept = files.kept(RunFolderConfig.TOKENIZER);
        if (!tokenizer.path().isEmpty() || kept.isEmpty()) {
            return data;
        }
        Path file = kept.orElseThrow();
        TokenizerConfig found = tokenizer.withPath(file.toString());
        if (tokenizer.endOfText().isEmpty()) {
            try (SubwordTokenizer loaded =
                    SubwordTokenizer.load(file, files.provenance().endOfTextId())) {
                found = found.withEndOfText(loaded.endOfText());
            }
        }
        return data.withTokenizer(found);
    }

    /**
     * Checks the tokenizer of the training data.
     *
     * @param allowOther whether another tokenizer is accepted, if the model has enough ids
     * @throws ConfigException if it is not the tokenizer of the model
     */
    public void requireTokenizer(TokenizerInfo tokenizer, boolean allowOther) {
        boolean same = tokenizer.sha256().equals(files.provenance().tokenizerSha256());
        int ids = files.description().architecture().vocabularySize();
        if ((!same && !allowOther) || tokenizer.vocabularySize() > ids) {
            throw new ConfigException(
                    "[data] tokenizer with SHA-256 %s and %d ids, expected that of the model of init.from %s, with SHA-256 %s and at most %d ids. Hint: leave data.tokenizer.path empty and prepare the corpus again"
                            .formatted(
                                    tokenizer.sha256(),
                                    tokenizer.vocabularySize(),
                                    files.folder(),
                                    files.provenance().tokenizerSha256(),
                                    ids));
        }
    }

    /** Returns the SHA-256 of the weights. */
    public String weightsSha256() {
        return files.description().weightsSha256();
    }

    /** Uses the weights that a model starts with. */
    @FunctionalInterface
    public interface Use<T> {
        /** Creates a model from weights that are available during this call. */
        T create(WeightSource weights);
    }

    /**
     * Creates a model that starts with these weights.
     *
     * @param architecture the architecture of the run
     * @param features its metadata tables and tag head
     * @param seed seed of the parameters that this model does not have
     * @throws ConfigException if this model has parameters that the run's model does not have
     */
    public <T> T create(ModelConfig architecture, ModelFeatures features, long seed, Use<T> use) {
        requireFeatures(architecture, features);
        WeightSource fresh = WeightSource.initialized(seed);
        try (StoredModel stored = StoredModel.open(files.folder())) {
            Set<String> known = stored.weights().tensors().keySet();
            return use.create(
                    (spec, manager) ->
                            (known.contains(spec.name()) ? stored : fresh).create(spec, manager));
        }
    }

    private void requireFeatures(ModelConfig architecture, ModelFeatures features) {
        for (Feature feature : files.description().tables().features()) {
            if (!features.tables().features().contains(feature)) {
                throw new ConfigException(
                        "[arm] no table of the feature '%s' with the tags of the model of init.from %s. Hint: use an arm with its features, and its tags"
                                .formatted(feature.name(), files.folder()));
            }
        }
        List<ParameterSpec> own = ParameterSpec.of(architecture, features);
        Set<String> names = own.stream().map(ParameterSpec::name).collect(Collectors.toSet());
        for (ParameterSpec spec :
                ParameterSpec.of(
                        files.description().architecture(), files.description().features())) {
            if (!names.contains(spec.name())) {
                throw new ConfigException(
                        "[model] no parameter '%s', which the model of init.from %s has. Hint: set model.metadata and arm.nextTags as they were for that model"
                                .formatted(spec.name(), files.folder()));
            }
        }
    }
}
