package org.ragdiff.eval.metric;

import org.ragdiff.core.DistanceTransform;
import org.ragdiff.core.Silhouette;

/**
 * How far two outlines lie apart, in cells: Euclidean distances between the centres of outline cells (those of
 * {@link BoundaryScore}) and the nearest outline cell of the other silhouette. Two empty silhouettes are 0 apart,
 * one empty silhouette is infinitely far.
 *
 * @param toSecond mean distance of the first outline's cells
 * @param toFirst mean distance of the second outline's cells
 * @param squaredToSecond mean squared distance of the first outline's cells
 * @param squaredToFirst mean squared distance of the second outline's cells
 * @param hausdorff the largest distance of any cell of either
 */
public record OutlineDistance(
        double toSecond, double toFirst, double squaredToSecond, double squaredToFirst, double hausdorff) {
    /** @throws IllegalArgumentException if the sizes differ */
    public static OutlineDistance of(Silhouette a, Silhouette b) {
        BoundaryScore.requireEqualSizes(a, b);
        if (a.area() == 0 || b.area() == 0) {
            double d = a.area() == b.area() ? 0 : Double.POSITIVE_INFINITY;
            return new OutlineDistance(d, d, d, d, d);
        }
        int w = a.width();
        int h = a.height();
        boolean[] first = BoundaryScore.outline(a);
        boolean[] second = BoundaryScore.outline(b);
        double[] there = means(first, DistanceTransform.squared(second, w, h));
        double[] back = means(second, DistanceTransform.squared(first, w, h));
        return new OutlineDistance(there[0], back[0], there[1], back[1], Math.max(there[2], back[2]));
    }

    /** Mean, mean square and largest of the distances at the given cells. */
    private static double[] means(boolean[] cells, double[] squared) {
        double sum = 0;
        double squares = 0;
        double largest = 0;
        int count = 0;
        for (int i = 0; i < cells.length; i++) {
            if (cells[i]) {
                sum += Math.sqrt(squared[i]);
                squares += squared[i];
                largest = Math.max(largest, squared[i]);
                count++;
            }
        }
        return new double[] {sum / count, squares / count, Math.sqrt(largest)};
    }

    /** Chamfer distance as the sum of both mean distances. */
    public double chamfer() {
        return toSecond + toFirst;
    }

    /** Chamfer distance as the mean of both mean distances. */
    public double chamferMean() {
        return chamfer() / 2;
    }

    /** Chamfer distance of squares, as point clouds are compared by: the sum of both mean squared distances. */
    public double chamferSquared() {
        return squaredToSecond + squaredToFirst;
    }
}
