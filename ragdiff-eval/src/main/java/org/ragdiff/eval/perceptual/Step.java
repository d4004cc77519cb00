package org.ragdiff.eval.perceptual;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ragdiff.core.tensor.Convolution;

/** A layer of a {@link Backbone}. */
public sealed interface Step {
    /** Parameters by name with their shapes, for so many channels coming in; empty for most. */
    default Map<String, long[]> shapes(int channels) {
        return Map.of();
    }

    /** Channels going out. */
    default int channels(int channels) {
        return channels;
    }

    /**
     * A convolution with bias, then max(x, 0).
     *
     * @param name of the parameters {@code NAME.weight} [out, in, kernel, kernel] and {@code NAME.bias} [out]
     */
    record Convolve(String name, int out, int kernel, Convolution geometry) implements Step {
        public Convolve {
            if (name.isBlank() || out < 1 || kernel < 1) {
                throw new IllegalArgumentException("a convolution needs a name, channels and a kernel, got \"" + name
                        + "\", " + out + ", " + kernel);
            }
        }

        /** Stride 1, the same size. */
        public static Convolve same(String name, int out, int kernel) {
            return new Convolve(name, out, kernel, Convolution.same(kernel));
        }

        @Override
        public Map<String, long[]> shapes(int channels) {
            Map<String, long[]> s = new LinkedHashMap<>();
            s.put(name + ".weight", new long[] {out, channels, kernel, kernel});
            s.put(name + ".bias", new long[] {out});
            return s;
        }

        @Override
        public int channels(int channels) {
            return out;
        }
    }

    /** SqueezeNet's module (Iandola et al. 2016): 1×1 to few channels, then 1×1 beside 3×3, their channels joined. */
    record Fire(String name, int squeezed, int expanded) implements Step {
        Convolve squeeze() {
            return Convolve.same(name + ".squeeze", squeezed, 1);
        }

        Convolve narrow() {
            return Convolve.same(name + ".expand1x1", expanded, 1);
        }

        Convolve wide() {
            return Convolve.same(name + ".expand3x3", expanded, 3);
        }

        @Override
        public Map<String, long[]> shapes(int channels) {
            Map<String, long[]> s = new LinkedHashMap<>(squeeze().shapes(channels));
            s.putAll(narrow().shapes(squeezed));
            s.putAll(wide().shapes(squeezed));
            return s;
        }

        @Override
        public int channels(int channels) {
            return 2 * expanded;
        }
    }

    /**
     * The maximum of each window, without padding.
     *
     * @param ceil whether a last window that is not whole counts, as PyTorch's {@code ceil_mode}
     */
    record MaxPool(int kernel, int stride, boolean ceil) implements Step {}

    /** DISTS' pooling: the root of squares smoothed by a 3×3 Hanning window at stride 2 (Hénaff and Simoncelli 2016). */
    record SmoothPool() implements Step {}

    /** What comes here is a stage of the network. */
    record Tap() implements Step {}
}
