package org.ragdiff.diffusion.align;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The fitted map against maps of closed form. */
class SplineWarpFitTest {
    private static final int SIDE = 32;
    private static final SplineWarpFit FIT = SplineWarpFit.defaults();

    /** From the photo to the frame. */
    private interface Position {
        double[] of(double px, double py);
    }

    private static Correspondences correspondences(Position position, boolean[] seen) {
        int n = SIDE * SIDE;
        float[] x = new float[n];
        float[] y = new float[n];
        float[] w = new float[n];
        for (int i = 0; i < n; i++) {
            double[] q = position.of((i % SIDE + 0.5) / SIDE, (i / SIDE + 0.5) / SIDE);
            x[i] = (float) q[0];
            y[i] = (float) q[1];
            w[i] = seen == null || seen[i] ? 1 : 0;
        }
        return new Correspondences(SIDE, x, y, w, w);
    }

    private static boolean[] disc(double radius) {
        boolean[] seen = new boolean[SIDE * SIDE];
        for (int i = 0; i < seen.length; i++) {
            seen[i] = Math.hypot((i % SIDE + 0.5) / SIDE - 0.5, (i / SIDE + 0.5) / SIDE - 0.5) < radius;
        }
        return seen;
    }

    /** Turned by 20 degrees, 0.7 as large and moved: frame = R⁻¹ (photo − t) / 0.7. */
    private static double[] similarity(double px, double py) {
        double c = Math.cos(Math.toRadians(20)) / 0.7;
        double s = Math.sin(Math.toRadians(20)) / 0.7;
        double x = px - 0.55;
        double y = py - 0.48;
        return new double[] {0.5 + c * x + s * y, 0.5 - s * x + c * y};
    }

    private static double[] photoOf(double u, double v) {
        double c = 0.7 * Math.cos(Math.toRadians(20));
        double s = 0.7 * Math.sin(Math.toRadians(20));
        return new double[] {0.55 + c * (u - 0.5) - s * (v - 0.5), 0.48 + s * (u - 0.5) + c * (v - 0.5)};
    }

    private static void assertSimilarity(SplineWarp warp, double tolerance) {
        double[] at = new double[2];
        for (double u = 0; u <= 1; u += 0.1) {
            for (double v = 0; v <= 1; v += 0.1) {
                warp.at(u, v, at);
                assertThat(at[0]).isEqualTo(photoOf(u, v)[0], within(tolerance));
                assertThat(at[1]).isEqualTo(photoOf(u, v)[1], within(tolerance));
            }
        }
    }

    /**
     * The bending penalty leaves affine maps free, so they come back everywhere; where nothing is seen, to half a percent,
     * since the rounding of positions is carried on too.
     */
    @Test
    void affineMapsAreExactAndCarriedOn() {
        assertSimilarity(
                FIT.fit(correspondences(SplineWarpFitTest::similarity, null)).orElseThrow(), 1e-5);
        assertSimilarity(
                FIT.fit(correspondences(SplineWarpFitTest::similarity, disc(0.2)))
                        .orElseThrow(),
                5e-3);
    }

    @Test
    void aMinorityThatContradictsIsWeighedDown() {
        SplittableRandom random = new SplittableRandom(3);
        Position wrong = (px, py) -> {
            double[] q = similarity(px, py);
            return random.nextDouble() < 0.15 ? new double[] {q[0] + 0.3, q[1] - 0.2} : q;
        };
        Correspondences c = correspondences(wrong, null);
        assertSimilarity(new SplineWarpFit(7, 2e-3, 0.03, 10, 0.01).fit(c).orElseThrow(), 0.01);
    }

    @Test
    void noiseIsAveragedOut() {
        SplittableRandom random = new SplittableRandom(5);
        Position noisy = (px, py) -> {
            double[] q = similarity(px, py);
            return new double[] {q[0] + 0.02 * random.nextGaussian(), q[1] + 0.02 * random.nextGaussian()};
        };
        SplineWarp warp = FIT.fit(correspondences(noisy, null)).orElseThrow();
        double[] at = new double[2];
        double squares = 0;
        int n = 0;
        for (double u = 0.2; u <= 0.8; u += 0.05, n++) {
            warp.at(u, 0.5, at);
            squares += Math.pow(at[0] - photoOf(u, 0.5)[0], 2) + Math.pow(at[1] - photoOf(u, 0.5)[1], 2);
        }
        assertThat(Math.sqrt(squares / n))
                .as("a fraction of the noise, 0.02 · 0.7 · √2")
                .isLessThan(0.007);
    }

    @Test
    void aBentMapIsFollowed() {
        Position bent = (px, py) -> new double[] {px + 0.03 * Math.sin(2 * Math.PI * py), py};
        SplineWarp warp = new SplineWarpFit(8, 1e-6, 0.03, 0, 0.01)
                .fit(correspondences(bent, null))
                .orElseThrow();
        double[] at = new double[2];
        for (double v = 0.1; v < 0.95; v += 0.1) {
            warp.at(0.5, v, at);
            assertThat(at[0]).isEqualTo(0.5 - 0.03 * Math.sin(2 * Math.PI * v), within(2e-3));
            assertThat(at[1]).isEqualTo(v, within(2e-3));
        }
    }

    @Test
    void whereNothingIsSeenThereIsNoMap() {
        assertThat(FIT.fit(correspondences(SplineWarpFitTest::similarity, new boolean[SIDE * SIDE])))
                .isEmpty();
    }

    /** A network may say of a photo without a garment that all of it lies far away. */
    @Test
    void whatLiesOutsideTheFrameGivesNoMap() {
        float[] far = new float[SIDE * SIDE];
        float[] seen = new float[SIDE * SIDE];
        Arrays.fill(far, 3);
        Arrays.fill(seen, 1);
        assertThat(FIT.fit(new Correspondences(SIDE, far, far, seen, seen))).isEmpty();
    }

    /** B-splines are a partition of unity and reproduce x. */
    @Test
    void theBasisSumsToOne() {
        double[] b = new double[4];
        for (double u = 0; u <= 1; u += 0.01) {
            int first = SplineWarp.basis(u, 7, b);
            assertThat(b[0] + b[1] + b[2] + b[3]).isEqualTo(1, within(1e-12));
            double mean = 0;
            for (int i = 0; i < 4; i++) {
                mean += b[i] * (first + i - 1);
            }
            assertThat(mean).isEqualTo(7 * u, within(1e-12));
        }
    }

    @Test
    void optionsAndArraysAreChecked() {
        assertThatThrownBy(() -> new SplineWarpFit(0, 1, 1, 0, 0)).hasMessageContaining("spans must be in 1..32");
        assertThatThrownBy(() -> new SplineWarpFit(4, 0, 1, 0, 0)).hasMessageContaining("bending");
        assertThatThrownBy(() -> new Correspondences(4, new float[16], new float[15], new float[16], new float[16]))
                .hasMessageContaining("16, 15, 16 and 16");
    }
}
