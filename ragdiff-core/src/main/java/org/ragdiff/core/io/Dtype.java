package org.ragdiff.core.io;

import java.util.Locale;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;

/** Element types of the safetensors format, with the ND4J type of the same layout where there is one. */
public enum Dtype {
    BOOL(8, DataType.BOOL),
    U8(8, DataType.UINT8),
    I8(8, DataType.INT8),
    I16(16, DataType.INT16),
    U16(16, DataType.UINT16),
    I32(32, DataType.INT32),
    U32(32, DataType.UINT32),
    I64(64, DataType.INT64),
    U64(64, DataType.UINT64),
    F16(16, DataType.FLOAT16),
    BF16(16, DataType.BFLOAT16),
    F32(32, DataType.FLOAT),
    F64(64, DataType.DOUBLE),
    F4(4, null),
    F6_E2M3(6, null),
    F6_E3M2(6, null),
    F8_E5M2(8, null),
    F8_E4M3(8, null),
    F8_E8M0(8, null),
    F8_E4M3FNUZ(8, null),
    F8_E5M2FNUZ(8, null),
    C64(64, null);

    private final int bits;
    private final DataType nd4j;

    Dtype(int bits, DataType nd4j) {
        this.bits = bits;
        this.nd4j = nd4j;
    }

    /** Bits of one element. */
    public int bits() {
        return bits;
    }

    /** The ND4J type of the same layout; empty where ND4J has none. */
    public Optional<DataType> nd4j() {
        return Optional.ofNullable(nd4j);
    }

    /** True for F16, BF16, F32 and F64. */
    public boolean isFloat() {
        return nd4j != null && nd4j.isFPType();
    }

    /** The type that stores an ND4J type without loss. */
    public static Optional<Dtype> of(DataType type) {
        for (Dtype d : values()) {
            if (d.nd4j == type) {
                return Optional.of(d);
            }
        }
        return Optional.empty();
    }

    /** By the name used in files and in options ("F16", "f16"). */
    public static Optional<Dtype> named(String name) {
        for (Dtype d : values()) {
            if (d.name().equals(name.toUpperCase(Locale.ROOT))) {
                return Optional.of(d);
            }
        }
        return Optional.empty();
    }
}
