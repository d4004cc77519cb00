package org.ragdiff.core.random;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.io.FloatMemory;
import org.ragdiff.core.io.HalfFloats;

/**
 * The stream of PyTorch's CPU generator (mt19937): the same seed gives the same uniforms and
 * integers exactly, and the same normals to the last bits of log and cosine. Normals switch their
 * algorithm at 16 elements, so one draw of 2×8 differs from two of 8. Not thread-safe: a generator
 * belongs to one run.
 *
 * @see <a href="https://github.com/pytorch/pytorch/blob/main/aten/src/ATen/native/cpu/DistributionTemplates.h">
 *     PyTorch's distributions</a>
 */
public final class TorchGenerator {
    private static final int BLOCK = 16;
    private static final int CHUNK = 1 << 16;
    private static final float TWO_PI = (float) (2 * Math.PI);

    private final MersenneTwister engine;
    private double cached;
    private boolean hasCached;

    /** {@code torch.manual_seed(seed)}: only the low 32 bits count. */
    public TorchGenerator(long seed) {
        engine = new MersenneTwister((int) seed);
    }

    private TorchGenerator(State state) {
        int[] words = state.words();
        engine = new MersenneTwister(Arrays.copyOf(words, MersenneTwister.N), words[MersenneTwister.N]);
        cached = state.cached();
        hasCached = state.hasCached();
    }

    /**
     * Where a generator stands, for checkpoints.
     *
     * @param words engine words and position; copied
     * @param cached the second value of the last small normal draw, if {@code hasCached}
     */
    public record State(int[] words, double cached, boolean hasCached) {
        public State {
            if (words.length != MersenneTwister.N + 1) {
                throw new IllegalArgumentException(
                        "a state has " + (MersenneTwister.N + 1) + " words, got " + words.length);
            }
            words = words.clone();
        }
    }

    /** The present state; {@link #of} goes on from it. */
    public State state() {
        int[] words = new int[MersenneTwister.N + 1];
        engine.save(words);
        return new State(words, cached, hasCached);
    }

    /** A generator that goes on from a state. */
    public static TorchGenerator of(State state) {
        return new TorchGenerator(state);
    }

    /** The next 32 bits of the engine. */
    public int nextWord() {
        return engine.nextInt();
    }

    /** Uniform in [0, 1), a multiple of 2⁻²⁴; one word. */
    public float uniform() {
        return (engine.nextInt() & 0xffffff) * 0x1p-24f;
    }

    /** Uniform in [0, 1), a multiple of 2⁻⁵³; two words. */
    public double uniformDouble() {
        return (nextLong() & (1L << 53) - 1) * 0x1p-53;
    }

    private long nextLong() {
        long high = engine.nextInt();
        return high << 32 | engine.nextInt() & 0xffffffffL;
    }

    /** A scalar standard normal, as {@code randn} draws fewer than 16. */
    public double normal() {
        if (hasCached) {
            hasCached = false;
            return cached;
        }
        double u1 = uniformDouble();
        double u2 = uniformDouble();
        double radius = Math.sqrt(-2 * Math.log1p(-u2));
        double theta = 2 * Math.PI * u1;
        cached = radius * Math.sin(theta);
        hasCached = true;
        return radius * Math.cos(theta);
    }

    /** {@code torch.rand(shape)}: float32, 'c' order, uniform in [0, 1). */
    public INDArray rand(long... shape) {
        INDArray out = Nd4j.createUninitialized(DataType.FLOAT, shape, 'c');
        fill(out, false);
        return out;
    }

    /** {@code torch.randn(shape)}: float32, 'c' order, standard normal. */
    public INDArray randn(long... shape) {
        INDArray out = Nd4j.createUninitialized(DataType.FLOAT, shape, 'c');
        normal(out);
        return out;
    }

    /** Fills {@code out}, float32 in dense 'c' order, with what {@code randn} of its shape gives. */
    public void normal(INDArray out) {
        fill(out, true);
    }

    /** Fills {@code out} with what {@code torch.randn} of as many elements gives. */
    public void normal(float[] out) {
        int n = out.length;
        for (int i = 0; i < n; i++) {
            out[i] = n < BLOCK ? (float) normal() : uniform();
        }
        if (n >= BLOCK) {
            for (int i = 0; i + BLOCK <= n; i += BLOCK) {
                toNormal(out, i);
            }
            if (n % BLOCK != 0) {
                for (int i = n - BLOCK; i < n; i++) {
                    out[i] = uniform();
                }
                toNormal(out, n - BLOCK);
            }
        }
    }

    private void fill(INDArray out, boolean normal) {
        long n = out.length();
        float[] values = new float[(int) Math.min(CHUNK, n)];
        for (long done = 0; done < n; done += CHUNK) {
            int count = (int) Math.min(CHUNK, n - done);
            for (int i = 0; i < count; i++) {
                values[i] = normal && n < BLOCK ? (float) normal() : uniform();
            }
            if (normal && n >= BLOCK) {
                for (int i = 0; i + BLOCK <= count; i += BLOCK) {
                    toNormal(values, i);
                }
            }
            FloatMemory.put(out, done, values, count);
        }
        if (normal && n >= BLOCK && n % BLOCK != 0) {
            float[] last = new float[BLOCK];
            for (int i = 0; i < BLOCK; i++) {
                last[i] = uniform();
            }
            toNormal(last, 0);
            FloatMemory.put(out, n - BLOCK, last, BLOCK);
        }
    }

