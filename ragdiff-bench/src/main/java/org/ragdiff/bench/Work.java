package org.ragdiff.bench;

/**
 * What one computation takes, and by which of the machine's limits it is judged.
 *
 * @param limit what bounds it
 * @param amount floating-point operations, bytes read and written, or thousands of millions of images, of one
 *     computation; 0 if not counted
 */
public record Work(Limit limit, double amount) {
    /** A limit of the machine that is measured at the start of each run. */
    public enum Limit {
        /** Products in float32, in GFLOP/s. */
        F32("GFLOP/s"),
        /** Products in bfloat16, in GFLOP/s. */
        BF16("GFLOP/s"),
        /** Memory read and written in order, in GB/s. */
        MEMORY("GB/s"),
        /** Samples of a training's batches; the machine has no limit of its own for them. */
        IMAGES("images/s"),
        /** Not counted. */
        NONE("");

        private final String unit;

        Limit(String unit) {
            this.unit = unit;
        }

        /** The unit of a rate, such as GFLOP/s. */
        public String unit() {
            return unit;
        }
    }

    /** Products of float32 numbers. */
    public static Work flops(double amount) {
        return new Work(Limit.F32, amount);
    }

    /** Memory traffic. */
    public static Work bytes(double amount) {
        return new Work(Limit.MEMORY, amount);
    }

    /** A training step on so many samples. */
    public static Work images(int samples) {
        return new Work(Limit.IMAGES, 1e9 * samples);
    }

    /** Work without a measure. */
    public static Work uncounted() {
        return new Work(Limit.NONE, 0);
    }

    /** Thousands of millions (of images, ones) a second, at so many milliseconds each; 0 if not counted. */
    public double rate(double millis) {
        return millis > 0 ? amount / (millis * 1e6) : 0;
    }
}
