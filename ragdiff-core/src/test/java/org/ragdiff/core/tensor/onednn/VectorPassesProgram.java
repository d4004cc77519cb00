package org.ragdiff.core.tensor.onednn;

import java.util.Random;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.ShortPointer;

/** Compares the passes of the running JDK with sums in double precision; ends with 0 if they agree. */
public final class VectorPassesProgram {
    private VectorPassesProgram() {}

    /** Runs all shapes. */
    public static void main(String[] args) {
        VectorPasses passes = NewerJdk.passes();
        if (passes == null) {
            throw new AssertionError("no passes in Java " + Runtime.version());
        }
        int[][] shapes = {
            {1, 1}, {3, 7}, {5, 16}, {64, 48}, {1024, 48}, {257, 131}, {4096, 320}, {33, 1283}, {33001, 64}, {9001, 237}
        };
        for (int[] shape : shapes) {
            for (float mean : new float[] {0, 1000}) {
                moments(passes, shape[0], shape[1], mean);
            }
            for (boolean silu : new boolean[] {false, true}) {
                affine(passes, shape[0], shape[1], silu);
            }
        }
        System.out.println("agree");
    }

    private static void moments(VectorPasses passes, int t, int c, float centre) {
        float[] x = values(t * c, centre, 1);
        float[] mean = new float[c + 2];
        float[] variance = new float[c + 2];
        try (FloatPointer p = new FloatPointer(x)) {
            passes.moments(p.address(), t, c, mean, variance, 1, new float[passes.partialFloats(t, c)]);
        }
        for (int j = 0; j < c; j++) {
            double sum = 0;
            for (int i = 0; i < t; i++) {
                sum += x[i * c + j];
            }
            double m = sum / t;
            double squares = 0;
            for (int i = 0; i < t; i++) {
                squares += (x[i * c + j] - m) * (x[i * c + j] - m);
            }
            near("mean", mean[j + 1], m, 1e-6 + Math.abs(m) * 1e-7);
            near("variance", variance[j + 1], squares / t, 1e-5 * squares / t + 1e-12);
        }
        near("before", mean[0], 0, 0);
        near("behind", variance[c + 1], 0, 0);
    }

    private static void affine(VectorPasses passes, int t, int c, boolean silu) {
        float[] x = values(t * c, 0, 20);
        x[0] = Float.NaN;
        float[] factor = values(c, 1, 1);
        float[] offset = values(c, 0, 1);
        float[] high = new float[t * c];
        short[] low = new short[t * c];
        try (FloatPointer in = new FloatPointer(x);
                FloatPointer out = new FloatPointer((long) t * c);
                ShortPointer half = new ShortPointer((long) t * c)) {
            passes.affine(in.address(), t, c, factor, offset, 0, silu, out.address(), false);
            passes.affine(in.address(), t, c, factor, offset, 0, silu, half.address(), true);
            out.get(high);
            half.get(low);
        }
        for (int i = 0; i < t * c; i++) {
            double y = (double) x[i] * factor[i % c] + offset[i % c];
            double want = silu ? y / (1 + Math.exp(-y)) : y;
            near("affine", high[i], want, 4e-7 * Math.abs(want) + 2e-6);
            float rounded = Float.intBitsToFloat(low[i] << 16);
            near("bfloat16", rounded, high[i], Math.abs(high[i]) / 256);
        }
    }

    private static float[] values(int count, float centre, float spread) {
        Random random = new Random(count);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = centre + spread * (float) random.nextGaussian();
        }
        return values;
    }

    private static void near(String what, double got, double want, double tolerance) {
        if (Double.isNaN(want) ? !Double.isNaN(got) : !(Math.abs(got - want) <= tolerance)) {
            throw new AssertionError(what + ": got " + got + ", expected " + want);
        }
    }
}
