package org.limelm.model.device;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The number format of matrix products; master weights and statistics are always float32. */
public enum Precision {
    /** IEEE single precision. */
    F32(6),
    /** bfloat16: 8 bits of exponent, 8 of significand. */
    BF16(15);

    private final int code;

    Precision(int code) {
        this.code = code;
    }

    /** Returns libtorch's {@code ScalarType} number, as passed to the kernels. */
    public int code() {
        return code;
    }

    /** Returns the name used in configurations and reports. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
