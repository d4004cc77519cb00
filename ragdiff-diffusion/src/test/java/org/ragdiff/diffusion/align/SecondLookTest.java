package org.ragdiff.diffusion.align;

import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.core.PhotoAligner;
import org.ragdiff.core.PhotoAlignerContract;
import org.ragdiff.diffusion.Networks;

class SecondLookTest extends PhotoAlignerContract {
    @Override
    protected PhotoAligner aligner() {
        AlignmentNet net =
                new AlignmentNet(new SplittableRandom(1), new AlignmentConfig(16, 2, List.of(4, 8), 1, 4, 2));
        Networks.randomise(net, 2, 0.2);
        return new SecondLook(new LearnedAligner(net, SplineWarpFit.defaults(), Networks.KERNELS));
    }

    /** Not the network's own: photos are resized to that. */
    @Override
    protected int side() {
        return 24;
    }
}
