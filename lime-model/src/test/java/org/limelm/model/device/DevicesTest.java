package org.limelm.model.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.engine.Engine;
import org.junit.jupiter.api.Test;
import org.limelm.core.ConfigException;
import org.limelm.core.LimeException;

class DevicesTest {
    @Test
    void cpuIsAlwaysAvailable() {
        assertThat(Devices.of("cpu")).isEqualTo(Device.cpu());
    }

    @Test
    void autoSelectsAGpuOnlyIfAvailable() {
        boolean gpu = Engine.getEngine("PyTorch").getGpuCount() > 0;
        assertThat(Devices.of("auto")).isEqualTo(gpu ? Device.gpu(0) : Device.cpu());
    }

    @Test
    void requestingAnUnavailableGpuFails() {
        assumeTrue(Engine.getEngine("PyTorch").getGpuCount() == 0, "this machine has a GPU");
        assertThatThrownBy(() -> Devices.of("cuda"))
                .isInstanceOf(LimeException.class)
                .hasMessageContaining(
                        "'cuda' was requested, found 0 GPU(s) with libtorch of flavor")
                .hasMessageContaining("docs/gpu.md");
        assertThatThrownBy(() -> Devices.of("cuda:1")).isInstanceOf(LimeException.class);
    }

    @Test
    void unknownNamesAreRejected() {
        assertThatThrownBy(() -> Devices.of("gpu"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("expected auto, cpu, cuda or cuda:N");
    }
}
