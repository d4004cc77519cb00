package org.ragdiff.cli.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.ragdiff.eval.feature.Features;

class FeatureSampleTest {
    @Test
    void keepsAllWhileTheyFit() {
        FeatureSample s = new FeatureSample(3, 1);
        s.add(Features.of(1, 4.0, 5.0));
        s.add(Features.of(1, 6.0));
        assertThat(s.features().row(2)).containsExactly(6);
        assertThat(s.features().count()).isEqualTo(3);
    }

    /** Each of 20 is among 5 with a chance of 1/4: of 20,000 draws 5,000 ± 4 standard deviations. */
    @Test
    void everyVectorHasTheSameChance() {
        int[] kept = new int[20];
        for (int seed = 0; seed < 20_000; seed++) {
            FeatureSample s = new FeatureSample(5, seed);
            for (int i = 0; i < kept.length; i++) {
                s.add(Features.of(1, (double) i));
            }
            for (int r = 0; r < 5; r++) {
                kept[(int) s.features().at(r, 0)]++;
            }
        }
        for (int n : kept) {
            assertThat((double) n).isCloseTo(5000, within(4 * Math.sqrt(20_000 * 0.25 * 0.75)));
        }
    }
}
