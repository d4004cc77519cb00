package org.ragdiff.diffusion.align;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.AlignedPhoto;
import org.ragdiff.core.RgbImage;

class PhotoViewTest {
    private static final int CELLS = 64;

    /** A garment half as wide as high that fills the frame's height, taken by {@code pose} into the photo. */
    private static Correspondences garment(PhotoView pose) {
        int n = CELLS * CELLS;
        float[] x = new float[n];
        float[] y = new float[n];
        float[] seen = new float[n];
        double cos = Math.cos(pose.angle());
        double sin = Math.sin(pose.angle());
        for (int i = 0; i < n; i++) {
            double dx = ((i % CELLS + 0.5) / CELLS - pose.centreX()) / pose.side();
            double dy = ((i / CELLS + 0.5) / CELLS - pose.centreY()) / pose.side();
            x[i] = (float) (0.5 + cos * dx + sin * dy);
            y[i] = (float) (0.5 + cos * dy - sin * dx);
            seen[i] = Math.abs(x[i] - 0.5) < 0.25 && Math.abs(y[i] - 0.5) < 0.5 ? 1 : 0.1f;
        }
        return new Correspondences(CELLS, x, y, seen, seen);
    }

    @Test
    void itIsTheGarmentsPose() {
        for (PhotoView pose : new PhotoView[] {
            new PhotoView(0.5, 0.5, 0.8, 0), new PhotoView(0.4, 0.55, 0.6, 0.3), new PhotoView(0.6, 0.5, 0.7, -0.4)
        }) {
            PhotoView view = PhotoView.about(garment(pose), 1.25).orElseThrow();
            assertThat(view.centreX()).isEqualTo(pose.centreX(), within(0.01));
            assertThat(view.centreY()).isEqualTo(pose.centreY(), within(0.01));
            assertThat(view.angle()).isEqualTo(pose.angle(), within(0.01));
            assertThat(view.side()).isEqualTo(1.25 * pose.side(), within(0.05));
        }
    }

    @Test
    void aStrayCellDoesNotWidenIt() {
        Correspondences c = garment(new PhotoView(0.5, 0.5, 0.8, 0));
        double before = PhotoView.about(c, 1).orElseThrow().side();
        c.whole()[0] = 1;
        assertThat(PhotoView.about(c, 1).orElseThrow().side()).isEqualTo(before, within(0.01));
    }

    @Test
    void whereNothingIsSeenThereIsNone() {
        float[] none = new float[4];
        assertThat(PhotoView.about(new Correspondences(2, none, none, none, none), 1))
                .isEmpty();
    }

    /** A white square turned about (0.4, 0.6) stands upright in the middle of its view. */
    @Test
    void itsPictureIsUpright() {
        int n = 96;
        PhotoView view = new PhotoView(0.4, 0.6, 0.5, 0.35);
        byte[] rgb = new byte[3 * n * n];
        for (int i = 0; i < n * n; i++) {
            double dx = (i % n + 0.5) / n - 0.4;
            double dy = (i / n + 0.5) / n - 0.6;
            double across = Math.cos(0.35) * dx + Math.sin(0.35) * dy;
            double down = Math.cos(0.35) * dy - Math.sin(0.35) * dx;
            if (Math.max(Math.abs(across), Math.abs(down)) < 0.125) {
                Arrays.fill(rgb, 3 * i, 3 * i + 3, (byte) 255);
            }
        }
        RgbImage out = view.of(RgbImage.wrap(n, n, rgb));
        for (int i = 0; i < n * n; i++) {
            double edge = Math.max(Math.abs((i % n + 0.5) / n - 0.5), Math.abs((i / n + 0.5) / n - 0.5));
            if (Math.abs(edge - 0.25) > 0.05) {
                assertThat(out.at(i % n, i / n, 0)).isEqualTo(edge < 0.25 ? 255 : 0);
            }
        }
    }

    /** What is read in a view comes from the photo itself, and nothing from beyond it. */
    @Test
    void readingsOfAViewAreTakenToThePhoto() {
        int n = 32;
        byte[] rgb = new byte[3 * n * n];
        for (int i = 0; i < n * n; i++) {
            rgb[3 * i] = (byte) (4 * (i % n));
            rgb[3 * i + 1] = (byte) (4 * (i / n));
        }
        int cells = n * n;
        float[] x = new float[cells];
        float[] y = new float[cells];
        float[] all = new float[cells];
        for (int i = 0; i < cells; i++) {
            x[i] = (i % n + 0.5f) / n;
            y[i] = (i / n + 0.5f) / n;
            all[i] = 1;
        }
        AlignedPhoto out = PhotoWarp.align(
                RgbImage.wrap(n, n, rgb),
                new Correspondences(n, x, y, all, all),
                PhotoLight.even(),
                SplineWarpFit.defaults(),
                new PhotoView(0.25, 0.5, 1, 0));
        assertThat(out.visibility()[16 * n + 4]).as("left of the photo").isZero();
        assertThat(out.coverage()[16 * n + 4]).isEqualTo(0.5f);
        assertThat(out.visibility()[16 * n + 20]).isEqualTo(1);
        assertThat((double) out.image().at(20, 16, 0)).isEqualTo(4 * 12, within(1.0));
        assertThat((double) out.image().at(20, 16, 1)).isEqualTo(4 * 16, within(1.0));
    }

    @Test
    void mirroredReadingsMeetTheirOwn() {
        SplittableRandom random = new SplittableRandom(3);
        float[][] values = new float[4][9];
        for (float[] v : values) {
            for (int i = 0; i < v.length; i++) {
                v[i] = (float) random.nextDouble();
            }
        }
        Correspondences c = new Correspondences(3, values[0], values[1], values[2], values[3]);
        Correspondences m = c.mirrored();
        assertThat(m.x()[0]).isEqualTo(1 - c.x()[2]);
        assertThat(m.weight()[5]).isEqualTo(c.weight()[3]);
        Correspondences back = m.mirrored().mean(c);
        for (int i = 0; i < 9; i++) {
            assertThat(back.x()[i]).isEqualTo(c.x()[i], within(1e-6f));
            assertThat(back.y()[i]).isEqualTo(c.y()[i], within(1e-6f));
            assertThat(back.weight()[i]).isEqualTo(c.weight()[i], within(1e-6f));
            assertThat(back.whole()[i]).isEqualTo(c.whole()[i], within(1e-6f));
        }
        Correspondences sure = new Correspondences(3, values[1], values[0], new float[9], values[3]);
        assertThat(c.mean(sure).x()).as("a place of no weight does not count").isEqualTo(c.x());
        PhotoLight light = new PhotoLight(2, new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
        assertThat(light.mirrored().logGain()).containsExactly(4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9);
        assertThat(light.mean(light.mirrored()).logGain()).startsWith(2.5f, 3.5f, 4.5f);
    }
}
