package org.ragdiff.diffusion.unet;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * The hard path of RAGDiffusion (arXiv 2411.19528, Landmark Guider): a few convolutions over the landmark's
 * signed distances, added to the features after {@code conv_in}. The last convolution starts at zero, so
 * that a new guider changes nothing. The distances enter twice, clamped wide (where is the garment?) and
 * narrow (where exactly is its outline?).
 */
public final class LandmarkGuider extends Module {
    /** Distances are clamped to these, in fractions of the frame's side, and divided by them. */
    private static final float[] REACH = {0.2f, 0.03f};

    private final List<Conv2d> blocks = new ArrayList<>();
    private final Conv2d convOut;

    /**
     * @param random null leaves the weights unset, to be loaded
     * @param channels of the convolutions, at least one
     * @param out channels of the features that the map is added to
     */
    public LandmarkGuider(SplittableRandom random, List<Integer> channels, int out) {
        int in = REACH.length;
        for (int i = 0; i < channels.size(); i++) {
            blocks.add(child(i == 0 ? "conv_in" : "blocks." + (i - 1), new Conv2d(random, in, channels.get(i), 3)));
            in = channels.get(i);
        }
        convOut = child("conv_out", random == null ? new Conv2d(null, in, out, 3) : Conv2d.zero(in, out, 3));
    }

    /**
     * @param fields n signed distance fields of side {@code side}, row-major, in fractions of the side
     * @return [n, h, w, out]
     */
    Var apply(Tape t, float[] fields, int n, int side, int h, int w) {
        try (Tape.Scope scope = t.scope()) {
            INDArray in = t.allocate(n, h, w, REACH.length);
            HostArrays.write(in, features(fields, n, side, h, w));
            return scope.keep(apply(t, t.constant(in)));
        }
    }

    /**
     * @param features [n, h, w, 2] of {@link #features}
     * @return [n, h, w, out]
     */
    public Var apply(Tape t, Var features) {
        try (Tape.Scope scope = t.scope()) {
            Var x = features;
            for (Conv2d conv : blocks) {
                x = Elementwise.activate(t, Activation.SILU, conv.apply(t, x));
            }
            return scope.keep(convOut.apply(t, x));
        }
    }

    /**
     * Bilinear samples at cell centres, one clamped copy for each reach, in [-1, 1].
     *
     * @param fields n signed distance fields of side {@code side}, row-major, in fractions of the side; not modified
     * @return row-major [n, h, w, 2]
     */
    public static float[] features(float[] fields, int n, int side, int h, int w) {
        if (fields.length != n * side * side) {
            throw new IllegalArgumentException(fields.length + " distances, expected " + n + " fields of side " + side);
        }
        float[] out = new float[n * h * w * REACH.length];
        int at = 0;
        for (int i = 0; i < n; i++) {
            int base = i * side * side;
            for (int y = 0; y < h; y++) {
                double sy = Math.min(Math.max((y + 0.5) * side / h - 0.5, 0), side - 1);
                int y0 = (int) sy;
                int y1 = Math.min(y0 + 1, side - 1);
                for (int x = 0; x < w; x++) {
                    double sx = Math.min(Math.max((x + 0.5) * side / w - 0.5, 0), side - 1);
                    int x0 = (int) sx;
                    int x1 = Math.min(x0 + 1, side - 1);
                    double top =
                            fields[base + y0 * side + x0] * (1 - sx + x0) + fields[base + y0 * side + x1] * (sx - x0);
                    double low =
                            fields[base + y1 * side + x0] * (1 - sx + x0) + fields[base + y1 * side + x1] * (sx - x0);
                    double d = top + (low - top) * (sy - y0);
                    for (float reach : REACH) {
                        out[at++] = (float) (Math.max(-reach, Math.min(reach, d)) / reach);
                    }
                }
            }
        }
        return out;
    }
}
