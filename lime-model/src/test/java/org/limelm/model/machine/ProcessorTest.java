package org.limelm.model.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessorTest {
    private static final String AVX512 = "fpu avx2 fma avx512f avx512vl";

    @Test
    void theFirstProcessorsFlagsAreRead() {
        Processor processor =
                Processor.of(
                        List.of(
                                "processor\t: 0",
                                "flags\t\t: " + AVX512 + " avx512_bf16",
                                "flags\t\t: fpu"));
        assertThat(processor.hasAvx512()).isTrue();
        assertThat(processor.hasBf16()).isTrue();
    }

    @Test
    void aFlagMayBeRepeatedAndOthersBeMissing() {
        Processor processor = Processor.of(List.of("flags : " + AVX512 + " fpu fpu"));
        assertThat(processor.hasAvx512()).isTrue();
        assertThat(processor.hasBf16()).isFalse();
        assertThat(Processor.of(List.of("flags : fpu avx2 fma")).hasAvx512()).isFalse();
    }

    @Test
    void nothingIsKnownOfOtherFiles() {
        assertThat(Processor.of(List.of("Features : neon", "flags")).flags()).isEmpty();
    }
}
