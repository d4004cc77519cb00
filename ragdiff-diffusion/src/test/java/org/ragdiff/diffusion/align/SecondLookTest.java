package org.ragdiff.diffusion.align;

import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.core.PhotoAligner;
import org.ragdiff.core.PhotoAlignerContract;
import org.ragdiff.diffusion.Networks;

class SecondLookTest extends PhotoAlignerContract {
    @Override
    protected PhotoAligner aligner() {
        return new SecondLook(network(1, 16), network(2, 24));
    }

    private static LearnedAligner network(long seed, int side) {
        AlignmentNet net =
                new AlignmentNet(new SplittableRandom(seed), new AlignmentConfig(side, 2, List.of(4, 8), 1, 4, 2));
        Networks.randomise(net, seed + 1, 0.2);
        return new LearnedAligner(net, SplineWarpFit.defaults(), Networks.KERNELS);
    }

    /** Not the networks' own: photos are resized to those. */
    @Override
    protected int side() {
        return 20;
    }
}
