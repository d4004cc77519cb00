package org.ragdiff.data.procedural;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.GarmentAttributes.Category;
import org.ragdiff.core.GarmentAttributes.Closure;
import org.ragdiff.core.GarmentAttributes.Length;
import org.ragdiff.core.GarmentAttributes.Sleeve;
import org.ragdiff.core.Silhouette;

/** Attributes and silhouettes against what is measured on the drawn outline. */
class GarmentShapeTest {
    private static final int SAMPLES = 60;
    private static final Look LOOK = Look.plain(0x4060a0);

    private static Silhouette draw(GarmentShape shape) {
        return new FlatRenderer(shape.construct(LOOK), Lay.straight(), 128)
                .draw(LOOK, 0, Exposure.even(), new SplittableRandom(1))
                .silhouette();
    }

    private static Rectangle2D bounds(GarmentShape shape) {
        return Paths.bounds(shape.construct(LOOK).outline());
    }

    @Test
    void aLongerSleeveMakesTheGarmentWider() {
        for (int k = 0; k < SAMPLES; k++) {
            UpperShape shape = UpperCuts.longSleeve(new SplittableRandom(k));
            double last = 0;
            for (double length : new double[] {8, 18, 28, 40, 52, 64}) {
                double width = bounds(
                                shape.withSleeve(shape.sleeve().orElseThrow().withLength(length)))
                        .getWidth();
                assertThat(width).as("sleeve of %s cm", length).isGreaterThanOrEqualTo(last - 1e-9);
                last = width;
            }
            // 18 cm at most 66 degrees below the horizontal, the rest nearly upright.
            assertThat(last).isGreaterThan(2 * (shape.body().shoulder() + 18 * Math.cos(Math.toRadians(66))));
        }
    }

    @Test
    void sleevelessGarmentsAreNoWiderAboveTheUnderarmThanBelow() {
        for (int k = 0; k < SAMPLES; k++) {
            UpperShape shape = k % 2 == 0
                    ? UpperCuts.tankTop(new SplittableRandom(k))
                    : UpperCuts.camisole(new SplittableRandom(k));
            assertThat(shape.attributes().sleeve()).isEqualTo(Sleeve.NONE);
            BodyCut b = shape.body();
            double widest = Math.max(b.chest(), Math.max(b.waist(), b.hem()));
            assertThat(bounds(shape).getWidth()).isCloseTo(2 * widest, within(1.0));
        }
    }

    @Test
    void sleevesAreNamedByTheirLength() {
        UpperShape shape = UpperCuts.longSleeve(new SplittableRandom(1));
        assertThat(sleeve(shape, 20)).isEqualTo(Sleeve.SHORT);
        assertThat(sleeve(shape, 38)).isEqualTo(Sleeve.ELBOW);
        assertThat(sleeve(shape, 60)).isEqualTo(Sleeve.LONG);
        UpperShape none = new UpperShape(
                shape.category(), shape.body(), Optional.empty(), shape.neck(), shape.front(), shape.seams());
        assertThat(none.attributes().sleeve()).isEqualTo(Sleeve.NONE);
    }

    private static Sleeve sleeve(UpperShape shape, double length) {
        return shape.withSleeve(shape.sleeve().orElseThrow().withLength(length))
                .attributes()
                .sleeve();
    }

    @Test
    void trousersHaveTwoLegsAndSkirtsOneHem() {
        for (int k = 0; k < SAMPLES; k++) {
            Silhouette trousers = draw(LowerCuts.trousers(new SplittableRandom(k)));
            int[] box = Shapes.box(trousers);
            assertThat(Shapes.runs(trousers, box[3] - 5)).as("trousers %d", k).isEqualTo(2);
            assertThat(Shapes.runs(trousers, box[1] + 8)).as("trousers %d", k).isEqualTo(1);
            Silhouette shorts = draw(LowerCuts.shorts(new SplittableRandom(k)));
            assertThat(Shapes.runs(shorts, Shapes.box(shorts)[3] - 4))
                    .as("shorts %d", k)
                    .isEqualTo(2);
            Silhouette skirt = draw(LowerCuts.skirt(new SplittableRandom(k)));
            int[] s = Shapes.box(skirt);
            assertThat(Shapes.runs(skirt, (s[1] + s[3]) / 2)).as("skirt %d", k).isEqualTo(1);
        }
    }

