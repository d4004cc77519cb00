package org.ragdiff.data.wild;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

/** Views of one-coloured cloths: where they lie, what is hidden, which colour they have. */
class WildViewRendererTest {
    private static final int VIEWS = 25;
    private static final WildViewOptions WHOLE =
            WildViewOptions.defaults().withHiding(0, 0, 0).withCoverage(0.5, 0.7);

    private final Silhouette shape = Cloths.ellipse(0.3, 0.45);
    private final RgbImage standard = Cloths.standard(shape);

    private WildView view(WildViewOptions options, long seed) {
        return new WildViewRenderer(options, new ProceduralScenery()).render(standard, shape, "own", seed);
    }

    @Test
    void aSeedIsAView() {
        WildViewOptions all = WildViewOptions.defaults().withHiding(0.5, 0.5, 1);
        Set<RgbImage> photos = new HashSet<>();
        for (int seed = 0; seed < 8; seed++) {
            WildView once = view(all, seed);
            assertThat(view(all, seed)).usingRecursiveComparison().isEqualTo(once);
            photos.add(once.photo());
        }
        assertThat(photos).hasSize(8);
    }

    @Test
    void nothingIsHiddenWhereNothingHides() {
        for (int seed = 0; seed < VIEWS; seed++) {
            assertThat(view(WHOLE, seed).hiddenShare()).isZero();
        }
    }

    /** With the same seed the garment lies in the same place, so what is seen can be compared. */
    @Test
    void occludersHideMoreAndShowNothingNew() {
        double sum = 0;
        for (int seed = 0; seed < VIEWS; seed++) {
            WildView open = view(WHOLE, seed);
            WildView covered = view(WHOLE.withHiding(0, 0, 1), seed);
            Silhouette seen = covered.garmentMaskInPhoto();
            double share = 1 - (double) seen.area() / open.garmentMaskInPhoto().area();
            assertThat(covered.hiddenShare()).isEqualTo(share, within(1e-12));
            assertThat(seen.iou(open.garmentMaskInPhoto())).as("a subset").isEqualTo(1 - share, within(1e-12));
            sum += share;
        }
        assertThat(sum / VIEWS).isBetween(0.04, 0.5);
    }

    /** A fold turns 5 to 20 % of the cloth over and covers at most as much. */
    @Test
    void foldsHideWhatTheyTurnAndWhatTheyCover() {
        for (int seed = 0; seed < VIEWS; seed++) {
            assertThat(view(WHOLE.withHiding(0, 1, 0), seed).hiddenShare()).isBetween(0.04, 0.42);
        }
    }

    @Test
    void whatRunsOutOfThePhotoIsHidden() {
        WildViewOptions cropped = WHOLE.withHiding(1, 0, 0).withCoverage(0.95, 0.95);
        double sum = 0;
        for (int seed = 0; seed < VIEWS; seed++) {
            sum += view(cropped, seed).hiddenShare();
        }
        assertThat(sum / VIEWS).isBetween(0.02, 0.4);
    }

    private static boolean wellInside(Silhouette s, int x, int y) {
        for (int dy = -2; dy <= 2; dy++) {
            for (int dx = -2; dx <= 2; dx++) {
                int u = x + dx;
                int v = y + dy;
                if (u < 0 || v < 0 || u >= s.width() || v >= s.height() || !s.at(u, v)) {
                    return false;
                }
            }
        }
        return true;
    }

    @Test
    void withoutLightAndCameraTheMaskHoldsTheClothsColour() {
        WildViewOptions plain = WHOLE.withCamera(0, 0, 0, 0, 100);
        for (int seed = 0; seed < 6; seed++) {
            WildView v = view(plain, seed);
            int inside = 0;
            int outside = 0;
            for (int y = 0; y < plain.side(); y++) {
                for (int x = 0; x < plain.side(); x++) {
                    int off = 0;
                    for (int c = 0; c < 3; c++) {
                        off = Math.max(off, Math.abs(v.photo().at(x, y, c) - Cloths.COLOUR[c]));
                    }
                    if (wellInside(v.garmentMaskInPhoto(), x, y)) {
                        assertThat(off).as("(%d, %d)", x, y).isLessThanOrEqualTo(1);
                        inside++;
                    } else if (!v.garmentMaskInPhoto().at(x, y)) {
                        outside += off <= 1 ? 1 : 0;
                    }
                }
            }
            assertThat(inside).isGreaterThan(1000);
            assertThat(outside)
                    .as("pixels of the cloth's colour beside the mask")
                    .isLessThan(50);
        }
    }

