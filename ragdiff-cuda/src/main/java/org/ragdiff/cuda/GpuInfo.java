package org.ragdiff.cuda;

/**
 * What a device is.
 *
 * @param name such as {@code NVIDIA H200}
 * @param capability compute capability, 90 for 9.0
 * @param processors streaming multiprocessors
 * @param memory bytes in all
 * @param software versions of the driver and libraries, for logs and tables
 */
public record GpuInfo(String name, int capability, int processors, long memory, String software) {
    /** The oldest generation whose tensor cores multiply bfloat16 and TF32: Ampere. */
    public static final int OLDEST = 80;

    /** For logs and users. */
    @Override
    public String toString() {
        return name + " (" + architecture() + ", " + processors + " processors, " + (memory >> 20) + " MB; " + software
                + ")";
    }

    /** Target of compilation, such as {@code sm_90}. */
    public String architecture() {
        return "sm_" + capability;
    }
}
