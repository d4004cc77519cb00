package org.ragdiff.eval.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

class TruthTracesTest {
    private static final int SIDE = 48;

    private static boolean[] ellipse(int index, double grow) {
        boolean[] inside = new boolean[SIDE * SIDE];
        double a = 10 + index % 7 + grow;
        double b = 14 + index % 5 + grow;
        for (int i = 0; i < inside.length; i++) {
            double x = (i % SIDE - 23.5) / a;
            double y = (i / SIDE - 23.5) / b;
            inside[i] = x * x + y * y < 1;
        }
        return inside;
    }

    /** A speckled garment, on white or on a speckled floor. */
    private static RgbImage picture(boolean[] inside, long seed, int tone, boolean floor) {
        Random random = new Random(seed);
        byte[] rgb = new byte[SIDE * SIDE * 3];
        for (int i = 0; i < rgb.length; i++) {
            int garment = tone + random.nextInt(60);
            int around = floor ? 100 + random.nextInt(100) : 255;
            rgb[i] = (byte) (inside[i / 3] ? garment : around);
        }
        return RgbImage.wrap(SIDE, SIDE, rgb);
    }

    private static RgbImage paste(RgbImage result, RgbImage truth, boolean[] fromTruth) {
        byte[] rgb = result.rgb();
        byte[] theirs = truth.rgb();
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = fromTruth[i / 3] ? theirs[i] : rgb[i];
        }
        return RgbImage.wrap(SIDE, SIDE, rgb);
    }

    private static boolean[] not(boolean[] a) {
        boolean[] out = new boolean[a.length];
        for (int i = 0; i < a.length; i++) {
            out[i] = !a[i];
        }
        return out;
    }

    @Test
    void honestResultsLeaveNone() {
        TruthTraces traces = new TruthTraces();
        for (int i = 0; i < 40; i++) {
            boolean[] mask = ellipse(i, 0);
            RgbImage truth = picture(mask, i, 40 + i, i % 2 == 0);
            traces.add(picture(ellipse(i, 0.7), 1000 + i, 45 + i, false), truth, new Silhouette(SIDE, SIDE, mask));
        }
        assertThat(traces.signs()).isEmpty();
    }

    @Test
    void resultsCutOutByTheTrueMask() {
        TruthTraces traces = new TruthTraces();
        for (int i = 0; i < 10; i++) {
            boolean[] mask = ellipse(i, 0);
            boolean[] mine = i < 6 ? mask : ellipse(i, 0.7);
            RgbImage truth = picture(mask, i, 40 + i, true);
            traces.add(picture(mine, 1000 + i, 45 + i, false), truth, new Silhouette(SIDE, SIDE, mask));
        }
        assertThat(traces.signs()).containsExactly("6 of 10 results have exactly the true outline");
    }

    @Test
    void resultsPastedOverTheTrueBackground() {
        TruthTraces traces = new TruthTraces();
        for (int i = 0; i < 5; i++) {
            boolean[] mask = ellipse(i, 0);
            RgbImage truth = picture(mask, i, 40, true);
            RgbImage result = paste(picture(ellipse(i, 1), 1000 + i, 60, false), truth, not(ellipse(i, 1)));
            traces.add(result, truth, new Silhouette(SIDE, SIDE, mask));
        }
        assertThat(traces.signs()).containsExactly("5 of 5 results hold the truth's background");
    }

    @Test
    void resultsThatHoldTruePixelsOrTone() {
        TruthTraces traces = new TruthTraces();
        for (int i = 0; i < 5; i++) {
            boolean[] mask = ellipse(i, 0);
            RgbImage truth = picture(mask, i, 40, false);
            RgbImage result = paste(picture(ellipse(i, 2), 1000 + i, 60, false), truth, ellipse(i, -3));
            traces.add(result, truth, new Silhouette(SIDE, SIDE, mask));
        }
        assertThat(traces.signs()).containsExactly("5 of 5 results hold the truth's pixels inside the garment");
        TruthTraces toned = new TruthTraces();
        boolean[] mask = ellipse(1, 0);
        for (int i = 0; i < 5; i++) {
            RgbImage truth = picture(mask, i, 100, false);
            byte[] mirrored = truth.rgb();
            for (int p = 0; p < SIDE * SIDE; p++) {
                int from = p / SIDE * SIDE + SIDE - 1 - p % SIDE;
                System.arraycopy(truth.rgb(), 3 * from, mirrored, 3 * p, 3);
            }
            byte[] dirty = mirrored.clone();
            dirty[3 * SIDE * 2] = 0;
            toned.add(RgbImage.wrap(SIDE, SIDE, dirty), truth, new Silhouette(SIDE, SIDE, mask));
        }
        assertThat(toned.signs()).containsExactly("5 of 5 results have exactly the truth's mean colour");
    }

    @Test
    void refusesOtherSizes() {
        RgbImage truth = picture(ellipse(1, 0), 1, 40, false);
        RgbImage small = RgbImage.wrap(2, 2, new byte[12]);
        assertThatThrownBy(() -> new TruthTraces().add(small, truth, new Silhouette(SIDE, SIDE, ellipse(1, 0))))
                .hasMessageContaining("one size");
    }
}
