package org.limelm.core.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class MetadataSchemaTest {
    private static final Feature POS = new Feature("pos", List.of("NONE", "NN", "VB"));
    private static final Feature NER = new Feature("ner", List.of("NONE", "PERSON"));

    @Test
    void fingerprintChangesWithOrderNamesAndTags() {
        String fingerprint = new MetadataSchema(List.of(POS, NER)).fingerprint();
        assertThat(fingerprint)
                .hasSize(64)
                .isEqualTo(new MetadataSchema(List.of(POS, NER)).fingerprint())
                .isNotEqualTo(new MetadataSchema(List.of(NER, POS)).fingerprint())
                .isNotEqualTo(
                        new MetadataSchema(
                                        List.of(
                                                new Feature("pos", List.of("NONE", "VB", "NN")),
                                                NER))
                                .fingerprint());
    }

    @Test
    void selectKeepsTheGivenOrder() {
        MetadataSchema schema = new MetadataSchema(List.of(POS, NER));
        assertThat(schema.select(List.of("ner")).features()).containsExactly(NER);
        assertThatThrownBy(() -> schema.select(List.of("dep")))
                .hasMessage("No feature 'dep'. Known: [pos, ner]");
    }

    @Test
    void aTagSetThatDoesNotStartWithNoneIsRejected() {
        assertThatThrownBy(() -> new Feature("pos", List.of("NN")))
                .hasMessage("[feature pos] tag 0 must be NONE");
        assertThatThrownBy(() -> new Feature("pos", List.of("NONE", "NN", "NN")))
                .hasMessageContaining("'NN' is blank or duplicated");
    }

    @Test
    void anUnknownTagNamesTheKnownOnes() {
        assertThatThrownBy(() -> POS.id("JJ"))
                .hasMessage("[feature pos] no tag 'JJ'. Known: [NONE, NN, VB]");
        assertThat(POS.id("VB")).isEqualTo(2);
    }
}
