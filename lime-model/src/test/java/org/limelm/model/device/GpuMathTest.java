package org.limelm.model.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import org.junit.jupiter.api.Test;
import org.limelm.core.LimeException;
import org.limelm.model.internal.torch.TorchContext;

class GpuMathTest {
    @Test
    void settingsOfLibtorchAreChangedAndReadBack() {
        assertThat(TorchContext.isDeterministic()).isFalse();
        assertThat(TorchContext.isTf32()).isFalse();
        try {
            TorchContext.setDeterministic(true);
            TorchContext.setTf32(true);
            assertThat(TorchContext.isDeterministic()).isTrue();
            assertThat(TorchContext.isTf32()).isTrue();
        } finally {
            TorchContext.setDeterministic(false);
            TorchContext.setTf32(false);
        }
        assertThat(TorchContext.isDeterministic()).isFalse();
        assertThat(TorchContext.isTf32()).isFalse();
    }

    @Test
    void nothingChangesOnTheCpu() {
        new GpuMath(true, true).use(Device.cpu());
        assertThat(TorchContext.isDeterministic()).isFalse();
        assertThat(TorchContext.isTf32()).isFalse();
        assertThat(GpuMath.isDeterministic(Device.cpu())).isTrue();
    }

    @Test
    void aWorkspaceWithWhichCublasIsNotDeterministicIsRejected() {
        assertThatThrownBy(() -> GpuMath.requireWorkspace(""))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining("export CUBLAS_WORKSPACE_CONFIG=:4096:8");
        assertThatThrownBy(() -> GpuMath.requireWorkspace(":4096:2:16:8"))
                .isInstanceOf(LimeException.class);
        assertThatCode(() -> GpuMath.requireWorkspace(":16:8")).doesNotThrowAnyException();
    }
}
