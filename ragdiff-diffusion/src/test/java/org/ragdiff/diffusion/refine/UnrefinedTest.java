package org.ragdiff.diffusion.refine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.LandmarkEvidence;
import org.ragdiff.core.LandmarkRefiner;
import org.ragdiff.core.LandmarkRefinerContract;

class UnrefinedTest extends LandmarkRefinerContract {
    @Override
    protected LandmarkRefiner refiner() {
        return new Unrefined();
    }

    @Test
    void landmarksStay() {
        LandmarkEvidence e = new LandmarkEvidence(photo(3, true), disc(64, 0.2), disc(64, 0.3));
        assertThat(new Unrefined().refine(List.of(e))).containsExactly(e.landmark());
    }
}
