package org.ragdiff.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

class PatternDifferenceTest {
    private static final int SIDE = 128;
    private static final Silhouette BODY = Pictures.box(SIDE, 0.4, 0.45);
    private static final PatternOptions OPTIONS = PatternOptions.ofSide(SIDE);

    private static RgbImage cloth(DoubleBinaryOperator value) {
        byte[] rgb = new byte[SIDE * SIDE * 3];
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % SIDE;
            int y = i / 3 / SIDE;
            double v = BODY.at(x, y) ? value.applyAsDouble(x, y) : 255;
            rgb[i] = (byte) (int) Math.max(0, Math.min(255, Math.rint(v)));
        }
        return RgbImage.wrap(SIDE, SIDE, rgb);
    }

    private static RgbImage stripes(double period, double degrees) {
        double a = Math.toRadians(degrees);
        return cloth((x, y) -> 130 + 50 * Math.sin(2 * Math.PI * (x * Math.cos(a) + y * Math.sin(a)) / period));
    }

    @ParameterizedTest
    @CsvSource({"4,0", "5.3,20", "7,45", "8,90", "10,135", "6.1,170", "14,60"})
    void findsPeriodAndDirection(double period, double degrees) {
        double a = Math.toRadians(degrees);
        double[] tile = new double[32 * 32];
        for (int i = 0; i < tile.length; i++) {
            double along = i % 32 * Math.cos(a) + i / 32 * Math.sin(a);
            tile[i] = 50 + 20 * Math.sin(2 * Math.PI * along / period + 0.3);
        }
        LocalPattern p = LocalPattern.of(tile, 32);
        assertThat(1 / p.frequency()).isEqualTo(period, within(0.02 * period));
        double turn = Math.abs(p.orientation() - degrees);
        assertThat(Math.min(turn, 180 - turn)).isLessThan(1.5);
        assertThat(p.strength()).isGreaterThan(0.9);
        assertThat(p.contrast()).isEqualTo(20 / Math.sqrt(2), within(1.0));
    }

    @Test
    void comparesPeriodsAndDirections() {
        RgbImage truth = stripes(8, 30);
        PatternDifference same = PatternDifference.of(truth, truth, BODY, OPTIONS);
        assertThat(same.tiles()).isPositive();
        assertThat(same.patterned()).isEqualTo(same.tiles());
        assertThat(same.lost()).isZero();
        assertThat(same.octaves()).isZero();
        assertThat(same.degrees()).isZero();
        PatternDifference half = PatternDifference.of(stripes(4, 30), truth, BODY, OPTIONS);
        assertThat(half.octaves()).isEqualTo(1, within(0.03));
        assertThat(half.degrees()).isLessThan(1.5);
        PatternDifference turned = PatternDifference.of(stripes(8, 170), truth, BODY, OPTIONS);
        assertThat(turned.degrees()).isEqualTo(40, within(1.5));
        assertThat(turned.octaves()).isLessThan(0.03);
        assertThat(turned.lost()).isZero();
    }

    @Test
    void shiftsDoNotCount() {
        RgbImage truth = cloth((x, y) -> 130 + 50 * Math.sin(2 * Math.PI * x / 9));
        RgbImage moved = cloth((x, y) -> 130 + 50 * Math.sin(2 * Math.PI * (x + 4.5) / 9));
        PatternDifference d = PatternDifference.of(moved, truth, BODY, OPTIONS);
        assertThat(d.octaves()).isLessThan(0.01);
        assertThat(d.degrees()).isLessThan(0.5);
        assertThat(Ssim.of(moved, truth)).isLessThan(0.6);
    }

    @Test
    void whatHasNoPatternIsNotCompared() {
        Random random = new Random(4);
        RgbImage plain = cloth((x, y) -> 130);
        RgbImage shaded = cloth((x, y) -> 60 + x);
        RgbImage grain = cloth((x, y) -> 130 + 20 * random.nextGaussian());
        for (RgbImage truth : new RgbImage[] {plain, shaded, grain}) {
            PatternDifference d = PatternDifference.of(stripes(8, 0), truth, BODY, OPTIONS);
            assertThat(d.tiles()).isPositive();
            assertThat(d.patterned()).isZero();
            assertThat(d.lost()).isNaN();
            assertThat(d.octaves()).isNaN();
        }
        PatternDifference lost = PatternDifference.of(plain, stripes(8, 0), BODY, OPTIONS);
        assertThat(lost.lost()).isEqualTo(1);
        assertThat(lost.degrees()).isNaN();
    }

    @Test
    void badInputIsRefused() {
        RgbImage truth = stripes(8, 0);
        Silhouette none = new Silhouette(SIDE, SIDE, new boolean[SIDE * SIDE]);
        assertThat(PatternDifference.of(truth, truth, none, OPTIONS).tiles()).isZero();
        RgbImage other = RgbImage.wrap(64, 64, new byte[64 * 64 * 3]);
        assertThatThrownBy(() -> PatternDifference.of(other, truth, BODY, OPTIONS))
                .hasMessageContaining("equal sizes");
        boolean[] all = new boolean[64 * 64];
        Arrays.fill(all, true);
        assertThatThrownBy(() -> PatternDifference.of(truth, truth, new Silhouette(64, 64, all), OPTIONS))
                .hasMessageContaining("64x64");
        assertThatThrownBy(() -> new PatternOptions(4, 1, 2, 0.5)).hasMessageContaining("tile");
        assertThatThrownBy(() -> new PatternOptions(32, 1, 2, 1.5)).hasMessageContaining("strength");
    }
}
