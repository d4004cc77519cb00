package org.ragdiff.diffusion.align;

import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.nn.GroupNorm;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.MapUnet;
import org.ragdiff.diffusion.Patches;

/**
 * Reads off each cell of a photo whether it shows the garment, whether the garment lies there at all (an amodal mask,
 * Zhu et al. 2017), and where in the standard frame that part of it belongs: canonical coordinates as DensePose has them for bodies (Güler et al. 2018), by a UNet in the shape of
 * diffusers' blocks; and of the whole photo, in what light it was taken. Untrained it says that everything lies where
 * the photo shows it, in even light. Applying it is thread-safe.
 */
public final class AlignmentNet extends Module {
    /** Channels of the cells: logit of the seen garment, shifts across and down, logit of the whole garment. */
    static final int OUTPUTS = 4;
    /** Numbers of the affine map. */
    static final int AFFINE = 6;

    private static final int POOLED_CHANNELS = 16;
    private static final int POOLED = 128;

    private static final double EPS = 1e-5;

    private final AlignmentConfig config;
    private final MapUnet unet;
    private final GroupNorm poolNorm;
    private final Conv2d poolConv;
    private final Linear pool;
    private final Linear affine;
    private final GroupNorm lightNorm;
    private final Conv2d light;

    /** New weights, a function of {@code random}. */
    public AlignmentNet(SplittableRandom random, AlignmentConfig config) {
        this.config = config;
        List<Integer> channels = config.channels();
        int groups = config.normGroups();
        unet = child(
                "",
                new MapUnet(
                        random,
                        3 * config.patchSize() * config.patchSize(),
                        OUTPUTS,
                        channels,
                        config.midLayers(),
                        config.headChannels(),
                        groups));
        int coarsest = channels.get(channels.size() - 1);
        int coarse = config.cells() >> (channels.size() - 1);
        poolNorm = child("affine.norm", new GroupNorm(groups, coarsest, EPS));
        poolConv = child("affine.conv", new Conv2d(random, coarsest, POOLED_CHANNELS, 1));
        pool = child("affine.linear_1", new Linear(random, POOLED_CHANNELS * coarse * coarse, POOLED));
        affine = child("affine.linear_2", Linear.zero(POOLED, AFFINE));
        lightNorm = child("light.norm", new GroupNorm(groups, coarsest, EPS));
        light = child("light.conv", Conv2d.zero(coarsest, 3, 3));
    }

    public AlignmentConfig config() {
        return config;
    }

    /**
     * What is read off photos. A cell at (x, y) of the photo, in fractions of its side, belongs to
     * x + a₀ + a₁ (x − ½) + a₂ (y − ½) + dx across the frame and to y + a₃ + a₄ (x − ½) + a₅ (y − ½) + dy down it.
     *
     * @param cells [N, cells, cells, 4]: the logit of the seen garment, dx, dy, the logit of the whole garment
     * @param affine [N, 6]: a
     * @param light [N, coarse, coarse, 3]: logarithms of gains, see {@link PhotoLight}
     */
    public record Output(Var cells, Var affine, Var light) {}

    /** @param photos [N, side, side, 3] in [-1, 1] */
    public Output apply(Tape t, Var photos) {
        MapUnet.Encoded encoded = unet.encode(t, Patches.fold(t, photos, config.patchSize()));
        Var coarsest = encoded.coarsest();
        Var whole = affine(t, coarsest);
        Var gains = light.apply(t, lightNorm.apply(t, coarsest, Activation.SILU));
        return new Output(unet.decode(t, encoded), whole, gains);
    }

    /** Of the coarsest map as a whole: where, how large and how turned the garment lies. */
    private Var affine(Tape t, Var h) {
        Var small = poolConv.apply(t, poolNorm.apply(t, h, Activation.SILU));
        long n = small.size(0);
        Var flat = Shapes.reshape(t, small, n, small.value().length() / n);
        return affine.apply(t, Elementwise.activate(t, Activation.SILU, pool.apply(t, flat)));
    }
}
