package org.limelm.train.internal.measure;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import org.junit.jupiter.api.Test;
import org.limelm.model.device.Precision;

class LimitsTest {
    @Test
    void timeOfProductsIsProportionalToTheirOperations() {
        try (MatmulPeak peak = new MatmulPeak(Precision.F32, Device.cpu())) {
            double one = peak.flopsPerSecond(1);
            double many = peak.flopsPerSecond(3);
            assertThat(many / one).isBetween(0.2, 5.0);
            assertThat(one).isGreaterThan(1e8);
        }
    }

    @Test
    void measuredBandwidthIsPlausible() {
        try (MemoryBandwidth bandwidth = new MemoryBandwidth(Device.cpu())) {
            assertThat(bandwidth.readBytesPerSecond()).isBetween(1e8, 2e12);
            assertThat(bandwidth.updateBytesPerSecond()).isBetween(1e8, 2e12);
        }
    }
}
