package org.ragdiff.diffusion.align;

/**
 * A smooth map of the standard frame into a photo: a tensor product of uniform cubic B-splines, the free-form
 * deformation of Rueckert et al. (1999). Immutable.
 */
public final class SplineWarp {
    private final int spans;
    private final double[] x;
    private final double[] y;

    /**
     * @param spans of the grid along a side
     * @param x coefficients (spans + 3)², row-major from the frame's top left; not copied
     * @param y likewise
     */
    SplineWarp(int spans, double[] x, double[] y) {
        this.spans = spans;
        this.x = x;
        this.y = y;
    }

    /**
     * Where a place of the frame lies in the photo.
     *
     * @param u across the frame, in fractions; places outside take the map of the frame's edge cell on
     * @param v down the frame
     * @param out receives x and y in fractions of the photo's side
     */
    public void at(double u, double v, double[] out) {
        double[] bu = new double[4];
        double[] bv = new double[4];
        int column = basis(u, spans, bu);
        int row = basis(v, spans, bv);
        double sx = 0;
        double sy = 0;
        for (int j = 0; j < 4; j++) {
            int at = (row + j) * (spans + 3) + column;
            for (int i = 0; i < 4; i++) {
                double b = bv[j] * bu[i];
                sx += b * x[at + i];
                sy += b * y[at + i];
            }
        }
        out[0] = sx;
        out[1] = sy;
    }

    /** The four basis functions at {@code u}; returns the first one's index. */
    static int basis(double u, int spans, double[] out) {
        double scaled = u * spans;
        int span = (int) Math.max(0, Math.min(spans - 1, Math.floor(scaled)));
        double t = Math.max(-1, Math.min(2, scaled - span));
        double t2 = t * t;
        double t3 = t2 * t;
        out[0] = (1 - 3 * t + 3 * t2 - t3) / 6;
        out[1] = (4 - 6 * t2 + 3 * t3) / 6;
        out[2] = (1 + 3 * t + 3 * t2 - 3 * t3) / 6;
        out[3] = t3 / 6;
        return span;
    }
}
