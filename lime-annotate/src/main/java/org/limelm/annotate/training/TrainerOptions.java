package org.limelm.annotate.training;

import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.limelm.annotate.models.ModelFile;
import org.limelm.core.ConfigException;

/**
 * The models to train and their training data.
 *
 * @param treebanks CoNLL-U files: sentences, tokens, parts of speech
 * @param entityFiles BIO files: entities
 * @param coarseEntities further entities, with coarser types
 * @param output folder of the models; created if missing
 * @param models the models to train, at least one
 */
public record TrainerOptions(
        List<Path> treebanks,
        List<Path> entityFiles,
        CoarseEntities coarseEntities,
        Path output,
        Set<ModelFile> models) {
    /**
     * Checks that there are files for every model.
     *
     * @throws ConfigException if no model is requested, or required gold files are missing
     */
    public TrainerOptions {
        treebanks = List.copyOf(treebanks);
        entityFiles = List.copyOf(entityFiles);
        if (models.isEmpty()) {
            throw new ConfigException(
                    "[annotator train] no model to train. Hint: specify --treebank FILE.conllu or --ner FILE.tsv");
        }
        models = Collections.unmodifiableSet(EnumSet.copyOf(models));
        if (treebanks.isEmpty() && entityFiles.isEmpty()) {
            throw new ConfigException(
                    "[annotator train] no gold files. Hint: specify --treebank FILE.conllu or --ner FILE.tsv");
        }
        boolean entities = models.stream().anyMatch(ModelFile::isOfEntities);
        boolean others = models.stream().anyMatch(ModelFile::isOfTreebanks);
        if (entities && entityFiles.isEmpty()) {
            throw new ConfigException(
                    "[annotator train] entity models require entity files. Hint: specify --ner FILE.tsv");
        }
        if (entityFiles.isEmpty() && !coarseEntities.files().isEmpty()) {
            throw new ConfigException(
                    "[annotator train] --coarse-ner needs files with the types of the models. Hint: specify --ner FILE.tsv");
        }
        if (others && treebanks.isEmpty()) {
            throw new ConfigException(
                    "[annotator train] these models require treebanks. Hint: specify --treebank FILE.conllu");
        }
    }

    /**
     * Creates options without coarse entities.
     *
     * @throws ConfigException if no model is requested, or required gold files are missing
     */
    public TrainerOptions(
            List<Path> treebanks, List<Path> entityFiles, Path output, Set<ModelFile> models) {
        this(treebanks, entityFiles, CoarseEntities.NONE, output, models);
    }

    /**
     * Returns the same options with coarse entities.
     *
     * @throws ConfigException if there are files of them, but none with the types of the models
     */
    public TrainerOptions with(CoarseEntities coarse) {
        return new TrainerOptions(treebanks, entityFiles, coarse, output, models);
    }

    /**
     * Returns the options that train every model for which there are files, with the word clusters
     * that the folder already contains.
     *
     * @throws ConfigException if there are no files
     */
    public static TrainerOptions of(List<Path> treebanks, List<Path> entityFiles, Path output) {
        Set<ModelFile> models = EnumSet.noneOf(ModelFile.class);
        for (ModelFile model : ModelFile.values()) {
            if ((model.isOfEntities() && !entityFiles.isEmpty())
                    || (model.isOfTreebanks() && !treebanks.isEmpty())) {
                models.add(model);
            }
        }
        return new TrainerOptions(treebanks, entityFiles, output, models);
    }
}
