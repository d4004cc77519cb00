package org.ragdiff.diffusion.refine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.LandmarkEvidence;
import org.ragdiff.core.LandmarkRefiner;
import org.ragdiff.core.LandmarkRefinerContract;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.diffusion.Networks;

class LearnedRefinerTest extends LandmarkRefinerContract {
    static final RefinerConfig TINY = new RefinerConfig(List.of(4, 8, 8, 8), 1, 4, 2);

    @Override
    protected LandmarkRefiner refiner() {
        RefinerNet net = new RefinerNet(new SplittableRandom(1), TINY);
        Networks.randomise(net, 2, 0.2);
        return new LearnedRefiner(net, Networks.KERNELS);
    }

    @Test
    void anUntrainedNetworkLeavesLandmarks() {
        LandmarkEvidence e = new LandmarkEvidence(photo(3, true), disc(64, 0.2), disc(64, 0.3));
        try (LearnedRefiner refiner =
                new LearnedRefiner(new RefinerNet(new SplittableRandom(1), TINY), Networks.KERNELS)) {
            assertThat(refiner.refine(List.of(e))).containsExactly(e.landmark());
        }
    }

    @Test
    void piecesBesideTheGarmentAreLeftOut() {
        float[] two = new float[64];
        Arrays.fill(two, 0.1f);
        for (int i : new int[] {9, 10, 17, 18, 25}) {
            two[i] = -0.1f;
        }
        two[46] = -0.05f;
        two[47] = -0.05f;
        SignedDistanceField out = LearnedRefiner.ofOnePiece(new SignedDistanceField(8, two));
        two[46] = 0.05f;
        two[47] = 0.05f;
        assertThat(out).isEqualTo(new SignedDistanceField(8, two));
        SignedDistanceField nothing = new SignedDistanceField(2, new float[] {1, 1, 1, 1});
        assertThat(LearnedRefiner.ofOnePiece(nothing)).isEqualTo(nothing);
    }

    @Test
    void aTrainedOneCorrectsThem() {
        LandmarkEvidence e = new LandmarkEvidence(photo(3, true), disc(64, 0.2), disc(64, 0.3));
        try (LandmarkRefiner refiner = refiner()) {
            SignedDistanceField out = refiner.refine(List.of(e)).get(0);
            assertThat(out).isNotEqualTo(e.landmark());
        }
    }
}
