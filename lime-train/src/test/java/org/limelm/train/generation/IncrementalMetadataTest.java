package org.limelm.train.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.limelm.annotate.annotator.AnnotatorOptions;
import org.limelm.annotate.models.Annotators;

class IncrementalMetadataTest {
    private static final int END_OF_TEXT = 0;
    private static final List<String> PIECES = List.of("", "Mr", ".", " Lincoln", " paid");

    private final Annotators annotators = Annotators.bundled(AnnotatorOptions.defaults());

    private IncrementalMetadata source() {
        return new IncrementalMetadata(
                annotators.newCausalAnnotator(),
                id -> PIECES.get(id).getBytes(StandardCharsets.UTF_8),
                END_OF_TEXT,
                annotators.schema(),
                annotators.schema());
    }

    @Test
    void theEndOfTextBeginsADocument() {
        IncrementalMetadata two = source();
        for (int token : new int[] {1, 2}) {
            two.tagsFor(token);
        }
        assertThat(two.tagsFor(END_OF_TEXT)).containsOnly(0);
        IncrementalMetadata one = source();
        for (int token : new int[] {3, 4}) {
            assertThat(two.tagsFor(token)).isEqualTo(one.tagsFor(token));
        }
    }
}
