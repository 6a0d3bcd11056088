package org.limelm.annotate.models;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.AnnotatorStages;
import org.limelm.annotate.annotator.LinguisticAnnotator;
import org.limelm.annotate.annotator.PosTagset;
import org.limelm.annotate.annotator.TagIds;
import org.limelm.annotate.annotator.TagSets;
import org.limelm.annotate.causal.CausalAnnotator;
import org.limelm.annotate.causal.CausalModels;
import org.limelm.annotate.full.FullAnnotator;
import org.limelm.annotate.full.FullModels;
import org.limelm.core.ConfigException;
import org.limelm.core.io.Sha256;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.shard.AnnotatorInfo;

/** The annotators with trained models, bundled or from a folder. */
public final class TrainedAnnotators implements Annotators {
    /**
     * Version of the rules that give words, pieces and tags with given models: of both annotators,
     * their detectors and features, and the alignment of pieces. It is a part of the id, so that no
     * corpus is annotated by two definitions: raise it with every change of their results.
     */
    static final int CODE_VERSION = 1;

    private final AnnotatorOptions options;
    private final FullModels full;
    private final Optional<CausalModels> causal;
    private final TagSets tagSets;
    private final MetadataSchema schema;
    private final TagIds tagIds;
    private final AnnotatorInfo info;
    private final String where;
    private final Set<ModelFile> missingCausal;
    private final String id;

    TrainedAnnotators(AnnotatorFolder folder, AnnotatorOptions options) {
        this.options = options;
        this.where = folder.where();
        this.missingCausal = folder.missingCausal(options);
        this.full = folder.full(options);
        this.causal = folder.causal(options);
        this.tagSets = tagSets(options.pos().orElse(PosTagset.XPOS), full, causal);
        this.schema = tagSets.schema(options);
        this.tagIds = new TagIds(schema);
        this.info = info(folder);
        this.id = id(folder);
    }

    /** Returns the tag set of both modes, because a language model may see the tags of either. */
    private static TagSets tagSets(
            PosTagset tagset, FullModels full, Optional<CausalModels> causal) {
        Set<String> pos = new TreeSet<>(full.posTags());
        Set<String> entityTypes = new TreeSet<>(full.entityTypes());
        causal.ifPresent(
                models -> {
                    pos.addAll(models.posTags());
                    entityTypes.addAll(models.entityTypes());
                });
        return TagSets.of(tagset, pos, entityTypes);
    }

    private AnnotatorInfo info(AnnotatorFolder folder) {
        Map<String, String> models = new TreeMap<>();
        for (ModelFile file : folder.files(options)) {
            models.put(file.fileName(), folder.sha256(file));
        }
        return AnnotatorInfo.of(schema, models).withCodeVersion(CODE_VERSION);
    }

    private String id(AnnotatorFolder folder) {
        List<String> models = folder.files(options).stream().map(folder::sha256).toList();
        return id(schema, models, CODE_VERSION);
    }

    static String id(MetadataSchema schema, List<String> models, int codeVersion) {
        List<String> parts = new ArrayList<>();
        parts.add(schema.fingerprint());
        parts.addAll(models);
        parts.add("code " + codeVersion);
        return Sha256.of(String.join("\n", parts));
    }

    /** Returns the options of the annotators. */
    public AnnotatorOptions options() {
        return options;
    }

    /** Returns the tags that the models know. */
    public TagSets tagSets() {
        return tagSets;
    }

    /** Returns the features of the options with the tags that the models know. */
    @Override
    public MetadataSchema schema() {
        return schema;
    }

    /** Returns a hash of the models, the options and the version of the code. */
    @Override
    public String id() {
        return id;
    }

    @Override
    public AnnotatorInfo info() {
        return info;
    }

    @Override
    public LinguisticAnnotator newLinguisticAnnotator() {
        return new FullAnnotator(full, tagIds);
    }

    /** Returns the stages of a new whole-text annotator, for one thread. */
    public AnnotatorStages newStages() {
        return new FullAnnotator(full, tagIds);
    }

    /**
     * Returns a new annotator of growing texts.
     *
     * @throws ConfigException if there are no models of mode {@code causal}
     */
    @Override
    public CausalAnnotator newCausalAnnotator() {
        return new CausalAnnotator(causal.orElseThrow(this::noCausalModels), tagIds);
    }

    private ConfigException noCausalModels() {
        return new ConfigException(
                "[%s] no models %s of annotation mode causal. Hint: use mode full, or train them with `lime annotator train --part %s`"
                        .formatted(
                                where,
                                missingCausal,
                                missingCausal.stream()
                                        .map(Enum::name)
                                        .collect(Collectors.joining(","))));
    }

    /**
     * Without models of mode {@code causal}, which also find the words, no feature exists in it.
     */
    @Override
    public List<String> missing(AnnotationMode mode) {
        return exist(mode) ? List.of() : schema.names();
    }

    @Override
    public void require(AnnotationMode mode) {
        if (!exist(mode)) {
            throw noCausalModels();
        }
    }

    /** Returns whether there are models of an annotation mode. */
    public boolean exist(AnnotationMode mode) {
        return mode != AnnotationMode.CAUSAL || causal.isPresent();
    }
}
