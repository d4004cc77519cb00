package org.ragdiff.core.nn;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ObjIntConsumer;
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
        return inPieces((piece, n) -> Arrays.fill(piece, 0, n, c));
    }

    /** Uniform in ±bound; {@link #UNSET} if {@code random} is null. */
    static Initializer uniform(SplittableRandom random, double bound) {
        if (random == null) {
            return UNSET;
        }
        return inPieces((piece, n) -> {
            for (int i = 0; i < n; i++) {
                piece[i] = (float) ((2 * random.nextDouble() - 1) * bound);
            }
        });
    }

    /** Normal with mean 0; {@link #UNSET} if {@code random} is null. */
    static Initializer normal(SplittableRandom random, double deviation) {
        if (random == null) {
            return UNSET;
        }
        return inPieces((piece, n) -> {
            for (int i = 0; i < n; i++) {
                piece[i] = (float) (random.nextGaussian() * deviation);
            }
        });
    }

    /** Values piece by piece, so that large arrays take no heap. */
    private static Initializer inPieces(ObjIntConsumer<float[]> next) {
        return value -> {
            float[] piece = new float[(int) Math.min(value.length(), 1 << 16)];
            for (long done = 0; done < value.length(); done += piece.length) {
                int n = (int) Math.min(piece.length, value.length() - done);
                next.accept(piece, n);
                HostArrays.write(value, done, piece, 0, n);
            }
        };
    }

    /** torch.nn's default for weights and biases: uniform in ±1 / sqrt(fan-in); as {@link #uniform}. */
    static Initializer torchDefault(SplittableRandom random, long fanIn) {
        return uniform(random, 1 / Math.sqrt(fanIn));
    }
}
