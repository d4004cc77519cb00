package org.ragdiff.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SignedDistanceFieldTest {
    @Test
    void equalsBruteForce() {
        int n = 19;
        Random random = new Random(5);
        boolean[] inside = new boolean[n * n];
        for (int i = 0; i < inside.length; i++) {
            inside[i] = random.nextDouble() < 0.3;
        }
        SignedDistanceField field = SignedDistanceField.of(new Silhouette(n, n, inside));
        for (int p = 0; p < n * n; p++) {
            double nearest = Double.MAX_VALUE;
            for (int q = 0; q < n * n; q++) {
                if (inside[q] != inside[p]) {
                    nearest = Math.min(nearest, Math.hypot(p % n - q % n, p / n - q / n));
                }
            }
            double expected = (inside[p] ? -1 : 1) * (nearest - 0.5) / n;
            assertThat((double) field.at(p % n, p / n)).isEqualTo(expected, within(1e-6));
        }
    }

    @Test
    void silhouetteSurvivesTheRoundTrip() {
        boolean[] inside = new boolean[32 * 32];
        for (int y = 5; y < 25; y++) {
            for (int x = 8; x < 20; x++) {
                inside[y * 32 + x] = true;
            }
        }
        Silhouette box = new Silhouette(32, 32, inside);
        assertThat(SignedDistanceField.of(box).toSilhouette()).isEqualTo(box);
        assertThat(SignedDistanceField.of(box).resize(64).toSilhouette().area()).isEqualTo(4 * box.area());
    }

    @Test
    void emptySilhouetteIsFarOutside() {
        assertThat(SignedDistanceField.of(new Silhouette(4, 4, new boolean[16])).toArray())
                .containsOnly(1f);
    }

    @Test
    void refusesNonFiniteValues() {
        assertThatThrownBy(() -> new SignedDistanceField(1, new float[] {Float.NaN}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("distance[0] is NaN");
    }
}
