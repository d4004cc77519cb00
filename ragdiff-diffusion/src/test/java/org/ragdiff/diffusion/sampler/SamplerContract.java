package org.ragdiff.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.Concurrently;

/** What every {@link Sampler} must do, whatever it computes. */
public abstract class SamplerContract {
    private static final int STEPS = 7;
    private static final int EACH = 6;
    /** Of timesteps that are computed from noise levels. */
    private static final double ROUNDING = 1e-3;

    /** A sampler for any denoiser that it can use. */
    protected abstract Sampler sampler();

    /** Bounded, and of the timestep too. */
    private static void predict(float[] x, double timestep, float[] out) {
        for (int i = 0; i < x.length; i++) {
            out[i] = (float) Math.tanh(0.8 * x[i] + timestep / 2000);
        }
    }

    private static float[] run(Sampler sampler, long... seeds) {
        NoiseSource noise = NoiseSource.perSample(seeds);
        float[] start = noise.next(seeds.length * EACH);
        return sampler.sample(SamplerContract::predict, start, seeds.length, STEPS, noise, StepListener.NONE);
    }

    @Test
    void latentsAreFiniteAndAsManyAsTheNoise() {
        float[] out = run(sampler(), 1, 2);
        assertThat(out).hasSize(2 * EACH);
        for (float v : out) {
            assertThat(v).isFinite();
        }
        assertThat(sampler().name()).isNotBlank();
    }

    @Test
    void theStartIsNotModifiedAndRunsAreRepeatable() {
        Sampler sampler = sampler();
        float[] start = NoiseSource.perSample(3).next(EACH);
        float[] before = start.clone();
        NoiseSource noise = NoiseSource.perSample(4);
        float[] first = sampler.sample(SamplerContract::predict, start, 1, STEPS, noise, StepListener.NONE);
        assertThat(start).containsExactly(before);
        assertThat(first).isNotSameAs(start);
        NoiseSource again = NoiseSource.perSample(4);
        assertThat(sampler.sample(SamplerContract::predict, start, 1, STEPS, again, StepListener.NONE))
                .containsExactly(first);
    }

    @Test
    void aSampleDoesNotDependOnTheOthersOfItsBatch() {
        float[] three = run(sampler(), 5, 6, 7);
        for (int i = 0; i < 3; i++) {
            assertThat(run(sampler(), 5 + i)).containsExactly(Arrays.copyOfRange(three, i * EACH, (i + 1) * EACH));
        }
    }

    @Test
    void timestepsFallAndTheListenerSeesEachStep() {
        List<Double> asked = new ArrayList<>();
        List<Integer> seen = new ArrayList<>();
        NoiseSource noise = NoiseSource.perSample(8);
        sampler()
                .sample(
                        (x, t, out) -> {
                            asked.add(t);
                            predict(x, t, out);
                        },
                        noise.next(EACH),
                        1,
                        STEPS,
                        noise,
                        step -> seen.add(step.step()));
        assertThat(seen).hasSize(asked.size()).isSorted().doesNotHaveDuplicates();
        assertThat(asked).hasSizeGreaterThanOrEqualTo(STEPS);
        for (int i = 1; i < asked.size(); i++) {
            assertThat(asked.get(i)).isLessThanOrEqualTo(asked.get(i - 1) + ROUNDING);
        }
    }

    @Test
    void wrongUseIsRefused() {
        Sampler sampler = sampler();
        NoiseSource noise = NoiseSource.perSample(9);
        assertThatThrownBy(
                        () -> sampler.sample(SamplerContract::predict, new float[EACH], 1, 0, noise, StepListener.NONE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        sampler.sample(SamplerContract::predict, new float[7], 2, STEPS, noise, StepListener.NONE))
                .isInstanceOf(IllegalArgumentException.class);
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> sampler.sample(
                            (x, t, out) -> Arrays.fill(out, bad), noise.next(EACH), 1, STEPS, noise, StepListener.NONE))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void threadsGetWhatOneThreadGets() throws Exception {
        Sampler sampler = sampler();
        List<float[]> expected = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            expected.add(run(sampler, i, i + 1));
        }
        List<float[]> found = Concurrently.run(4, 24, i -> run(sampler, i % 4, i % 4 + 1));
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i)).containsExactly(expected.get(i % 4));
        }
    }
}