    /** Light multiplies all channels alike. */
    @Test
    void lightKeepsTheClothsHue() {
        WildViewOptions lit = WHOLE.withCamera(1, 0, 0, 0, 100);
        double darkest = 1;
        for (int seed = 0; seed < 6; seed++) {
            WildView v = view(lit, seed);
            for (int y = 0; y < lit.side(); y++) {
                for (int x = 0; x < lit.side(); x++) {
                    double light = v.photo().at(x, y, 0) / (double) Cloths.COLOUR[0];
                    if (wellInside(v.garmentMaskInPhoto(), x, y) && v.photo().at(x, y, 0) < 255) {
                        assertThat(v.photo().at(x, y, 1) / (double) Cloths.COLOUR[1])
                                .isEqualTo(light, within(0.02));
                        assertThat(v.photo().at(x, y, 2) / (double) Cloths.COLOUR[2])
                                .isEqualTo(light, within(0.02));
                        darkest = Math.min(darkest, light);
                    }
                }
            }
        }
        assertThat(darkest).isBetween(0.2, 0.9);
    }

    /** Not bent, not turned: the ellipse scaled to its share of the photo, wherever it lies. */
    @Test
    void anUnbentViewIsTheScaledShape() {
        for (double coverage : new double[] {0.4, 0.65, 0.97}) {
            for (int seed = 0; seed < 5; seed++) {
                WildView v = view(WHOLE.withGeometry(0, 0, 0, 0).withCoverage(coverage, coverage), seed);
                Silhouette seen = v.garmentMaskInPhoto();
                double[] centre = centre(seen);
                double ry = coverage / 2;
                double rx = ry * 0.3 / 0.45;
                Silhouette scaled = Cloths.shape(
                        128, (x, y) -> Math.pow((x - centre[0]) / rx, 2) + Math.pow((y - centre[1]) / ry, 2) < 1);
                assertThat(seen.iou(scaled))
                        .as("coverage %s, seed %d", coverage, seed)
                        .isGreaterThan(0.97);
                assertThat(v.rotationDegrees()).isZero();
            }
        }
    }

    private static double[] centre(Silhouette s) {
        double[] sum = new double[2];
        for (int y = 0; y < s.height(); y++) {
            for (int x = 0; x < s.width(); x++) {
                if (s.at(x, y)) {
                    sum[0] += (x + 0.5) / s.width() - 0.5;
                    sum[1] += (y + 0.5) / s.height() - 0.5;
                }
            }
        }
        return new double[] {sum[0] / s.area(), sum[1] / s.area()};
    }

    /** The long axis of an ellipse, from its second moments, is turned by the view's angle. */
    @Test
    void positiveRotationIsClockwise() {
        double largest = 0;
        for (int seed = 0; seed < VIEWS; seed++) {
            WildView v = view(WHOLE.withGeometry(80, 80, 0, 0), seed);
            Silhouette s = v.garmentMaskInPhoto();
            double[] centre = centre(s);
            double xx = 0;
            double yy = 0;
            double xy = 0;
            for (int y = 0; y < s.height(); y++) {
                for (int x = 0; x < s.width(); x++) {
                    if (s.at(x, y)) {
                        double dx = (x + 0.5) / s.width() - 0.5 - centre[0];
                        double dy = (y + 0.5) / s.height() - 0.5 - centre[1];
                        xx += dx * dx;
                        yy += dy * dy;
                        xy += dx * dy;
                    }
                }
            }
            // Rows run down: the upper end of an upright axis turned clockwise lies to the right.
            double degrees = Math.toDegrees(0.5 * Math.atan2(-2 * xy, yy - xx));
            assertThat(v.rotationDegrees()).isEqualTo(degrees, within(2.0));
            largest = Math.max(largest, Math.abs(degrees));
        }
        assertThat(largest).isBetween(20.0, 80.0);
    }

