package org.limelm.model.machine;

/**
 * Vector instructions in EVEX encoding. Map: 1 for 0F, 2 for 0F38, 3 for 0F3A. Prefix: 0 for none,
 * 1 for 66, 2 for F3.
 */
enum VectorOp {
    LOAD(1, 0, 0x10), // vmovups
    STORE(1, 0, 0x11),
    SQRT(1, 0, 0x51),
    ADD(1, 0, 0x58),
    MUL(1, 0, 0x59),
    SUB(1, 0, 0x5c),
    DIV(1, 0, 0x5e),
    MAX(1, 0, 0x5f),
    MIN(1, 0, 0x5d),
    XOR(1, 1, 0xef), // vpxord
    COPY_EVEN(1, 2, 0x12), // vmovsldup: lanes 0, 0, 2, 2, ...
    COPY_ODD(1, 2, 0x16), // vmovshdup
    BROADCAST(2, 1, 0x18), // vbroadcastss
    SCALE(2, 1, 0x2c), // vscalefps: a * 2^b
    DOT_BF16(2, 2, 0x52), // vdpbf16ps: a += products of two pairs, b and c bfloat16
    TO_BF16(2, 2, 0x72), // vcvtneps2bf16: to half the width
    MULTIPLY_SUBTRACT_ADD(2, 1, 0xa6), // vfmaddsub213ps: a = a * b -+ c
    MULTIPLY_ADD(2, 1, 0xa8), // vfmadd213ps: a = a * b + c
    ADD_PRODUCT(2, 1, 0xb8), // vfmadd231ps: a += b * c
    SUBTRACT_PRODUCT(2, 1, 0xbc), // vfnmadd231ps: a -= b * c
    PERMUTE(3, 1, 0x04), // vpermilps
    ROUND(3, 1, 0x08), // vrndscaleps
    UPPER_128(3, 1, 0x19), // vextractf32x4
    UPPER_256(3, 1, 0x1b); // vextractf64x4

    final int map;
    final int prefix;
    final int code;

    VectorOp(int map, int prefix, int code) {
        this.map = map;
        this.prefix = prefix;
        this.code = code;
    }

    /** Returns the W bit: set for elements of 64 bits. */
    int wide() {
        return this == UPPER_256 ? 1 : 0;
    }
}
