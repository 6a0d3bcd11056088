package org.limelm.annotate.models;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.annotator.LinguisticAnnotator;
import org.limelm.annotate.annotator.PrefixAnnotator;
import org.limelm.core.ConfigException;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.shard.AnnotatorInfo;

/**
 * The annotators of both modes, which share their features and tags. Immutable and thread-safe.
 *
 * <p>Trained models are {@link #bundled} or {@link #load}ed from a folder. {@code
 * FeatureAnnotators} adds the other features of a configuration to theirs; to replace the words and
 * all tags by those of other rules or libraries, implement this interface.
 */
public interface Annotators {
    /** Returns the features and their tags; they become the tag columns of shards. */
    MetadataSchema schema();

    /**
     * Returns an identifier of everything that the tags depend on, such as a hash of a word list
     * and the version of its code. Annotators with equal ids must give equal tags: models are
     * evaluated and generate only with annotators that have the id of their training data.
     */
    String id();

    /**
     * Returns what the id is computed from, for manifests: the hashes of the features and, if there
     * are any, of the models.
     */
    default AnnotatorInfo info() {
        return AnnotatorInfo.of(schema(), Map.of());
    }

    /**
     * Returns a new whole-text annotator, for one thread. Its linguistic tokens also determine
     * where subword pieces are cut, in all modes.
     */
    LinguisticAnnotator newLinguisticAnnotator();

    /**
     * Returns a new annotator of growing texts, at the start of a document, for one thread.
     *
     * @throws ConfigException if a feature does not exist in mode {@code causal}
     */
    IncrementalAnnotator newCausalAnnotator();

    /**
     * Returns a new annotator of growing texts in mode {@code causal} or {@code prefix}, at the
     * start of a document, for one thread.
     *
     * @throws IllegalArgumentException if the mode is {@code full}
     * @throws ConfigException if a feature does not exist in the mode
     */
    default IncrementalAnnotator newIncrementalAnnotator(AnnotationMode mode) {
        require(mode);
        return switch (mode) {
            case CAUSAL -> newCausalAnnotator();
            case PREFIX -> new PrefixAnnotator(newLinguisticAnnotator(), schema().size());
            case FULL -> throw new IllegalArgumentException("mode full needs the whole text");
        };
    }

    /**
     * Returns the fields of a document's record that these annotators read, in mode {@code full}.
     */
    default List<String> fields() {
        return List.of();
    }

    /** Returns the names of the features that do not exist in a mode; empty if all do. */
    default List<String> missing(AnnotationMode mode) {
        return List.of();
    }

    /**
     * Checks that all features exist in a mode.
     *
     * @throws ConfigException if one does not
     */
    default void require(AnnotationMode mode) {
        if (!missing(mode).isEmpty()) {
            throw new ConfigException(
                    "[metadata] features %s do not exist in annotation mode %s. Hint: use another mode, or leave them out"
                            .formatted(missing(mode), mode.label()));
        }
    }

    /**
     * Returns the files, other than models, that these annotators read: a run keeps a copy of each
     * under this name, so that its folder can be moved.
     */
    default Map<String, Path> files() {
        return Map.of();
    }

    /** Returns the models bundled with the library. */
    static TrainedAnnotators bundled(AnnotatorOptions options) {
        return new TrainedAnnotators(new AnnotatorFolder(ModelFiles.bundled()), options);
    }

    /**
     * Returns the options with each tag set of parts of speech that a model folder has, and with B-
     * and I- tags of entities if it has any.
     *
     * @throws org.limelm.core.LimeException if the folder cannot be read
     */
    static List<AnnotatorOptions> optionsOf(Path modelFolder) {
        return new AnnotatorFolder(ModelFiles.at(modelFolder)).options();
    }

    /**
     * Returns the models of a folder that {@code annotator train} or {@code import} wrote.
     *
     * @throws org.limelm.core.LimeException if the folder cannot be read or lacks a model
     */
    static TrainedAnnotators load(Path modelFolder, AnnotatorOptions options) {
        return new TrainedAnnotators(new AnnotatorFolder(ModelFiles.at(modelFolder)), options);
    }

    /**
     * Copies the bundled models into a folder, where {@code annotator train} can replace some of
     * them. Models that the folder already contains are kept.
     *
     * @throws org.limelm.core.LimeException if the folder has other word clusters, with which the
     *     bundled models do not work, or models of another language, or cannot be written
     */
    static void copyBundled(Path folder) {
        ModelFiles.bundled().copyMissing(folder);
    }
}
