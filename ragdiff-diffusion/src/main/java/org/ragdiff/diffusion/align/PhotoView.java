package org.ragdiff.diffusion.align;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ragdiff.core.RgbImage;

/**
 * A turned square cut out of a photo. All places are in fractions of a side, of the photo's or of the cut's.
 * Immutable.
 *
 * @param centreX of the square across the photo
 * @param centreY down the photo
 * @param side of the square; above 1 it reaches beyond the photo
 * @param angle by which the square is turned from across to down, in radians
 */
record PhotoView(double centreX, double centreY, double side, double angle) {
    /** A garment turned further is a misreading. */
    private static final double STEEPEST = 1;
    /** Of the garment's cells that may lie beyond either edge of its box: stray ones do. */
    private static final double BEYOND = 0.002;

    private static final double SMALLEST = 0.4;
    private static final double LARGEST = 1.5;

    PhotoView {
        if (!(side > 0) || !Double.isFinite(centreX + centreY + side + angle)) {
            throw new IllegalArgumentException(
                    "a view at " + centreX + ", " + centreY + " of side " + side + " turned by " + angle);
        }
    }

    /** The photo itself. */
    static PhotoView whole() {
        return new PhotoView(0.5, 0.5, 1, 0);
    }

    /**
     * About the whole garment, which stands upright in it; empty if there is none. The angle is that of the similarity
     * which takes the frame nearest to where the garment is seen (Umeyama 1991). Changes steadily with what was read, so
     * that rounding does not show.
     *
     * @param margin side of the view / longer side of the garment's box
     */
    static Optional<PhotoView> about(Correspondences c, double margin) {
        double[] mass = surely(c.whole());
        double total = Arrays.stream(mass).sum();
        if (!(total > 0)) {
            return Optional.empty();
        }
        double angle = angle(c);
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        double[] across = new double[mass.length];
        double[] down = new double[mass.length];
        for (int i = 0; i < mass.length; i++) {
            across[i] = cos * c.column(i) + sin * c.row(i);
            down[i] = cos * c.row(i) - sin * c.column(i);
        }
        double left = reached(across, mass, BEYOND * total);
        double right = reached(across, mass, (1 - BEYOND) * total);
        double top = reached(down, mass, BEYOND * total);
        double bottom = reached(down, mass, (1 - BEYOND) * total);
        double x = (left + right) / 2;
        double y = (top + bottom) / 2;
        double side = margin * Math.max(right - left, bottom - top);
        return Optional.of(new PhotoView(
                cos * x - sin * y, sin * x + cos * y, Math.max(SMALLEST, Math.min(LARGEST, side)), angle));
    }

    /** Nothing where it is less sure than not. */
    private static double[] surely(float[] shares) {
        double[] out = new double[shares.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = Math.max(0, 2 * shares[i] - 1);
        }
        return out;
    }

    /** Where, from below, so much mass is reached. */
    private static double reached(double[] at, double[] mass, double wanted) {
        int[] order = IntStream.range(0, at.length)
                .filter(i -> mass[i] > 0)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> at[i]))
                .mapToInt(i -> i)
                .toArray();
        double before = 0;
        double last = at[order[0]];
        for (int i : order) {
            if (before + mass[i] >= wanted) {
                return last + (at[i] - last) * (wanted - before) / mass[i];
            }
            before += mass[i];
            last = at[i];
        }
        return last;
    }

    private static double angle(Correspondences c) {
        double[] w = surely(c.weight());
        double total = 0;
        double x = 0;
        double y = 0;
        double column = 0;
        double row = 0;
        for (int i = 0; i < w.length; i++) {
            total += w[i];
            x += w[i] * c.x()[i];
            y += w[i] * c.y()[i];
            column += w[i] * c.column(i);
            row += w[i] * c.row(i);
        }
        double along = 0;
        double turned = 0;
        for (int i = 0; i < w.length && total > 0; i++) {
            double dx = c.x()[i] - x / total;
            double dy = c.y()[i] - y / total;
            double across = c.column(i) - column / total;
            double down = c.row(i) - row / total;
            along += w[i] * (dx * across + dy * down);
            turned += w[i] * (dx * down - dy * across);
        }
        double angle = Math.atan2(turned, along);
        return Math.abs(angle) > STEEPEST ? 0 : angle;
    }

    /** Where a place of the view lies in the photo; {@code place} is read and written. */
    void toPhoto(double[] place) {
        double x = side * (place[0] - 0.5);
        double y = side * (place[1] - 0.5);
        place[0] = centreX + Math.cos(angle) * x - Math.sin(angle) * y;
        place[1] = centreY + Math.sin(angle) * x + Math.cos(angle) * y;
    }

    /** The view as a picture of the photo's side; beyond the photo its edge goes on. */
    RgbImage of(RgbImage photo) {
        int n = photo.width();
        byte[] rgb = new byte[3 * n * n];
        byte[] from = photo.rgbUnsafe();
        double[] place = new double[2];
        for (int i = 0; i < n * n; i++) {
            place[0] = (i % n + 0.5) / n;
            place[1] = (i / n + 0.5) / n;
            toPhoto(place);
            for (int channel = 0; channel < 3; channel++) {
                rgb[3 * i + channel] = (byte) Math.round(PhotoWarp.colour(from, n, place, channel));
            }
        }
        return RgbImage.wrap(n, n, rgb);
    }
}
