package org.ragdiff.diffusion.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LandmarkGuiderTest {
    @Test
    void distancesAreSampledAtCellCentresAndClampedTwice() {
        // A ramp along x stays a ramp under bilinear sampling: x centres at 1.5 and 5.5 of 8 cells.
        float[] field = new float[64];
        for (int i = 0; i < 64; i++) {
            field[i] = 0.01f * (i % 8);
        }
        float[] f = LandmarkGuider.features(field, 1, 8, 2, 2);
        assertThat(f).hasSize(8);
        for (int row = 0; row < 2; row++) {
            assertThat(f[row * 4]).isCloseTo(0.015f / 0.2f, within(1e-5f));
            assertThat(f[row * 4 + 1]).isCloseTo(0.5f, within(1e-5f));
            assertThat(f[row * 4 + 2]).isCloseTo(0.055f / 0.2f, within(1e-5f));
            assertThat(f[row * 4 + 3]).isEqualTo(1);
        }
    }
}
