package org.ragdiff.diffusion.unet;

import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.nn.GroupNorm;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * The reference network's finest map, brought to the features after {@code conv_in}: photo and flat-lay show
 * the garment in roughly the same place, and what lies there need not be searched for by attention. The
 * convolution starts at zero, as in ControlNet (Zhang et al. 2023), so that a new guider changes nothing.
 */
final class PatternGuider extends Module {
    private static final double EPS = 1e-5;

    private final GroupNorm norm;
    private final Conv2d convOut;

    PatternGuider(UnetConfig config, int out) {
        int in = config.referenceChannels().get(0);
        norm = child("norm", new GroupNorm(config.normGroups(), in, EPS));
        convOut = child("conv_out", Conv2d.zero(in, out, 3));
    }

    /**
     * @param map of the photos [R, h, w, C]
     * @param rows which photo each row reads
     * @return [N, h, w, out], zeros for rows without a photo
     */
    Var apply(Tape t, Var map, ReferenceRows rows) {
        return Rows.spread(t, project(t, map), rows);
    }

    /** [R, h, w, out], of photos [R, h, w, C]. */
    Var project(Tape t, Var map) {
        return convOut.apply(t, norm.apply(t, map, Activation.SILU));
    }
}
