package org.limelm.model.huggingface;

import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;
import org.limelm.core.tensorfile.DType;

/** The floating-point formats of weights, converted from and to float32. */
final class FloatFormat {
    /** The formats that can be read. */
    static final Set<DType> READABLE = EnumSet.of(DType.F32, DType.BF16, DType.F16);

    private static final int BF16_NAN = 0x7FC0;
    private static final int F16_MANTISSA_BITS = 10;
    private static final int F16_MANTISSA = (1 << F16_MANTISSA_BITS) - 1;
    private static final int F16_MAX_EXPONENT = 0x1F;
    private static final int F16_BIAS = 15;
    private static final int F32_MANTISSA_BITS = 23;
    private static final int F32_BIAS = 127;
    private static final int F32_INFINITY = 0x7F80_0000;

    private FloatFormat() {}

    /** Reads values, exactly. */
    static void read(ByteBuffer from, DType format, float[] into, int count) {
        switch (format) {
            case F32 -> from.asFloatBuffer().get(into, 0, count);
            case BF16 -> {
                for (int i = 0; i < count; i++) {
                    into[i] = Float.intBitsToFloat(from.getShort(2 * i) << 16);
                }
            }
            case F16 -> {
                for (int i = 0; i < count; i++) {
                    into[i] = fromHalf(from.getShort(2 * i));
                }
            }
            default -> throw new IllegalArgumentException("Weights in the format " + format);
        }
    }

    /** Writes values; bfloat16 rounds to the nearest, ties to even. */
    static void write(float[] values, int count, DType format, ByteBuffer into) {
        switch (format) {
            case F32 -> {
                for (int i = 0; i < count; i++) {
                    into.putFloat(values[i]);
                }
            }
            case BF16 -> {
                for (int i = 0; i < count; i++) {
                    into.putShort(toBfloat16(values[i]));
                }
            }
            default -> throw new IllegalArgumentException("Weights in the format " + format);
        }
    }

    private static short toBfloat16(float value) {
        if (Float.isNaN(value)) {
            return (short) BF16_NAN;
        }
        int bits = Float.floatToRawIntBits(value);
        int roundedUp = bits + 0x7FFF + ((bits >>> 16) & 1);
        return (short) (roundedUp >>> 16);
    }

    /** Converts an IEEE 754 binary16 value. */
    private static float fromHalf(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = (half >>> F16_MANTISSA_BITS) & F16_MAX_EXPONENT;
        int mantissa = half & F16_MANTISSA;
        if (exponent == 0) { // zero or subnormal: mantissa · 2^-24
            float magnitude = mantissa * 0x1p-24f;
            return Float.intBitsToFloat(sign | Float.floatToRawIntBits(magnitude));
        }
        int shifted = mantissa << (F32_MANTISSA_BITS - F16_MANTISSA_BITS);
        int exponentBits =
                exponent == F16_MAX_EXPONENT
                        ? F32_INFINITY
                        : (exponent - F16_BIAS + F32_BIAS) << F32_MANTISSA_BITS;
        return Float.intBitsToFloat(sign | exponentBits | shifted);
    }
}
