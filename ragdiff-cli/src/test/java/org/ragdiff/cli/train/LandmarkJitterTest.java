package org.ragdiff.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A plane bent by a random displacement: mean and variance are closed forms. */
class LandmarkJitterTest {
    /** Five knots: every eighth point is one. */
    private static final int SIDE = 33;

    private static final double DEVIATION = 0.02;

    private static float[] plane(double a, double b, double c) {
        float[] field = new float[SIDE * SIDE];
        for (int i = 0; i < field.length; i++) {
            field[i] = (float) (a * (i % SIDE) + b * (i / SIDE) + c);
        }
        return field;
    }

    private static float[] bent(float[] field, double deviation, long seed) {
        float[] out = new float[field.length];
        LandmarkJitter.apply(field, SIDE, deviation, new SplittableRandom(seed), out, 0);
        return out;
    }

    @Test
    void noDeviationCopies() {
        float[] field = plane(0.3, -0.2, 0.1);
        float[] out = new float[3 * field.length];
        LandmarkJitter.apply(field, SIDE, 0, new SplittableRandom(1), out, field.length);
        assertThat(Arrays.copyOfRange(out, field.length, 2 * field.length)).isEqualTo(field);
        assertThat(Arrays.copyOf(out, field.length)).containsOnly(0);
        assertThat(Arrays.copyOfRange(out, 2 * field.length, 3 * field.length)).containsOnly(0);
    }

    @Test
    void onlyItsPlaceIsWrittenAndTheFieldIsKept() {
        float[] field = plane(0.3, -0.2, 0.1);
        float[] before = field.clone();
        float[] out = new float[3 * field.length];
        LandmarkJitter.apply(field, SIDE, DEVIATION, new SplittableRandom(1), out, field.length);
        assertThat(field).isEqualTo(before);
        assertThat(Arrays.copyOfRange(out, field.length, 2 * field.length)).isEqualTo(bent(field, DEVIATION, 1));
        assertThat(Arrays.copyOf(out, field.length)).containsOnly(0);
    }

    @Test
    void theSameSeedBendsAlike() {
        float[] field = plane(0.01, 0.02, 0);
        assertThat(bent(field, DEVIATION, 3)).isEqualTo(bent(field, DEVIATION, 3));
        assertThat(bent(field, DEVIATION, 3)).isNotEqualTo(bent(field, DEVIATION, 4));
    }

    /**
     * Of f = ax + by + c, displaced by normal numbers of deviation s = 33 · 0.02 and shifted by one of
     * deviation 0.006: the mean is f, and at a knot the variance (a² + b²)s² + 0.006².
     */
    @Test
    void aPlaneStaysThatPlaneInTheMean() {
        double a = 0.03;
        double b = -0.05;
        float[] field = plane(a, b, 0.2);
        int n = 600;
        double[] sum = new double[field.length];
        double[] squares = new double[field.length];
        for (int seed = 0; seed < n; seed++) {
            float[] out = bent(field, DEVIATION, seed);
            for (int i = 0; i < out.length; i++) {
                double d = out[i] - field[i];
                sum[i] += d;
                squares[i] += d * d;
            }
        }
        double variance = (a * a + b * b) * Math.pow(DEVIATION * SIDE, 2) + Math.pow(0.3 * DEVIATION, 2);
        // Four standard errors; near the frame's edge positions are clamped.
        double error = 4 * Math.sqrt(variance / n);
        for (int y = 4; y < SIDE - 4; y++) {
            for (int x = 4; x < SIDE - 4; x++) {
                assertThat(sum[y * SIDE + x] / n).as("(%d, %d)", x, y).isEqualTo(0, within(error));
            }
        }
        for (int y = 8; y <= 24; y += 8) {
            for (int x = 8; x <= 24; x += 8) {
                // The variance of 600 normal numbers has a relative standard error of 6 %.
                assertThat(squares[y * SIDE + x] / n).isEqualTo(variance, within(0.25 * variance));
            }
        }
    }

    @Test
    void aConstantIsOnlyShifted() {
        float[] out = bent(plane(0, 0, 0.5), 0.1, 2);
        assertThat(out).containsOnly(out[0]);
        assertThat((double) out[0]).isNotEqualTo(0.5).isEqualTo(0.5, within(4 * 0.3 * 0.1));
    }
}
