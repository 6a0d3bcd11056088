package org.limelm.model.internal.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Memory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.limelm.core.LimeException;

/** Needs NVRTC, for example {@code LD_LIBRARY_PATH=.../nvidia/cuda_nvrtc/lib}, but no GPU. */
class NvrtcTest {
    private static final List<String> SOURCES =
            List.of("rows.cu", "rows_norm.cu", "rows_gate.cu", "rows_rotate.cu", "rows_loss.cu");

    @BeforeEach
    void requireCompiler() {
        try {
            Nvrtc.compile("", "empty.cu").close();
        } catch (UnsatisfiedLinkError e) {
            assumeTrue(false, "Skipped: " + e.getMessage());
        }
    }

    @Test
    void rowKernelsCompile() throws IOException {
        StringBuilder source = new StringBuilder();
        for (String file : SOURCES) {
            try (var in =
                    Objects.requireNonNull(
                            NvrtcTest.class.getResourceAsStream(
                                    "/org/limelm/model/decoder/" + file))) {
                source.append(new String(in.readAllBytes(), StandardCharsets.UTF_8)).append('\n');
            }
        }
        try (Memory ptx = Nvrtc.compile(source.toString(), "rows.cu")) {
            assertThat(ptx.getString(0))
                    .contains(
                            ".entry rms_norm(",
                            ".entry rms_norm_backward(",
                            ".entry sum_rows(",
                            ".entry gate(",
                            ".entry gate_backward(",
                            ".entry rotate(",
                            ".entry rotate_backward(",
                            ".entry cross_entropy(");
        }
    }

    @Test
    void errorsNameTheLine() {
        assertThatThrownBy(() -> Nvrtc.compile("int x = \n;", "wrong.cu"))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("wrong.cu(2)");
    }
}
