package org.limelm.train.arm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.limelm.core.metadata.AnnotationMode;

class ModelProvenanceTest {
    private static final ModelProvenance MASKED =
            new ModelProvenance(
                    Arm.LIME,
                    AnnotationMode.CAUSAL,
                    "aa",
                    3,
                    "bb",
                    Optional.of("annotator"),
                    Map.of("pos.bin", "cc"),
                    Optional.of(List.of("pos", "ner")),
                    true,
                    4,
                    5);

    @Test
    void theEntriesAreReadBack() {
        assertThat(ModelProvenance.of(MASKED.entries())).isEqualTo(MASKED);
        ModelProvenance other = MASKED.withTokenizer("dd", 6);
        assertThat(other.documentMask()).isTrue();
        assertThat(ModelProvenance.of(other.entries())).isEqualTo(other);
    }

    @Test
    void modelsOfOlderVersionsAttendAcrossDocuments() {
        Map<String, String> entries = new LinkedHashMap<>(MASKED.entries());
        entries.remove("documentMask");
        assertThat(ModelProvenance.of(entries).documentMask()).isFalse();
    }
}
