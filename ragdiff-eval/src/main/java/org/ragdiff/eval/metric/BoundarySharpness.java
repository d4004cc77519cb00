package org.ragdiff.eval.metric;

import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.Silhouette;

/**
 * How decided an outline is: averaging over possible shapes flattens a field and smears an image.
 * Stateless.
 */
public final class BoundarySharpness {
    private static final double MIN_CONTRAST = 5;

    private BoundarySharpness() {}

    /**
     * Mean slope |∇d| (central differences, per cell, times the side) over the inside cells on the
     * outline and off the border: 1 for a true distance field, less where shapes were averaged; 0 if
     * there is no such cell.
     */
    public static double of(SignedDistanceField field) {
        int n = field.side();
        boolean[] edge = BoundaryScore.outline(field.toSilhouette());
        double sum = 0;
        int count = 0;
        for (int y = 1; y < n - 1; y++) {
            for (int x = 1; x < n - 1; x++) {
                if (edge[y * n + x]) {
                    double dx = (field.at(x + 1, y) - field.at(x - 1, y)) / 2;
                    double dy = (field.at(x, y + 1) - field.at(x, y - 1)) / 2;
                    sum += Math.hypot(dx, dy) * n;
                    count++;
                }
            }
        }
        return count == 0 ? 0 : sum / count;
    }

    /**
     * Median over the outline of the share of the colour contrast (ΔE between 4 cells inside and 4
     * outside) that is crossed within one cell to either side; places of too little contrast are left
     * out. Near 1 for a cut-out, less for a blurred edge; 0 if nothing can be measured.
     *
     * @param outline square, of the image's size
     */
    public static double of(RgbImage image, Silhouette outline) {
        ImagePair.requireEqualSizes(image, image, outline);
        int n = outline.width();
        SignedDistanceField field = SignedDistanceField.of(outline);
        boolean[] edge = BoundaryScore.outline(outline);
        double[] shares = new double[n * n];
        int count = 0;
        for (int y = 5; y < n - 5; y++) {
            for (int x = 5; x < n - 5; x++) {
                if (!edge[y * n + x]) {
                    continue;
                }
                double dx = field.at(x + 2, y) - field.at(x - 2, y);
                double dy = field.at(x, y + 2) - field.at(x, y - 2);
                double norm = Math.hypot(dx, dy);
                if (norm == 0) {
                    continue;
                }
                dx /= norm;
                dy /= norm;
                // The outline lies half a cell outside the outermost inside cells.
                double whole = lab(image, x, y, dx, dy, 4.5).distance(lab(image, x, y, dx, dy, -3.5));
                if (whole >= MIN_CONTRAST) {
                    double near = lab(image, x, y, dx, dy, 1.5).distance(lab(image, x, y, dx, dy, -0.5));
                    shares[count++] = Math.min(1, near / whole);
                }
            }
        }
        if (count == 0) {
            return 0;
        }
        java.util.Arrays.sort(shares, 0, count);
        return shares[count / 2];
    }

    private static Lab lab(RgbImage image, int x, int y, double dx, double dy, double t) {
        double u = Math.max(0, Math.min(image.width() - 1.001, x + t * dx));
        double v = Math.max(0, Math.min(image.height() - 1.001, y + t * dy));
        int x0 = (int) u;
        int y0 = (int) v;
        double fx = u - x0;
        double fy = v - y0;
        double[] c = new double[3];
        for (int i = 0; i < 3; i++) {
            double top = image.at(x0, y0, i) * (1 - fx) + image.at(x0 + 1, y0, i) * fx;
            double bottom = image.at(x0, y0 + 1, i) * (1 - fx) + image.at(x0 + 1, y0 + 1, i) * fx;
            c[i] = top * (1 - fy) + bottom * fy;
        }
        return Lab.ofSrgb(c[0], c[1], c[2]);
    }
}
