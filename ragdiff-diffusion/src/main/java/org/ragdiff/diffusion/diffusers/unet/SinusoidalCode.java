package org.ragdiff.diffusion.diffusers.unet;

/**
 * The sinusoidal code of timesteps (Vaswani et al. 2017), as diffusers' {@code Timesteps}: frequencies
 * 10000^(−i / (half − shift)), computed in float32 steps, as large angles differ visibly otherwise.
 *
 * @param channels even length of a code
 * @param flipSinToCos cosines before sines
 * @param freqShift of the frequencies, less than half the channels
 */
public record SinusoidalCode(int channels, boolean flipSinToCos, double freqShift) {
    public SinusoidalCode {
        if (channels < 2 || channels % 2 != 0 || !(Math.abs(freqShift) < channels / 2.0)) {
            throw new IllegalArgumentException("a code needs an even number of channels, and freq_shift below half of"
                    + " it, got " + channels + " and " + freqShift);
        }
    }

    /** The same kind of code of another length. */
    public SinusoidalCode withChannels(int other) {
        return new SinusoidalCode(other, flipSinToCos, freqShift);
    }

    /** Codes of N values, row-major [N, channels]. */
    public float[] of(double... values) {
        int half = channels / 2;
        float[] code = new float[Math.multiplyExact(values.length, channels)];
        for (int i = 0; i < half; i++) {
            float exponent = (float) (-Math.log(10000)) * i / (float) (half - freqShift);
            float frequency = (float) Math.exp(exponent);
            for (int n = 0; n < values.length; n++) {
                float angle = (float) values[n] * frequency;
                int at = n * channels + i;
                code[flipSinToCos ? at : at + half] = (float) Math.cos(angle);
                code[flipSinToCos ? at + half : at] = (float) Math.sin(angle);
            }
        }
        return code;
    }
}
