package org.ragdiff.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.ragdiff.diffusion.refine.RefinerInputs;

class EvidenceDyeTest {
    private static final int C = RefinerInputs.CHANNELS;

    @Test
    void onlyColoursChangeAndWhiteStays() {
        float[] evidence = new float[6 * C];
        Arrays.fill(evidence, 0.25f);
        Arrays.fill(evidence, C, C + 3, 1);
        float[] before = evidence.clone();
        EvidenceDye.apply(evidence, C, 4, new SplittableRandom(3));
        assertThat(Arrays.copyOf(evidence, 2 * C)).containsExactly(Arrays.copyOf(before, 2 * C));
        assertThat(Arrays.copyOfRange(evidence, 5 * C, 6 * C))
                .containsExactly(Arrays.copyOfRange(before, 5 * C, 6 * C));
        for (int cell = 2; cell < 5; cell++) {
            for (int c = 0; c < C; c++) {
                float now = evidence[cell * C + c];
                if (c < 3) {
                    assertThat(now).isNotEqualTo(0.25f).isBetween(1 - 1.4f * 0.75f, 1 - 0.6f * 0.75f);
                } else {
                    assertThat(now).isEqualTo(0.25f);
                }
            }
        }
    }

    /** Red becomes green or blue or stays, equally often. */
    @Test
    void channelsChangePlaces() {
        SplittableRandom random = new SplittableRandom(1);
        int[] darkest = new int[3];
        for (int n = 0; n < 600; n++) {
            float[] cell = {-1, 1, 1, 0, 0, 0, 0};
            EvidenceDye.apply(cell, 0, 1, random);
            for (int c = 0; c < 3; c++) {
                darkest[c] += cell[c] < 0.9f ? 1 : 0;
            }
        }
        for (int count : darkest) {
            assertThat(count).isBetween(150, 250);
        }
    }
}
