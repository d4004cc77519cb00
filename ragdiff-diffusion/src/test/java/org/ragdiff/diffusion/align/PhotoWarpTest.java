package org.ragdiff.diffusion.align;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.ragdiff.core.AlignedPhoto;
import org.ragdiff.core.RgbImage;

class PhotoWarpTest {
    private static final int SIDE = 32;
    private static final int CELLS = 16;

    /** Columns of 8 pixels, whose red grows from left to right. */
    private static RgbImage bars() {
        byte[] rgb = new byte[3 * SIDE * SIDE];
        for (int i = 0; i < SIDE * SIDE; i++) {
            rgb[3 * i] = (byte) (60 * (i % SIDE / 8));
            rgb[3 * i + 2] = 100;
        }
        return RgbImage.wrap(SIDE, SIDE, rgb);
    }

    /**
     * Cells whose photo lies {@code shift} of the frame further right, those from {@code from} on seen, of a garment that
     * begins at half of that.
     */
    private static Correspondences shifted(double shift, int from) {
        int n = CELLS * CELLS;
        float[] x = new float[n];
        float[] y = new float[n];
        float[] seen = new float[n];
        float[] whole = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) ((i % CELLS + 0.5) / CELLS + shift);
            y[i] = (i / CELLS + 0.5f) / CELLS;
            seen[i] = i % CELLS >= from ? 1 : 0;
            whole[i] = i % CELLS >= from / 2 ? 1 : 0;
        }
        return new Correspondences(CELLS, x, y, seen, whole);
    }

    @Test
    void whatIsSeenMovesToItsPlace() {
        AlignedPhoto out = PhotoWarp.align(bars(), shifted(0.25, 0), PhotoLight.even(), SplineWarpFit.defaults());
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                double seen = out.visibility()[y * SIDE + x];
                if (x < 7) {
                    assertThat(seen).as("left of the photo's edge").isZero();
                    assertThat(out.coverage()[y * SIDE + x]).as("unknown").isEqualTo(0.5f);
                    assertThat(out.image().at(x, y, 2)).as("white").isEqualTo(255);
                } else if (x >= 9 && x % 8 > 0 && x % 8 < 7) {
                    assertThat(seen).isEqualTo(1);
                    assertThat((double) out.image().at(x, y, 0)).isEqualTo(60.0 * (x / 8 - 1), within(2.0));
                    assertThat(out.image().at(x, y, 2)).isEqualTo(100);
                }
            }
        }
    }

    @Test
    void whatIsNotGarmentIsWhite() {
        AlignedPhoto out = PhotoWarp.align(bars(), shifted(0, 8), PhotoLight.even(), SplineWarpFit.defaults());
        assertThat(out.visibility()[5]).isZero();
        assertThat(out.image().at(5, 0, 0)).isEqualTo(255);
        assertThat(out.visibility()[20]).isEqualTo(1);
        assertThat(out.image().at(20, 0, 2)).isEqualTo(100);
        assertThat(out.coverage()[5]).as("left of the garment").isZero();
        assertThat(out.coverage()[12]).as("hidden").isEqualTo(1);
        float[] quarters = out.visibility(2);
        assertThat(quarters[0]).as("mean of a quarter").isEqualTo(0, within(0.1f));
        assertThat(quarters[1]).isEqualTo(1, within(0.1f));
    }

    @Test
    void withoutAGarmentThePhotoStays() {
        RgbImage photo = bars();
        AlignedPhoto out = PhotoWarp.align(photo, shifted(0, CELLS), PhotoLight.even(), SplineWarpFit.defaults());
        assertThat(out.image()).isEqualTo(photo);
        assertThat(out.visibility()).containsOnly(1f);
    }

    /** Twice as bright on the right as on the left, and never brighter than white. */
    @Test
    void theLightIsEvenedOut() {
        float[] log = new float[12];
        for (int c = 0; c < 3; c++) {
            log[3 + c] = (float) Math.log(2);
            log[9 + c] = (float) Math.log(2);
        }
        AlignedPhoto out = PhotoWarp.align(bars(), shifted(0, 0), new PhotoLight(2, log), SplineWarpFit.defaults());
        assertThat(out.image().at(4, 16, 2)).as("left of the first node").isEqualTo(100);
        assertThat(out.image().at(28, 16, 2)).as("right of the last node").isEqualTo(200);
        assertThat((double) out.image().at(16, 16, 2))
                .as("half way: √2")
                .isEqualTo(141.4 * Math.pow(2, 0.5 / 16), within(1.5));
        assertThat(out.image().at(28, 16, 0)).isEqualTo(255);
    }

    /** A garment that is said to be from 0.25 to 1 across and 0 to 1 down: too far right and too large. */
    @Test
    void theOutlineIsBroughtToWhereTheStandardHasIt() {
        Correspondences c = shifted(0, 8);
        AlignedPhoto said = PhotoWarp.align(bars(), c, PhotoLight.even(), SplineWarpFit.defaults());
        AlignedPhoto out = PhotoWarp.placed(bars(), c, PhotoLight.even(), SplineWarpFit.defaults(), PhotoView.whole());
        assertThat(left(said)).isEqualTo(0.25, within(0.03));
        double scale = Math.pow(1 / 0.9, 0.7);
        assertThat(left(out)).isEqualTo(0.5 + (0.25 - (0.5 + 0.7 * 0.125)) / scale, within(0.03));
        assertThat(out.coverage()[0]).as("above the photo").isEqualTo(0.5f);
    }

    /** Where coverage begins in the middle row, in fractions. */
    private static double left(AlignedPhoto photo) {
        int x = 0;
        while (photo.coverage()[SIDE * SIDE / 2 + x] <= 0.5f) {
            x++;
        }
        return (double) x / SIDE;
    }
}
