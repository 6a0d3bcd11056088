package org.limelm.train.generation;

import java.util.Collections;
import java.util.List;
import org.limelm.annotate.annotator.IncrementalAnnotator;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.ConfigException;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.Feature;
import org.limelm.core.metadata.MetadataOrigin;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.model.generate.MetadataSource;
import org.limelm.train.arm.Arm;
import org.limelm.train.arm.ModelProvenance;
import org.limelm.train.arm.TagDropout;

/**
 * The tags that a model reads while it generates a text, unless it predicts them itself.
 *
 * @param model the model
 */
record GenerationTags(TrainedModel model) {
    /** The label of tags that no annotator computes. */
    static final String NONE = "none";

    /**
     * A source of tags for one text.
     *
     * @param source the source
     * @param annotation annotation mode, or none
     * @param origin origin of the tags, or none
     */
    record Source(MetadataSource source, String annotation, String origin) {}

    /**
     * Returns the tags of a text.
     *
     * @param prompt its beginning
     * @throws ConfigException if the tags are not available during generation
     */
    Source of(String prompt, MetadataChoice choice) {
        ModelProvenance provenance = model.provenance();
        Arm arm = provenance.arm();
        MetadataSchema tables = model.decoder().tables();
        if (!arm.hasTables()) {
            return new Source(MetadataSource.none(), NONE, NONE);
        }
        if (choice instanceof MetadataChoice.Without
                || (choice instanceof MetadataChoice.Automatic
                        && arm.dropout().endsWithoutTags())) {
            TagDropout.requireDispensable(tables);
            List<String> dropped = Collections.nCopies(tables.size(), Feature.DROPPED);
            return new Source(GivenMetadata.always(tables, dropped), NONE, NONE);
        }
        if (choice instanceof MetadataChoice.Given given) {
            return new Source(
                    GivenMetadata.always(tables, given.tags()), NONE, MetadataOrigin.GIVEN.label());
        }
        if (choice instanceof MetadataChoice.GivenAnswer given) {
            return new Source(
                    GivenAnswerMetadata.of(model, prompt, given),
                    given.prompt().label(),
                    MetadataOrigin.GIVEN.label());
        }
        if (arm.shift() > 0) {
            throw new ConfigException(
                    "[generate] "
                            + provenance.armLabel()
                            + " reads the tags of the next token, which no annotator can provide"
                            + " during generation. Hint: "
                            + (arm.feedsItself()
                                    ? "leave out --annotation, and the model predicts them"
                                    : "supply them, as in --given pos=NN,ner=NONE, or train with"
                                            + " nextTags, so that the model predicts them"));
        }
        AnnotationMode mode =
                choice instanceof MetadataChoice.Annotated annotated
                        ? annotated.mode()
                        : provenance.annotation();
        if (mode == AnnotationMode.FULL) {
            throw new ConfigException(
                    "[generate] "
                            + provenance.armLabel()
                            + " was trained on tags computed from whole sentences, which are not"
                            + " available during generation. With other tags it predicts worse than"
                            + " a model without tags. Hint: train with annotation=causal, or try"
                            + " --annotation prefix or --annotation causal");
        }
        MetadataSource causal = incremental(model.annotators().newIncrementalAnnotator(mode));
        return new Source(
                arm.shift() == 0
                        ? causal
                        : new DelayedMetadata(causal, -arm.shift(), tables.size()),
                mode.label(),
                MetadataOrigin.OBSERVED.label());
    }

    /** Returns the tags of an annotator of growing texts. */
    MetadataSource incremental(IncrementalAnnotator annotator) {
        return new IncrementalMetadata(
                annotator,
                this::bytes,
                model.tokenizer().endOfTextId(),
                model.annotators().schema(),
                model.decoder().tables());
    }

    /** Returns the bytes of an id; ids that only pad the vocabulary of a model represent none. */
    byte[] bytes(int id) {
        SubwordTokenizer tokenizer = model.tokenizer();
        return id < tokenizer.vocabularySize() ? tokenizer.pieceBytes(id) : new byte[0];
    }
}
