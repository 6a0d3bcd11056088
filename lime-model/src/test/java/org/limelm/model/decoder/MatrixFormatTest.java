package org.limelm.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.limelm.model.decoder.Decoding.error;
import static org.limelm.model.decoder.Decoding.extend;
import static org.limelm.model.decoder.Decoding.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.limelm.model.device.Precision;

class MatrixFormatTest {
    /** Returns the tolerance: half precision rounds weights by at most 2^-12 of their magnitude. */
    static double tolerance(MatrixFormat format) {
        return format == MatrixFormat.HALF ? 1e-3 : 1e-5;
    }

    static Stream<MatrixFormat> formats() {
        return Stream.of(MatrixFormat.values()).filter(MatrixFormatTest::available);
    }

    private static boolean available(MatrixFormat format) {
        Device cpu = Device.cpu();
        return switch (format) {
            case HALF -> MatrixFormat.fastest(cpu, Precision.BF16, 1) == format;
            case SPLIT -> MatrixFormat.fastest(cpu, Precision.F32, 1) == format;
            case PACKED -> MatrixFormat.fastest(cpu, Precision.F32, 8) == format;
            case PLAIN -> true;
        };
    }

    @ParameterizedTest
    @MethodSource("formats")
    void everyFormatGivesTheSameLogits(MatrixFormat format) {
        for (ModelConfig config : CachedDecoderTest.architectures().toList()) {
            try (NDManager manager = NDManager.newBaseManager();
                    LimeDecoder model = model(config, manager)) {
                try (CachedDecoder cached = CachedDecoder.of(model, format);
                        KvCache cache = cached.newCache(3, 12)) {
                    Batch batch = TestModels.batch(manager, config, TestModels.SCHEMA, 3, 6);
                    NDArray expected = model.logits(batch, manager);
                    NDArray first = extend(cached, cache, batch, 0, 7, manager);
                    assertThat(error(first, expected, 6)).isLessThan(tolerance(format));
                    NDArray second = extend(cached, cache, batch, 7, 8, manager);
                    assertThat(error(second, expected, 7)).isLessThan(tolerance(format));
                }
            }
        }
    }

    @Test
    void packedFormatsAreAvailableOnX86() {
        assumeTrue(Processors.have("avx2"), "no processor with AVX2");
        Device cpu = Device.cpu();
        assertThat(MatrixFormat.fastest(cpu, Precision.BF16, 8)).isEqualTo(MatrixFormat.HALF);
        assertThat(MatrixFormat.fastest(cpu, Precision.F32, 4)).isEqualTo(MatrixFormat.SPLIT);
        assertThat(MatrixFormat.fastest(cpu, Precision.F32, 5)).isEqualTo(MatrixFormat.PACKED);
        assertThat(MatrixFormat.fastest(Device.gpu(), Precision.BF16, 1))
                .isEqualTo(MatrixFormat.PLAIN);
    }

    @Test
    void halfPrecisionIsCloserToFloat32ThanAFullPassInBfloat16() {
        assumeTrue(available(MatrixFormat.HALF), "half precision is not packed here");
        double[] errors = Decoding.bfloat16Errors(MatrixFormat.HALF);
        assertThat(errors[0]).isPositive().isLessThan(errors[1]);
    }
}
