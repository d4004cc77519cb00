package org.ragdiff.cuda;

/** How numbers lie in device memory. */
public enum Format {
    F32(4),
    BF16(2),
    F16(2);

    private final int bytes;

    Format(int bytes) {
        this.bytes = bytes;
    }

    /** Size of an element. */
    public int bytes() {
        return bytes;
    }

    /** Ending of the names of kernels for this format. */
    String suffix() {
        return "_" + name().toLowerCase(java.util.Locale.ROOT);
    }
}
