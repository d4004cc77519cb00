package org.ragdiff.diffusion.align;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FramePlacementTest {
    private static final int SIDE = 40;

    /** A box of cells, ends not included. */
    private static FramePlacement ofBox(int left, int top, int right, int bottom) {
        float[] coverage = new float[SIDE * SIDE];
        for (int i = 0; i < coverage.length; i++) {
            boolean inside = i % SIDE >= left && i % SIDE < right && i / SIDE >= top && i / SIDE < bottom;
            coverage[i] = inside ? 0.9f : 0.4f;
        }
        return FramePlacement.of(coverage, SIDE);
    }

    @Test
    void whatLiesAsTheStandardStays() {
        assertThat(ofBox(2, 10, 38, 30)).isEqualTo(FramePlacement.none());
        assertThat(FramePlacement.none().across(0.3)).isEqualTo(0.3, within(1e-12));
        assertThat(FramePlacement.none().down(0.8)).isEqualTo(0.8, within(1e-12));
    }

    /** A box a tenth too far right and down, of two thirds of the size. */
    @Test
    void aBoxElsewhereIsBroughtMostOfTheWay() {
        FramePlacement p = ofBox(12, 20, 36, 28);
        assertThat(p.centreX()).isEqualTo(0.5 + 0.7 * 0.1, within(1e-12));
        assertThat(p.centreY()).isEqualTo(0.5 + 0.7 * 0.1, within(1e-12));
        assertThat(p.scale()).isEqualTo(Math.pow(24 / 36.0, 0.7), within(1e-12));
        assertThat(p.across(0.95))
                .as("where the standard's right end is looked for")
                .isEqualTo(p.centreX() + 0.45 * p.scale(), within(1e-12));
        assertThat(p.down(0.5)).isEqualTo(p.centreY(), within(1e-12));
    }

    @Test
    void aBoxFarTooSmallOrTooLargeAndNoneAreLeftAlone() {
        assertThat(ofBox(10, 10, 33, 20)).as("a box of 23 in place of 36 cells").isEqualTo(FramePlacement.none());
        assertThat(ofBox(0, 0, 0, 0)).as("no box").isEqualTo(FramePlacement.none());
        assertThat(FramePlacement.of(new float[] {0.9f}, 1).scale())
                .as("a full frame")
                .isEqualTo(Math.pow(1 / 0.9, 0.7), within(1e-12));
    }
}
