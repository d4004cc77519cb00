package org.ragdiff.core.nn;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.HostArrays;

/** Fills a new parameter. */
@FunctionalInterface
public interface Initializer {
    void fill(INDArray value);

    static Initializer zeros() {
        return constant(0);
    }

    static Initializer ones() {
        return constant(1);
    }

    static Initializer constant(float c) {
        return value -> {
            float[] a = new float[Math.toIntExact(value.length())];
            Arrays.fill(a, c);
            HostArrays.write(value, a);
        };
    }

    /** Uniform in ±bound. */
    static Initializer uniform(SplittableRandom random, double bound) {
        return value -> {
            float[] a = new float[Math.toIntExact(value.length())];
            for (int i = 0; i < a.length; i++) {
                a[i] = (float) ((2 * random.nextDouble() - 1) * bound);
            }
            HostArrays.write(value, a);
        };
    }

    /** Normal with mean 0. */
    static Initializer normal(SplittableRandom random, double deviation) {
        return value -> {
            float[] a = new float[Math.toIntExact(value.length())];
            for (int i = 0; i < a.length; i++) {
                a[i] = (float) (random.nextGaussian() * deviation);
            }
            HostArrays.write(value, a);
        };
    }

    /** torch.nn's default for weights and biases: uniform in ±1 / sqrt(fan-in). */
    static Initializer torchDefault(SplittableRandom random, long fanIn) {
        return uniform(random, 1 / Math.sqrt(fanIn));
    }
}
