package org.ragdiff.eval.feature;

import java.util.Arrays;

/**
 * Squared Euclidean distances of two sets, in blocks by matrix products of the centred features, with a bound on
 * their rounding; those that a decision hangs on are computed again from differences. Not thread-safe; closed by its
 * owner.
 */
final class BlockedDistances implements AutoCloseable {
    private static final int BLOCK = 512;
    /** Rounding of a product's distance as a share of the squared norms, for up to some thousand dimensions. */
    private static final double ROUNDING = 1e-12;

    private final Side first;
    private final Side second;

    BlockedDistances(Features a, Features b) {
        double[] centre = centre(a);
        this.first = new Side(a, centre);
        this.second = new Side(b, centre);
    }

    /** Hears of every pair. */
    @FunctionalInterface
    interface Pairs {
        void accept(int i, int j, Distance distance);
    }

    /** The distance of one pair; the same object for all pairs. */
    final class Distance {
        private int i;
        private int j;
        private double approximate;
        private double rounding;

        /** Whether the squared distance is below the squared radius, strictly and exactly. */
        boolean isBelow(double squaredRadius) {
            if (Math.abs(approximate - squaredRadius) > rounding) {
                return approximate < squaredRadius;
            }
            return Features.squaredDistance(first.features, i, second.features, j) < squaredRadius;
        }
    }

    void between(Pairs pairs) {
        Distance d = new Distance();
        double[] row = new double[BLOCK];
        for (int i = 0; i < first.count(); i += BLOCK) {
            for (int j = 0; j < second.count(); j += BLOCK) {
                int m = Math.min(BLOCK, first.count() - i);
                int n = Math.min(BLOCK, second.count() - j);
                try (NativeMatrix products = KernelDistance.products(first.centred, i, m, second.centred, j, n)) {
                    for (int r = 0; r < m; r++) {
                        products.readRow(r, row);
                        d.i = i + r;
                        for (int c = 0; c < n; c++) {
                            d.j = j + c;
                            double norms = first.norms[d.i] + second.norms[d.j];
                            d.approximate = norms - 2 * row[c];
                            d.rounding = ROUNDING * norms;
                            pairs.accept(d.i, d.j, d);
                        }
                    }
                }
            }
        }
    }

    /** Squared distances of the first set's samples to their k-th nearest others in it. */
    double[] radiiOfFirst(int k) {
        return first.radii(k);
    }

    double[] radiiOfSecond(int k) {
        return second.radii(k);
    }

    private static double[] centre(Features f) {
        double[] out = new double[f.dimension()];
        for (int i = 0; i < f.count(); i++) {
            for (int j = 0; j < out.length; j++) {
                out[j] += f.at(i, j) / f.count();
            }
        }
        return out;
    }

    @Override
    public void close() {
        first.centred.close();
        second.centred.close();
    }

    private record Side(Features features, NativeMatrix centred, double[] norms) {
        Side(Features f, double[] centre) {
            this(f, NativeMatrix.uninitialised(f.count(), f.dimension()), new double[f.count()]);
            for (int i = 0; i < f.count(); i++) {
                double[] row = f.row(i);
                for (int j = 0; j < row.length; j++) {
                    row[j] -= centre[j];
                    norms[i] += row[j] * row[j];
                }
                centred.writeRow(i, row);
            }
        }

        int count() {
            return features.count();
        }

        double[] radii(int k) {
            double[] out = new double[count()];
            for (int i = 0; i < count(); i += BLOCK) {
                int m = Math.min(BLOCK, count() - i);
                try (NativeMatrix products = KernelDistance.products(centred, i, m, centred, 0, count())) {
                    double[] row = new double[count()];
                    for (int r = 0; r < m; r++) {
                        products.readRow(r, row);
                        out[i + r] = radius(i + r, row, k);
                    }
                }
            }
            return out;
        }

        /** @param products of sample i with all; overwritten */
        private double radius(int i, double[] products, int k) {
            double most = 0;
            for (int j = 0; j < products.length; j++) {
                products[j] = j == i ? Double.POSITIVE_INFINITY : norms[i] + norms[j] - 2 * products[j];
                most = Math.max(most, norms[j]);
            }
            double[] sorted = products.clone();
            Arrays.sort(sorted);
            double limit = sorted[k - 1] + 4 * ROUNDING * (norms[i] + most);
            double[] exact = new double[products.length];
            int candidates = 0;
            for (int j = 0; j < products.length; j++) {
                if (products[j] <= limit) {
                    exact[candidates++] = Features.squaredDistance(features, i, features, j);
                }
            }
            Arrays.sort(exact, 0, candidates);
            return exact[k - 1];
        }
    }
}
