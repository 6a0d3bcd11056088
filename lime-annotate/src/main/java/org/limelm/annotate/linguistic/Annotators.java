package org.limelm.annotate.linguistic;

import java.nio.file.Path;
import org.limelm.core.metadata.MetadataSchema;

/** The trained models of both annotation modes; immutable and shared by all threads. */
public final class Annotators {
    private final AnnotatorOptions options;

    private Annotators(AnnotatorOptions options) {
        this.options = options;
    }

    /** Returns the models that come with the library. */
    public static Annotators bundled(AnnotatorOptions options) {
        return new Annotators(options);
    }

    /**
     * Returns the models of a folder that {@code annotator train} wrote.
     *
     * @throws org.limelm.core.LimeException if the folder cannot be read or a model is not its own
     */
    public static Annotators load(Path modelFolder, AnnotatorOptions options) {
        return new Annotators(options);
    }

    /** Returns what the annotators put out. */
    public AnnotatorOptions options() {
        return options;
    }

    /** Returns the features {@code pos} and {@code ner}. */
    public MetadataSchema schema() {
        return options.schema();
    }

    /** Returns a hash of models and options: annotators with equal ids give equal tags. */
    public String id() {
        return schema().fingerprint();
    }

    /** Returns a new annotator of whole texts, for one thread. */
    public LinguisticAnnotator newLinguisticAnnotator() {
        throw new UnsupportedOperationException("models are not bundled yet");
    }

    /** Returns a new annotator of growing texts, for one thread. */
    public CausalAnnotator newCausalAnnotator() {
        throw new UnsupportedOperationException("models are not bundled yet");
    }
}
