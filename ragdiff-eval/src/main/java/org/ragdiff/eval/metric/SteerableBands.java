package org.ragdiff.eval.metric;

/**
 * The oriented bands of one level of the complex steerable pyramid (Portilla and Simoncelli, "A parametric texture model
 * based on joint statistics of complex wavelet coefficients", IJCV 40, 2000), as buildSCFpyr of matlabPyrTools has them:
 * a raised cosine of one octave in log-frequency, cosⁿ⁻¹ of the orientation on one half of the plane, sampled at the
 * picture's size halved level − 1 times. Of the filters of all levels above only the last low pass reaches the band, so
 * that it is cut out of the picture's spectrum at once. Immutable.
 */
final class SteerableBands {
    private final int width;
    private final int height;
    private final double[][] re;
    private final double[][] im;

    /** Bands 1 to {@code orientations} of a level from 1, the finest, on. */
    SteerableBands(double[] plane, int fullWidth, int fullHeight, int level, int orientations) {
        double[] spectrumRe = plane.clone();
        double[] spectrumIm = new double[plane.length];
        Fourier.forward(spectrumRe, spectrumIm, fullWidth, fullHeight);
        width = halved(fullWidth, level - 1);
        height = halved(fullHeight, level - 1);
        int order = orientations - 1;
        double scale = angularScale(orientations);
        re = new double[orientations][width * height];
        im = new double[orientations][width * height];
        for (int y = 0; y < height; y++) {
            int fy = signed(y, height);
            for (int x = 0; x < width; x++) {
                int fx = signed(x, width);
                double v = fy / (fullHeight / 2.0);
                double u = fx / (fullWidth / 2.0);
                double radial = radial(Math.hypot(u, v), level);
                if (radial == 0) {
                    continue;
                }
                int from = Math.floorMod(fy, fullHeight) * fullWidth + Math.floorMod(fx, fullWidth);
                double angle = Math.atan2(v, u);
                for (int b = 0; b < orientations; b++) {
                    double cosine = Math.cos(angle - Math.PI * b / orientations);
                    if (cosine > 0) {
                        double mask = radial * scale * Math.pow(cosine, order);
                        turn(b, y * width + x, mask * spectrumRe[from], mask * spectrumIm[from], order);
                    }
                }
            }
        }
        for (int b = 0; b < orientations; b++) {
            Fourier.inverse(re[b], im[b], width, height);
        }
    }

    /** Stores a value times (−i)ᵒʳᵈᵉʳ. */
    private void turn(int band, int at, double r, double i, int order) {
        switch (order % 4) {
            case 0 -> set(band, at, r, i);
            case 1 -> set(band, at, i, -r);
            case 2 -> set(band, at, -r, -i);
            default -> set(band, at, -i, r);
        }
    }

    private void set(int band, int at, double r, double i) {
        re[band][at] = r;
        im[band][at] = i;
    }

    private static int halved(int side, int times) {
        int n = side;
        for (int i = 0; i < times; i++) {
            n = (n + 1) / 2;
        }
        return n;
    }

    /** The frequency that position i of a spectrum of n holds, from −⌊n/2⌋ on. */
    private static int signed(int i, int n) {
        return i < (n + 1) / 2 ? i : i - n;
    }

    /** Low pass of the level above times high pass of this level; a radius of 1 is the highest frequency of an axis. */
    private static double radial(double radius, int level) {
        if (radius == 0) {
            return 0;
        }
        double octave = Math.log(radius) / Math.log(2) + level;
        double low = octave <= 0 ? 1 : octave >= 1 ? 0 : Math.sin(Math.PI / 2 * (1 - octave));
        double high = octave >= 0 ? 1 : octave <= -1 ? 0 : Math.cos(Math.PI / 2 * octave);
        return low * high;
    }

    /** 2 · 2ᵒ o! / √(n (2o)!) with o = n − 1. */
    private static double angularScale(int n) {
        double square = 1.0 / n;
        for (int k = 1; k < n; k++) {
            // 4ᵒ (o!)² / (2o)! as a product over k of 4 k² / (2k (2k − 1)).
            square *= 4.0 * k * k / (2.0 * k * (2 * k - 1));
        }
        return 2 * Math.sqrt(square);
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /** Real parts of a band; not to be modified. */
    double[] re(int band) {
        return re[band];
    }

    /** Imaginary parts of a band; not to be modified. */
    double[] im(int band) {
        return im[band];
    }
}