    private static void toNormal(float[] x, int at) {
        for (int j = at; j < at + BLOCK / 2; j++) {
            float u1 = 1 - x[j];
            float radius = (float) Math.sqrt(-2 * (float) Math.log(u1));
            // Rounding the angle to float32, as torch does, matters more than the cosine's last bit.
            float theta = TWO_PI * x[j + BLOCK / 2];
            x[j] = radius * (float) Math.cos(theta);
            x[j + BLOCK / 2] = radius * (float) Math.sin(theta);
        }
    }

    /** {@code torch.randn(n, dtype=torch.float64)}. */
    public double[] randnDouble(int n) {
        double[] x = new double[n];
        for (int i = 0; i < n; i++) {
            x[i] = n < BLOCK ? normal() : uniformDouble();
        }
        if (n >= BLOCK) {
            for (int i = 0; i + BLOCK <= n; i += BLOCK) {
                toNormal(x, i);
            }
            if (n % BLOCK != 0) {
                for (int i = n - BLOCK; i < n; i++) {
                    x[i] = uniformDouble();
                }
                toNormal(x, n - BLOCK);
            }
        }
        return x;
    }

    /**
     * {@code torch.randn(n, dtype=torch.float16)}: computed in float32, rounded to half precision. Not {@link
     * #randn} rounded: where n is not a multiple of 16, the last 16 values follow the whole blocks at once.
     */
    public float[] randnHalf(int n) {
        float[] x = new float[n];
        for (int i = 0; i < n && n < BLOCK; i++) {
            x[i] = (float) normal();
        }
        for (int i = 0; i + BLOCK <= n; i += BLOCK) {
            normalBlock(x, i);
        }
        if (n > BLOCK && n % BLOCK != 0) {
            normalBlock(x, n - BLOCK);
        }
        for (int i = 0; i < n; i++) {
            x[i] = HalfFloats.fromF16(HalfFloats.toF16(x[i]));
        }
        return x;
    }

    private void normalBlock(float[] x, int at) {
        for (int i = at; i < at + BLOCK; i++) {
            x[i] = uniform();
        }
        toNormal(x, at);
    }

    private static void toNormal(double[] x, int at) {
        for (int j = at; j < at + BLOCK / 2; j++) {
            double radius = Math.sqrt(-2 * Math.log(1 - x[j]));
            double theta = 2 * Math.PI * x[j + BLOCK / 2];
            x[j] = radius * Math.cos(theta);
            x[j + BLOCK / 2] = radius * Math.sin(theta);
        }
    }

    /**
     * {@code torch.randint(low, high, ())}: an integer in [low, high); one word for ranges below 2²⁸, else two, as
     * PyTorch has it from version 2.7 on.
     */
    public long randint(long low, long high) {
        long range = high - low;
        if (range <= 0) {
            throw new IllegalArgumentException(
                    "randint needs low < high with a range below 2^63, got " + low + " and " + high);
        }
        return low
                + (range < 1L << 28
                        ? Long.remainderUnsigned(engine.nextInt() & 0xffffffffL, range)
                        : Long.remainderUnsigned(nextLong(), range));
    }

    /** {@code torch.randperm(n)}: a permutation of 0..n-1. */
    public int[] randperm(int n) {
        int[] p = new int[n];
        for (int i = 0; i < n; i++) {
            p[i] = i;
        }
        for (int i = 0; i < n - 1; i++) {
            int j = i + Integer.remainderUnsigned(engine.nextInt(), n - i);
            int t = p[i];
            p[i] = p[j];
            p[j] = t;
        }
        return p;
    }

    /** {@code torch.bernoulli} of a float32 probability: true with that probability. */
    public boolean bernoulli(float probability) {
        return uniform() < probability;
    }

    /** {@code torch.Tensor.exponential_()} of one value: rate 1; two words. */
    public double exponential() {
        return -Math.log1p(-uniformDouble());
    }

    /**
     * {@code torch.multinomial(weights, n)} without replacement: the places of the n largest of weight over an
     * exponential (Efraimidis and Spirakis 2006), largest first.
     *
     * @param weights at least 0; not modified
     * @param n at most the number of weights
     */
    public int[] multinomial(float[] weights, int n) {
        if (n < 1 || n > weights.length) {
            throw new IllegalArgumentException("cannot draw " + n + " of " + weights.length + " without replacement");
        }
        float[] keys = new float[weights.length];
        Integer[] places = new Integer[weights.length];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = weights[i] / (float) exponential();
            places[i] = i;
        }
        Arrays.sort(places, (a, b) -> Float.compare(keys[b], keys[a]));
        return Arrays.stream(places).limit(n).mapToInt(Integer::intValue).toArray();
    }
}