    @Test
    void theLengthIsThatOfTheOutline() {
        for (int k = 0; k < SAMPLES; k++) {
            PantsShape pants = LowerCuts.trousers(new SplittableRandom(k));
            assertThat(bounds(pants).getMaxY()).isCloseTo(pants.length(), within(1.0));
            Length name = pants.attributes().length();
            assertThat(name == Length.ANKLE).isEqualTo(pants.length() >= 88);
            UpperShape dress = DressCuts.dress(new SplittableRandom(k));
            assertThat(bounds(dress).getMaxY()).isCloseTo(dress.length(), within(5.0));
        }
    }

    @Test
    void everyCutOfEveryKindCanBeMade() {
        for (ProceduralCategory kind : ProceduralCategory.values()) {
            for (int k = 0; k < 300; k++) {
                GarmentShape shape = kind.cut(new SplittableRandom(31 * k + kind.ordinal()));
                GarmentAttributes a = shape.attributes();
                assertThat(a.category()).isEqualTo(kind.attribute());
                assertThat(a.sleeve()).isNotEqualTo(Sleeve.UNKNOWN);
                assertThat(a.neckline()).isNotEqualTo(GarmentAttributes.Neckline.UNKNOWN);
                assertThat(a.length()).isNotEqualTo(Length.UNKNOWN);
                assertThat(a.closure()).isNotEqualTo(Closure.UNKNOWN);
                assertThat(a.fit()).isNotEqualTo(GarmentAttributes.Fit.UNKNOWN);
            }
        }
    }

    /** A panel that crosses itself would cancel another one's winding and leave a hole. */
    @Test
    void theOutlineIsTheUnionOfThePanels() {
        for (ProceduralCategory kind : ProceduralCategory.values()) {
            for (int k = 0; k < 12; k++) {
                Construction c = kind.cut(new SplittableRandom(k)).construct(LOOK);
                Path2D union = c.outline();
                Rectangle2D box = Paths.bounds(union);
                for (int i = 0; i < 1600; i++) {
                    double x = box.getX() + box.getWidth() * (i % 40 + 0.5) / 40;
                    double y = box.getY() + box.getHeight() * (i / 40 + 0.5) / 40;
                    boolean any = c.panels().stream()
                            .anyMatch(p -> !p.overlay() && p.outline().contains(x, y));
                    assertThat(union.contains(x, y))
                            .as("%s %d at %f, %f", kind, k, x, y)
                            .isEqualTo(any);
                }
            }
        }
    }

    @Test
    void impossibleCutsAreRefused() {
        PantsShape p = LowerCuts.trousers(new SplittableRandom(1));
        assertThatThrownBy(() -> new PantsShape(
                        Category.SKIRT,
                        p.waist(),
                        p.hip(),
                        p.rise(),
                        p.length(),
                        p.knee(),
                        p.hem(),
                        1,
                        3,
                        0,
                        Closure.NONE,
                        p.style()))
                .hasMessageContaining("PANTS or SHORTS, not SKIRT");
        assertThatThrownBy(() -> new PantsShape(
                        Category.PANTS,
                        p.waist(),
                        p.hip(),
                        p.rise(),
                        20,
                        p.knee(),
                        p.hem(),
                        1,
                        3,
                        0,
                        Closure.NONE,
                        p.style()))
                .hasMessageContaining("length must be in");
        assertThatThrownBy(() -> new SleeveCut(90, 30, 12, 0, 0, false, 0))
                .hasMessageContaining("length must be in [3.0, 75.0], got 90");
    }

    @Test
    void bandsAverageExactly() {
        Bands bands = new Bands(new double[] {1, 3}, new int[] {0xff0000, 0x0000ff});
        float[] rgb = new float[3];
        bands.add(2, 4, 1, rgb);
        assertThat(rgb).containsExactly(63.75f, 0, 191.25f);
        rgb = new float[3];
        bands.add(0.5, 0.5, 1, rgb);
        assertThat(rgb).containsExactly(255, 0, 0);
        rgb = new float[3];
        bands.add(-2, 1, 1, rgb);
        assertThat(rgb).containsExactly(0, 0, 255);
    }
}