    @Test
    void aPhotoOfAnotherSizeShowsTheSameGarment() {
        WildViewOptions unbent = WHOLE.withGeometry(0, 0, 0, 0).withCoverage(0.7, 0.7);
        for (int side : new int[] {33, 64, 200}) {
            WildView v = view(unbent.withSide(side), 2);
            assertThat(v.photo().width()).isEqualTo(side);
            double share = (double) v.garmentMaskInPhoto().area() / (side * side);
            // Area of an ellipse whose long axis is 0.7.
            assertThat(share).isEqualTo(Math.PI * 0.35 * 0.35 * 0.3 / 0.45, within(0.02));
        }
    }

    /** Remembers which groups were to be left out. */
    private static final class Recording implements WildScenery {
        private final Set<String> excluded = new HashSet<>();
        private final AtomicInteger garmentsAsked = new AtomicInteger();

        @Override
        public RgbImage background(int side, SplittableRandom random, String excludedGroup) {
            excluded.add(excludedGroup);
            return new ProceduralScenery().background(side, random, excludedGroup);
        }

        @Override
        public Optional<OtherGarment> otherGarment(SplittableRandom random, String excludedGroup) {
            excluded.add(excludedGroup);
            garmentsAsked.incrementAndGet();
            return Optional.empty();
        }

        @Override
        public String fingerprint() {
            return "recording";
        }
    }

    @Test
    void theGarmentsOwnGroupIsAlwaysExcluded() {
        Recording scenery = new Recording();
        WildViewRenderer renderer =
                new WildViewRenderer(WHOLE.withHiding(0, 0, 1).withSide(32), scenery);
        for (int seed = 0; seed < 60; seed++) {
            renderer.render(standard, shape, "own", seed);
        }
        assertThat(scenery.excluded).containsExactly("own");
        assertThat(scenery.garmentsAsked.get()).isPositive();
    }

    @Test
    void garmentsThatDoNotFitAreRefused() {
        WildViewRenderer renderer = new WildViewRenderer(WHOLE, new ProceduralScenery());
        Silhouette empty = Cloths.shape(Cloths.SIDE, (x, y) -> false);
        assertThatThrownBy(() -> renderer.render(standard, empty, "own", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the silhouette is empty");
        Silhouette small = Cloths.shape(64, (x, y) -> true);
        assertThatThrownBy(() -> renderer.render(standard, small, "own", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("64x64")
                .hasMessageContaining("128x128");
        RgbImage wide = RgbImage.wrap(20, 10, new byte[600]);
        assertThatThrownBy(() -> renderer.render(wide, new Silhouette(20, 10, new boolean[200]), "own", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be square");
    }

    /** A pixel that shows the garment well within its outline lies on the garment, and almost all of it is reached. */
    @Test
    void positionsSayWhereThePixelsBelong() {
        for (int seed = 0; seed < VIEWS; seed++) {
            WildView v = view(WHOLE, seed);
            FramePositions p = v.positions();
            int n = shape.width();
            boolean[] reached = new boolean[n * n];
            for (int i = 0; i < p.side() * p.side(); i++) {
                int x = (int) Math.floor(p.x()[i] * n);
                int y = (int) Math.floor(p.y()[i] * n);
                boolean garment = x >= 0 && y >= 0 && x < n && y < n && shape.at(x, y);
                if (v.garmentMaskInPhoto().at(i % p.side(), i / p.side()) != garment) {
                    assertThat(edgeDistance(p.x()[i], p.y()[i]))
                            .as("only at the outline")
                            .isLessThan(0.03);
                }
                if (garment) {
                    for (int k = 0; k < 9; k++) {
                        int near = Math.min(n - 1, Math.max(0, y + k / 3 - 1)) * n + Math.min(n - 1, x + k % 3);
                        reached[Math.max(0, near - 1)] = true;
                    }
                }
            }
            int covered = 0;
            for (int i = 0; i < reached.length; i++) {
                covered += reached[i] && shape.at(i % n, i / n) ? 1 : 0;
            }
            assertThat((double) covered / shape.area()).isGreaterThan(0.95);
        }
    }

    /** About the distance of a place from the ellipse's outline, in fractions of the frame. */
    private static double edgeDistance(double x, double y) {
        return Math.abs(Math.hypot((x - 0.5) / 0.3, (y - 0.5) / 0.45) - 1) * 0.3;
    }
}
