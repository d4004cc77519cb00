package org.ragdiff.diffusion.refine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
        int side = 32;
        float[] two = new float[side * side];
        Arrays.fill(two, 0.01f);
        for (int y = 4; y < 20; y++) {
            Arrays.fill(two, y * side + 4, y * side + 16, -0.01f);
        }
        Arrays.fill(two, 25 * side + 24, 25 * side + 28, -0.02f);
        float[] out =
                LearnedRefiner.ofOnePiece(new SignedDistanceField(side, two)).toArray();
        for (int i = 0; i < out.length; i++) {
            int x = i % side;
            int y = i / side;
            if (x >= 3 && x < 17 && y >= 3 && y < 21) {
                assertThat(out[i]).as("the garment and a cell about it").isEqualTo(two[i]);
            }
        }
        // The corner of the garment is 8.5 cells to the left of it and 5.5 above.
        assertThat(out[25 * side + 24]).isEqualTo((float) (Math.hypot(8.5, 5.5) - 1) / side, within(0.5f / side));
        SignedDistanceField one = disc(side, 0.2);
        assertThat(LearnedRefiner.ofOnePiece(one)).isSameAs(one);
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
