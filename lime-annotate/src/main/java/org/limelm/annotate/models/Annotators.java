package org.limelm.annotate.models;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.AnnotatorStages;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.annotator.LinguisticAnnotator;
import org.limelm.annotate.annotator.PosTagset;
import org.limelm.annotate.annotator.TagIds;
import org.limelm.annotate.causal.CausalAnnotator;
import org.limelm.annotate.causal.CausalModels;
import org.limelm.annotate.opennlp.OpenNlpAnnotator;
import org.limelm.annotate.opennlp.OpenNlpModels;
import org.limelm.core.io.Sha256;
import org.limelm.core.metadata.MetadataSchema;

/** The trained models of both annotation modes; immutable and shared by all threads. */
public final class Annotators {
    private final AnnotatorOptions options;
    private final TagIds tagIds;
    private final OpenNlpModels full;
    private final CausalModels causal;
    private final String id;

    private Annotators(AnnotatorFolder folder, AnnotatorOptions options) {
        this.options = options;
        this.tagIds = new TagIds(options.schema());
        this.full = folder.full(options.pos());
        this.causal = folder.causal(options.pos());
        this.id = id(folder, options);
    }

    /** Returns the models that come with the library. */
    public static Annotators bundled(AnnotatorOptions options) {
        return new Annotators(AnnotatorFolder.bundled(), options);
    }

    /**
     * Returns the models of a folder that {@code annotator train} wrote.
     *
     * @throws org.limelm.core.LimeException if the folder cannot be read or lacks a model
     */
    public static Annotators load(Path modelFolder, AnnotatorOptions options) {
        return new Annotators(AnnotatorFolder.at(modelFolder), options);
    }

    private static String id(AnnotatorFolder folder, AnnotatorOptions options) {
        List<String> parts = new ArrayList<>();
        parts.add(options.schema().fingerprint());
        for (ModelFile file : ModelFile.values()) {
            boolean otherTagset =
                    options.pos() == PosTagset.XPOS
                            ? file == ModelFile.POS_UPOS || file == ModelFile.CAUSAL_UPOS
                            : file == ModelFile.POS_XPOS || file == ModelFile.CAUSAL_XPOS;
            if (!otherTagset) {
                parts.add(folder.sha256(file));
            }
        }
        return Sha256.of(String.join("\n", parts));
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
        return id;
    }

    /** Returns a new annotator of whole texts, for one thread. */
    public LinguisticAnnotator newLinguisticAnnotator() {
        return new OpenNlpAnnotator(full, tagIds);
    }

    /** Returns the stages of a new annotator of whole texts, for one thread. */
    public AnnotatorStages newStages() {
        return new OpenNlpAnnotator(full, tagIds);
    }

    /** Returns a new annotator of growing texts, for one thread. */
    public IncrementalAnnotator newCausalAnnotator() {
        return new CausalAnnotator(causal, tagIds);
    }
}
