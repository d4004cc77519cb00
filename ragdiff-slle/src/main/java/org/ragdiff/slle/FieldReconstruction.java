package org.ragdiff.slle;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.SignedDistanceField;

/**
 * Candidates seen as reduced, clamped signed distance fields: ranks them by their distance to the
 * decoded field and gives both as vectors for the solver. Immutable.
 */
final class FieldReconstruction {
    private final double[] query;
    private final List<Neighbour> nearest;
    private final double[][] rows;

    private FieldReconstruction(double[] query, List<Neighbour> nearest, double[][] rows) {
        this.query = query;
        this.nearest = List.copyOf(nearest);
        this.rows = rows;
    }

    static FieldReconstruction of(SignedDistanceField decoded, List<Neighbour> candidates, SlleOptions options) {
        double[] query = reduce(decoded, options);
        record Ranked(Neighbour neighbour, double[] row, double distance) {}
        List<Ranked> ranked = new ArrayList<>(candidates.size());
        for (Neighbour n : candidates) {
            double[] row = reduce(n.entry().field(), options);
            double distance = 0;
            for (int p = 0; p < row.length; p++) {
                distance += (row[p] - query[p]) * (row[p] - query[p]);
            }
            ranked.add(new Ranked(n, row, distance));
        }
        // The sort is stable: ties keep the database's order.
        ranked.sort(Comparator.comparingDouble(Ranked::distance));
        List<Ranked> best = ranked.subList(0, Math.min(options.neighbours(), ranked.size()));
        return new FieldReconstruction(
                query,
                best.stream().map(Ranked::neighbour).toList(),
                best.stream().map(Ranked::row).toArray(double[][]::new));
    }

    double[] query() {
        return query;
    }

    /** The chosen entries, nearest by field first. */
    List<Neighbour> nearest() {
        return nearest;
    }

    double[][] rows() {
        return rows;
    }

    /** Means over blocks where the side is a multiple of the wanted one, else bilinear; then clamped. */
    private static double[] reduce(SignedDistanceField field, SlleOptions options) {
        int side = options.fieldSide();
        double clamp = options.fieldClamp();
        double[] out = new double[side * side];
        if (field.side() % side != 0) {
            float[] values = field.resize(side).toArray();
            for (int p = 0; p < out.length; p++) {
                out[p] = Math.max(-clamp, Math.min(clamp, values[p]));
            }
            return out;
        }
        int block = field.side() / side;
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                double sum = 0;
                for (int dy = 0; dy < block; dy++) {
                    for (int dx = 0; dx < block; dx++) {
                        sum += field.at(x * block + dx, y * block + dy);
                    }
                }
                out[y * side + x] = Math.max(-clamp, Math.min(clamp, sum / (block * block)));
            }
        }
        return out;
    }
}
