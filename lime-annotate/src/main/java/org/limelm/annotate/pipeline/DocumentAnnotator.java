package org.limelm.annotate.pipeline;

import java.util.List;
import java.util.OptionalInt;
import org.limelm.annotate.align.AlignedPieces;
import org.limelm.annotate.align.Aligner;
import org.limelm.annotate.align.PieceTagger;
import org.limelm.annotate.annotator.LinguisticAnnotator;
import org.limelm.annotate.models.Annotators;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.text.Alignment;
import org.limelm.core.text.Document;
import org.limelm.core.text.DocumentFields;
import org.limelm.core.text.LinguisticToken;

/**
 * Converts text to tagged pieces: finds linguistic tokens, splits them into subword pieces, tags
 * the pieces and appends the end of text. The pieces are the same in every annotation mode; only
 * the tags differ. An instance is for use by one thread.
 */
public final class DocumentAnnotator {
    private final LinguisticAnnotator linguistic;
    private final Aligner aligner;
    private final PieceTagger tagger;
    private final Alignment alignment;
    private final OptionalInt endOfText;

    /**
     * Creates an annotator.
     *
     * @param mode annotation mode of the tags; {@code prefix} runs the tagger once per piece
     */
    public DocumentAnnotator(
            Annotators annotators,
            SubwordTokenizer tokenizer,
            AnnotationMode mode,
            Alignment alignment) {
        this.linguistic = annotators.newLinguisticAnnotator();
        this.aligner = new Aligner(tokenizer.newEncoder());
        this.tagger = tagger(annotators, linguistic, mode);
        this.alignment = alignment;
        this.endOfText = OptionalInt.of(tokenizer.endOfTextId());
    }

    /** Annotates a text of any length, possibly empty. */
    public AnnotatedDocument annotate(String text) {
        return annotate(text, DocumentFields.NONE);
    }

    /** Annotates a document of a corpus, with features that read the fields of its record. */
    public AnnotatedDocument annotate(Document document) {
        return annotate(document.text(), document.fields());
    }

    private AnnotatedDocument annotate(String text, DocumentFields fields) {
        List<LinguisticToken> tokens =
                tagger.mode() == AnnotationMode.FULL
                        ? linguistic.annotate(text)
                        : linguistic.split(text);
        AlignedPieces pieces = aligner.align(alignment, text, tokens);
        return new AnnotatedDocument(
                tagger.tag(text, fields, tokens, pieces, endOfText), tokens.size());
    }

    private static PieceTagger tagger(
            Annotators annotators, LinguisticAnnotator linguistic, AnnotationMode mode) {
        int features = annotators.schema().size();
        return mode == AnnotationMode.FULL
                ? PieceTagger.full(linguistic, features)
                : PieceTagger.incremental(mode, annotators.newIncrementalAnnotator(mode), features);
    }
}
