package org.ragdiff.core.nn;

import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.HostArrays;

/** Fills a new parameter. */
@FunctionalInterface
public interface Initializer {
    void fill(INDArray value);

    /** Leaves the parameter without memory until it is loaded. */
    Initializer UNSET = value -> {};

    static Initializer zeros() {
        return constant(0);
    }

    static Initializer ones() {
        return constant(1);
    }

    static Initializer constant(float c) {
        return each(() -> c);
    }

    /** Uniform in ±bound; {@link #UNSET} if {@code random} is null. */
    static Initializer uniform(SplittableRandom random, double bound) {
        return random == null ? UNSET : each(() -> (2 * random.nextDouble() - 1) * bound);
    }

    /** Normal with mean 0; {@link #UNSET} if {@code random} is null. */
    static Initializer normal(SplittableRandom random, double deviation) {
        return random == null ? UNSET : each(() -> random.nextGaussian() * deviation);
    }

    /** Values one after the other, written in pieces so that large arrays take no heap. */
    private static Initializer each(DoubleSupplier next) {
        return value -> {
            float[] piece = new float[(int) Math.min(value.length(), 1 << 16)];
            for (long done = 0; done < value.length(); done += piece.length) {
                int n = (int) Math.min(piece.length, value.length() - done);
                for (int i = 0; i < n; i++) {
                    piece[i] = (float) next.getAsDouble();
                }
                HostArrays.write(value, done, piece, 0, n);
            }
        };
    }

    /** torch.nn's default for weights and biases: uniform in ±1 / sqrt(fan-in); as {@link #uniform}. */
    static Initializer torchDefault(SplittableRandom random, long fanIn) {
        return uniform(random, 1 / Math.sqrt(fanIn));
    }
}
