package org.ragdiff.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.io.FloatMemory;
import org.ragdiff.core.tensor.HostArrays;

/** What every {@link Denoiser} must do. */
public abstract class DenoiserContract {
    /** Between a sample in a batch and the same sample alone. */
    private static final float BATCHING = 2e-5f;

    /** A new denoiser, the same at each call, whose weights let every stream steer; closed by the test. */
    protected abstract Denoiser denoiser() throws Exception;

    /** What {@link #denoiser} works on. */
    protected abstract Size size();

    /**
     * @param height latent cells down
     * @param width latent cells across
     * @param channels of the latents
     * @param structure length of ê
     * @param landmark side of the landmarks' fields
     */
    public record Size(int height, int width, int channels, int structure, int landmark) {
        public int values() {
            return height * width * channels;
        }
    }

    private static float[] normals(long seed, int n) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] out = new float[n];
        for (int i = 0; i < n; i++) {
            out[i] = (float) random.nextGaussian();
        }
        return out;
    }

    private INDArray latents(long seed, int batch) {
        return FloatMemory.array(
                normals(seed, batch * size().values()), batch, size().height(), size().width(), size().channels());
    }

    /** Rows {@code from} to {@code to} of two garments' conditions. */
    private DenoiserCondition condition(int from, int to) {
        int n = to - from;
        Size s = size();
        int field = s.landmark() * s.landmark();
        return new DenoiserCondition(
                n,
                FloatMemory.array(rows(11, from, to, s.structure(), 1), n, s.structure()),
                FloatMemory.array(rows(12, from, to, field, 0.1f), n, s.landmark(), s.landmark(), 1),
                FloatMemory.array(rows(13, from, to, s.values(), 1), n, s.height(), s.width(), s.channels()));
    }

    private static float[] rows(long seed, int from, int to, int each, float scale) {
        float[] out = Arrays.copyOfRange(normals(seed, 2 * each), from * each, to * each);
        for (int i = 0; i < out.length; i++) {
            out[i] *= scale;
        }
        return out;
    }

    private Denoiser.Prepared prepare(Denoiser d, DenoiserCondition... conditions) {
        return d.prepare(List.of(conditions), size().height(), size().width());
    }

    /** The output's memory is full of NaN before. */
    private float[] predict(Denoiser d, Denoiser.Prepared p, float[] noisy, double timestep) {
        int batch = noisy.length / size().values();
        float[] nan = new float[noisy.length];
        Arrays.fill(nan, Float.NaN);
        long[] shape = {batch, size().height(), size().width(), size().channels()};
        try (INDArray in = FloatMemory.array(noisy, shape);
                INDArray out = FloatMemory.array(nan, shape)) {
            d.predict(in, timestep, p, out);
            assertThat(HostArrays.read(in)).containsExactly(noisy);
            return HostArrays.read(out);
        }
    }

    private float[] predict(Denoiser d, float[] noisy, double timestep, DenoiserCondition... conditions) {
        try (Denoiser.Prepared p = prepare(d, conditions)) {
            return predict(d, p, noisy, timestep);
        }
    }

    private float[] noisy(int from, int to) {
        return rows(20, from, to, size().values(), 1);
    }

    @Test
    void theWholeOutputIsWrittenAndRepeatable() throws Exception {
        try (Denoiser d = denoiser();
                Denoiser again = denoiser()) {
            float[] first = predict(d, noisy(0, 2), 400, condition(0, 2));
            for (float v : first) {
                assertThat(v).isFinite();
            }
            assertThat(predict(d, noisy(0, 2), 400, condition(0, 2))).containsExactly(first);
            assertThat(predict(again, noisy(0, 2), 400, condition(0, 2))).containsExactly(first);
            assertThat(again.fingerprint()).isNotBlank().isEqualTo(d.fingerprint());
            assertThat(d.predictionType()).isNotNull();
        }
    }

    @Test
    void preparedConditionsServeEveryStepAndRememberNone() throws Exception {
        try (Denoiser d = denoiser();
                Denoiser.Prepared p = prepare(d, condition(0, 2))) {
            float[] early = predict(d, p, noisy(0, 2), 900);
            float[] late = predict(d, p, noisy(0, 2), 10.5);
            assertThat(late).isNotEqualTo(early);
            assertThat(predict(d, p, noisy(0, 2), 900)).containsExactly(early);
        }
    }

    @Test
    void aSampleDoesNotDependOnTheOthersOfItsBatch() throws Exception {
        try (Denoiser d = denoiser()) {
            float[] both = predict(d, noisy(0, 2), 300, condition(0, 2));
            for (int i = 0; i < 2; i++) {
                float[] one = Arrays.copyOfRange(both, i * size().values(), (i + 1) * size().values());
                assertThat(predict(d, noisy(i, i + 1), 300, condition(i, i + 1)))
                        .containsExactly(one, within(BATCHING));
            }
        }
    }

    @Test
    void severalConditionsAreOneBatch() throws Exception {
        try (Denoiser d = denoiser()) {
            DenoiserCondition given = condition(0, 1);
            // The branches of a guided run, which share the reference's array.
            DenoiserCondition[] branches = {
                given,
                new DenoiserCondition(1, null, given.landmark(), given.reference()),
                new DenoiserCondition(1, given.structure(), null, given.reference()),
                DenoiserCondition.none(1)
            };
            float[] x = noisy(0, 1);
            float[] repeated = new float[4 * x.length];
            for (int i = 0; i < 4; i++) {
                System.arraycopy(x, 0, repeated, i * x.length, x.length);
            }
            float[] together = predict(d, repeated, 500, branches);
            List<float[]> parts = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                float[] part = Arrays.copyOfRange(together, i * x.length, (i + 1) * x.length);
                assertThat(part).containsExactly(predict(d, x, 500, branches[i]), within(BATCHING));
                parts.forEach(
                        other -> assertThat(part).as("every stream steers").isNotEqualTo(other));
                parts.add(part);
            }
        }
    }

    @Test
    void whatDoesNotFitIsRefused() throws Exception {
        try (Denoiser d = denoiser();
                Denoiser other = denoiser();
                Denoiser.Prepared p = prepare(d, condition(0, 2));
                Denoiser.Prepared foreign = prepare(other, condition(0, 2));
                INDArray two = latents(1, 2);
                INDArray three = latents(1, 3)) {
            assertThatThrownBy(() -> d.prepare(List.of(), size().height(), size().width()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> d.prepare(List.of(condition(0, 1)), 0, size().width()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> d.predict(three, 5, p, two)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> d.predict(two, 5, p, three)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> d.predict(two, 5, foreign, two.dup()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("prepared");
            for (double t : new double[] {-1, 1001, Double.NaN}) {
                assertThatThrownBy(() -> d.predict(two, t, p, two.dup()))
                        .as("timestep %s", t)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("timestep");
            }
        }
    }

    @Test
    void threadsGetWhatOneThreadGets() throws Exception {
        try (Denoiser d = denoiser()) {
            List<float[]> expected = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                expected.add(threeSteps(d, i));
            }
            List<float[]> found = Concurrently.run(4, 16, i -> threeSteps(d, i % 4));
            for (int i = 0; i < found.size(); i++) {
                assertThat(found.get(i)).containsExactly(expected.get(i % 4));
            }
        }
    }

    /** Each of the four has another condition or another noise. */
    private float[] threeSteps(Denoiser d, int which) {
        float[] x = normals(30 + which, size().values());
        try (Denoiser.Prepared p = prepare(d, condition(which % 2, which % 2 + 1))) {
            for (int t : new int[] {900, 500, 100}) {
                x = predict(d, p, x, t + which);
            }
            return x;
        }
    }

    @Test
    void closedConditionsAreRefusedAndClosingTwiceIsHarmless() throws Exception {
        try (INDArray noisy = latents(1, 1);
                INDArray out = latents(1, 1)) {
            Denoiser d = denoiser();
            Denoiser.Prepared p = prepare(d, condition(0, 1));
            p.close();
            p.close();
            // Its memory may serve another run by now.
            try (Denoiser.Prepared next = prepare(d, condition(1, 2))) {
                assertThatThrownBy(() -> d.predict(noisy, 5, p, out)).isInstanceOf(IllegalStateException.class);
                d.predict(noisy, 5, next, out);
            }
            Denoiser.Prepared open = prepare(d, condition(0, 1));
            d.close();
            d.close();
            assertThatThrownBy(() -> prepare(d, condition(0, 1))).isInstanceOf(RuntimeException.class);
            open.close();
        }
    }
}
