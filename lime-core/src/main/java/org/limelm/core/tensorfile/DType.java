package org.limelm.core.tensorfile;

/** The element types of safetensors that LIME reads and writes, by their names in the format. */
public enum DType {
    BOOL(1),
    U8(1),
    I8(1),
    U16(2),
    I16(2),
    F16(2),
    BF16(2),
    U32(4),
    I32(4),
    F32(4),
    U64(8),
    I64(8),
    F64(8);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** Returns the size of an element in bytes. */
    public int bytes() {
        return bytes;
    }
}
