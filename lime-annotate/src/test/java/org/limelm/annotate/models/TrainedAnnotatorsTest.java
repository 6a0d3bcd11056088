package org.limelm.annotate.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.annotator.EntityTags;
import org.limelm.annotate.annotator.PosTagset;
import org.limelm.annotate.pipeline.DocumentAnnotator;
import org.limelm.annotate.subword.SubwordTokenizer;
import org.limelm.annotate.subword.TestTokenizers;
import org.limelm.core.io.Sha256;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.metadata.MetadataSchema;
import org.limelm.core.text.Alignment;
import org.limelm.core.text.LinguisticToken;
import org.limelm.core.text.TaggedPieces;

class TrainedAnnotatorsTest {
    private static final String TEXT =
            """
            Dr. Smith of the U.S. Senate didn't pay $3,200.50 (about 2,900\u00A0EUR) on Jan. 5th, 1999, did \
            he?  "No," she said -- "we can't, won't and shouldn't've!"\r
            \tWell-known co-op's e-mail: j.doe+x@example.org, https://example.org/a_b?c=d#e...\r
            \r
            Na\u00EFve cafe\u0301s in \u6771\u4EAC don\u2019t serve tea \uD83D\uDE42\uD83D\uDC69\u200D\uD83D\uDC67 on \
            \u05E9\u05D1\u05EA; IBM's 3.5% rise\u2014after 19th-century\u2026 delays\u2014cost Paris, Texas, 1/2 day
            * item one
            * NATO/EU [sic] #tag @user aren't "words", i.e. don't look:( Mr. O'Neill-Jones left at 5 p.m. He ran.""";

    @Test
    void equalModelsAndCodeGiveTheWordsPiecesAndTagsOfThisVersion() {
        TrainedAnnotators annotators =
                Annotators.bundled(AnnotatorOptions.of(PosTagset.XPOS, EntityTags.BIO));
        assertThat(
                        "code version %s: %s"
                                .formatted(
                                        annotators.info().codeVersion().orElseThrow(),
                                        Sha256.of(annotated(annotators))))
                .as(
                        "words, pieces and tags of a text have changed. Hint: raise"
                                + " TrainedAnnotators.CODE_VERSION, unless the bundled models or this"
                                + " text have changed, and enter the new version and hash here")
                .isEqualTo(
                        "code version 1: e40470e57ff776158fb990463c09359f07b5567602cffb08eac60ec3abf63095");
    }

    @Test
    void theIdDependsOnTheModelsAndTheVersionOfTheCode() {
        MetadataSchema schema = AnnotatorOptions.defaults().schema();
        List<String> models = List.of("a", "b");
        assertThat(
                        List.of(
                                TrainedAnnotators.id(schema, models, 1),
                                TrainedAnnotators.id(schema, models, 2),
                                TrainedAnnotators.id(schema, List.of("a"), 1),
                                TrainedAnnotators.id(MetadataSchema.EMPTY, models, 1)))
                .doesNotHaveDuplicates();
    }

    private static String annotated(TrainedAnnotators annotators) {
        StringBuilder all = new StringBuilder();
        for (LinguisticToken token : annotators.newLinguisticAnnotator().annotate(TEXT)) {
            all.append(token.start()).append('-').append(token.end());
            for (int f = 0; f < token.tagIds().length; f++) {
                all.append(' ')
                        .append(annotators.schema().features().get(f).tag(token.tagIds()[f]));
            }
            all.append('\n');
        }
        try (SubwordTokenizer tokenizer = TestTokenizers.byteFallback()) {
            for (Alignment alignment : Alignment.values()) {
                for (AnnotationMode mode : List.of(AnnotationMode.FULL, AnnotationMode.CAUSAL)) {
                    TaggedPieces pieces =
                            new DocumentAnnotator(annotators, tokenizer, mode, alignment)
                                    .annotate(TEXT)
                                    .pieces();
                    all.append(mode).append(' ').append(alignment).append('\n');
                    all.append(Arrays.toString(pieces.tokens())).append('\n');
                    pieces.tags().forEach(tags -> all.append(Arrays.toString(tags)).append('\n'));
                }
            }
        }
        return all.toString();
    }
}
