package org.ragdiff.eval.metric;

import java.util.Arrays;
import org.ragdiff.core.RgbImage;

/**
 * A picture of real samples, a plane for each channel, for metrics whose references take floats. Immutable: the
 * arrays are copied on the way in and out.
 */
public final class ImagePlanes implements SampleRows {
    private final int width;
    private final int height;
    private final double[][] planes;

    /**
     * @param planes for each channel {@code height * width} finite values, row-major; copied
     * @throws IllegalArgumentException if lengths do not fit, or a value is not finite; the message names its place
     */
    public ImagePlanes(int width, int height, double[]... planes) {
        this(width, height, copy(planes), true);
    }

    private ImagePlanes(int width, int height, double[][] planes, boolean owned) {
        if (width < 1 || height < 1 || planes.length < 1) {
            throw new IllegalArgumentException("a picture needs at least one pixel of one channel, got " + width + "x"
                    + height + " of " + planes.length + " channels");
        }
        for (int c = 0; c < planes.length; c++) {
            if (planes[c].length != (long) width * height) {
                throw new IllegalArgumentException("channel " + c + " has " + planes[c].length + " values, expected "
                        + (long) width * height + " for " + width + "x" + height);
            }
            for (int i = 0; i < planes[c].length; i++) {
                if (!Double.isFinite(planes[c][i])) {
                    throw new IllegalArgumentException("channel " + c + " is " + planes[c][i] + " at column "
                            + i % width + ", row " + i / width + ", expected finite values");
                }
            }
        }
        this.width = width;
        this.height = height;
        this.planes = planes;
    }

    private static double[][] copy(double[][] planes) {
        return Arrays.stream(planes).map(double[]::clone).toArray(double[][]::new);
    }

    /** Without a copy. */
    static ImagePlanes wrap(int width, int height, double[]... planes) {
        return new ImagePlanes(width, height, planes, true);
    }

    /** The three channels of a picture, in [0, 1]. */
    public static ImagePlanes of(RgbImage image) {
        return of(new RgbRows(image));
    }

    static ImagePlanes of(SampleRows rows) {
        if (rows instanceof ImagePlanes p) {
            return p;
        }
        double[][] planes = new double[rows.channels()][rows.width() * rows.height()];
        for (int c = 0; c < planes.length; c++) {
            for (int y = 0; y < rows.height(); y++) {
                rows.read(c, y, planes[c], y * rows.width());
            }
        }
        return wrap(rows.width(), rows.height(), planes);
    }

    /** Luma of ITU-R BT.601 (0.299 R + 0.587 G + 0.114 B) of the 8-bit values, in [0, 1]. */
    public static ImagePlanes luma(RgbImage image) {
        byte[] rgb = image.rgbUnsafe();
        double[] y = new double[rgb.length / 3];
        for (int i = 0; i < y.length; i++) {
            y[i] = (0.299 * (rgb[3 * i] & 0xff) + 0.587 * (rgb[3 * i + 1] & 0xff) + 0.114 * (rgb[3 * i + 2] & 0xff))
                    / 255;
        }
        return wrap(image.width(), image.height(), y);
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public int channels() {
        return planes.length;
    }

    /** A copy of a channel's values, row-major. */
    public double[] plane(int channel) {
        return planes[channel].clone();
    }

    /** The values themselves; not to be modified. */
    double[] planeUnsafe(int channel) {
        return planes[channel];
    }

    @Override
    public void read(int channel, int y, double[] out, int at) {
        System.arraycopy(planes[channel], y * width, out, at, width);
    }

    /** Means of 2×2 cells; an odd last column or row is dropped. */
    static ImagePlanes halved(SampleRows p) {
        int w = p.width() / 2;
        int h = p.height() / 2;
        double[][] out = new double[p.channels()][w * h];
        double[] top = new double[p.width()];
        double[] bottom = new double[p.width()];
        for (int c = 0; c < out.length; c++) {
            for (int y = 0; y < h; y++) {
                p.read(c, 2 * y, top, 0);
                p.read(c, 2 * y + 1, bottom, 0);
                for (int x = 0; x < w; x++) {
                    out[c][y * w + x] = (top[2 * x] + top[2 * x + 1] + bottom[2 * x] + bottom[2 * x + 1]) / 4;
                }
            }
        }
        return wrap(w, h, out);
    }
}
