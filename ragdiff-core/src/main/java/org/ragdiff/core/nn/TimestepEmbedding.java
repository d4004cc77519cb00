package org.ragdiff.core.nn;

import java.util.SplittableRandom;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * Sinusoidal timesteps (cosines first, as diffusers with flip_sin_to_cos and no frequency shift), then
 * {@code linear_1}, SiLU, {@code linear_2}.
 */
public final class TimestepEmbedding extends Module {
    private final int frequencies;
    private final Linear linear1;
    private final Linear linear2;

    /** @param channels even size of the sinusoidal code */
    public TimestepEmbedding(SplittableRandom random, int channels, int out) {
        this.frequencies = channels / 2;
        linear1 = child("linear_1", new Linear(random, channels, out));
        linear2 = child("linear_2", new Linear(random, out, out));
    }

    /** Length of a timestep's code. */
    public int codeChannels() {
        return 2 * frequencies;
    }

    /** Codes of N timesteps, row-major [N, {@link #codeChannels}]: what {@link #apply} takes. */
    public float[] code(double... timesteps) {
        return sinusoids(timesteps, frequencies);
    }

    /**
     * @param code [N, {@link #codeChannels}] of {@link #code}
     * @return [N, out]
     */
    public Var apply(Tape t, Var code) {
        return linear2.apply(t, Elementwise.activate(t, Activation.SILU, linear1.apply(t, code)));
    }

    static float[] sinusoids(double[] timesteps, int frequencies) {
        float[] code = new float[timesteps.length * 2 * frequencies];
        for (int n = 0; n < timesteps.length; n++) {
            for (int i = 0; i < frequencies; i++) {
                double angle = timesteps[n] * Math.exp(-Math.log(10000) * i / frequencies);
                code[n * 2 * frequencies + i] = (float) Math.cos(angle);
                code[n * 2 * frequencies + frequencies + i] = (float) Math.sin(angle);
            }
        }
        return code;
    }
}
