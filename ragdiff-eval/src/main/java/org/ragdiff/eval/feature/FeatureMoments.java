package org.ragdiff.eval.feature;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasUpper;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_daxpy;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_dscal;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_dsyr;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_dsyrk;

import java.util.stream.IntStream;
import org.bytedeco.javacpp.DoublePointer;

/**
 * Mean and covariance (n − 1) of feature vectors that come one after another, in memory that depends on their
 * dimension alone: blocks of rows are centred at their own mean and merged by the pairwise rule of Chan, Golub
 * and LeVeque (1983), in float64. Vectors give the same bytes however they were batched. Not thread-safe; threads
 * fill accumulators of their own and {@link #merge} them.
 */
public final class FeatureMoments implements AutoCloseable {
    private static final int BLOCK = 1024;

    private final int dimension;
    private final double[] mean;
    /** Σ (x − mean)(x − mean)ᵀ over the blocks so far, upper triangle. */
    private final NativeMatrix scatter;

    /** Rows that wait, as many as {@link #pending}. */
    private final double[] block;

    private final NativeMatrix centred;
    private long count;
    private int pending;

    /** @param dimension elements of a vector, at least 1; 8 · dimension² bytes are taken outside of the heap */
    public FeatureMoments(int dimension) {
        if (dimension < 1 || dimension > 46_000) {
            throw new IllegalArgumentException("features have 1 to 46000 elements, got " + dimension);
        }
        this.dimension = dimension;
        this.mean = new double[dimension];
        this.scatter = NativeMatrix.zeros(dimension, dimension);
        this.block = new double[Math.multiplyExact(BLOCK, dimension)];
        this.centred = NativeMatrix.uninitialised(BLOCK, dimension);
    }

    /** The moments of one set; to be closed. */
    public static FeatureMoments of(Features features) {
        FeatureMoments m = new FeatureMoments(features.dimension());
        m.add(features);
        return m;
    }

    /** @throws IllegalArgumentException if the dimension is another one */
    public FeatureMoments add(Features features) {
        requireDimension(features.dimension());
        double[] values = features.values();
        for (int row = 0; row < features.count(); ) {
            int n = Math.min(BLOCK - pending, features.count() - row);
            if (n == BLOCK) {
                take(values, row * dimension, n);
            } else {
                System.arraycopy(values, row * dimension, block, pending * dimension, n * dimension);
                pending += n;
                if (pending == BLOCK) {
                    flush();
                }
            }
            row += n;
        }
        return this;
    }

    /** Adds what another one has seen, which does not change in what it says. */
    public FeatureMoments merge(FeatureMoments other) {
        if (other == this) {
            throw new IllegalArgumentException("moments cannot be merged with themselves");
        }
        requireDimension(other.dimension);
        flush();
        other.flush();
        if (other.count > 0) {
            for (int i = 0; i < dimension; i++) {
                cblas_daxpy(
                        dimension - i,
                        1,
                        other.scatter.rowPointer(i).getPointer(i),
                        1,
                        scatter.rowPointer(i).getPointer(i),
                        1);
            }
            join(other.mean, other.count);
        }
        return this;
    }

    public int dimension() {
        return dimension;
    }

    /** Vectors seen, N. */
    public long count() {
        return count + pending;
    }

    /** [D]; zeros if nothing was seen. A copy. */
    public double[] mean() {
        flush();
        return mean.clone();
    }

    /**
     * [D · D], row-major, symmetric, divided by N − 1. A copy.
     *
     * @throws IllegalStateException for fewer than two vectors
     */
    public double[] covariance() {
        try (NativeMatrix upper = upperCovariance()) {
            double[] out = upper.toArray();
            for (int i = 0; i < dimension; i++) {
                for (int j = 0; j < i; j++) {
                    out[i * dimension + j] = out[j * dimension + i];
                }
            }
            return out;
        }
    }

    /** As {@link #covariance}, the upper triangle only; the caller's to close. */
    NativeMatrix upperCovariance() {
        if (count() < 2) {
            throw new IllegalStateException("a covariance needs at least 2 samples, got " + count()
                    + ": a distance of distributions is not defined for one picture");
        }
        flush();
        NativeMatrix out = scatter.copy();
        double factor = 1.0 / (count - 1);
        for (int i = 0; i < dimension; i++) {
            cblas_dscal(dimension - i, factor, out.rowPointer(i).getPointer(i), 1);
        }
        return out;
    }

    private void flush() {
        if (pending > 0) {
            int n = pending;
            pending = 0;
            take(block, 0, n);
        }
    }

    /** Adds n rows from element {@code from} on. */
    private void take(double[] values, int from, int n) {
        double[] centre = new double[dimension];
        inShares(dimension, (first, last) -> sumColumns(values, from, n, first, last, centre));
        inShares(n, (first, last) -> {
            double[] row = new double[dimension];
            for (int i = first; i < last; i++) {
                int at = from + i * dimension;
                for (int j = 0; j < dimension; j++) {
                    row[j] = values[at + j] - centre[j];
                }
                centred.writeRow(i, row);
            }
        });
        cblas_dsyrk(
                CblasRowMajor,
                CblasUpper,
                CblasTrans,
                dimension,
                n,
                1,
                centred.pointer(),
                dimension,
                1,
                scatter.pointer(),
                dimension);
        join(centre, n);
    }

    /** Offsets from the first row: equal rows have their own value as the mean, to the bit. */
    private void sumColumns(double[] values, int from, int n, int first, int last, double[] mean) {
        for (int i = 1; i < n; i++) {
            int at = from + i * dimension;
            for (int j = first; j < last; j++) {
                mean[j] += values[at + j] - values[from + j];
            }
        }
        for (int j = first; j < last; j++) {
            mean[j] = values[from + j] + mean[j] / n;
        }
    }

    private interface Share {
        void run(int first, int last);
    }

    /** A range in shares, by several threads. */
    private static void inShares(int count, Share share) {
        int each = 256;
        IntStream.range(0, (count + each - 1) / each)
                .parallel()
                .forEach(i -> share.run(i * each, Math.min(count, (i + 1) * each)));
    }

    /** Moves the mean to that of both, and adds what lies between the means to the scatter. */
    private void join(double[] otherMean, long otherCount) {
        long total = count + otherCount;
        double[] delta = new double[dimension];
        for (int j = 0; j < dimension; j++) {
            delta[j] = otherMean[j] - mean[j];
            mean[j] = count == 0 ? otherMean[j] : mean[j] + delta[j] * otherCount / total;
        }
        if (count > 0) {
            try (DoublePointer d = new DoublePointer(delta)) {
                double factor = (double) count / total * otherCount;
                cblas_dsyr(CblasRowMajor, CblasUpper, dimension, factor, d, 1, scatter.pointer(), dimension);
            }
        }
        count = total;
    }

    private void requireDimension(int other) {
        if (other != dimension) {
            throw new IllegalArgumentException("features have " + other + " elements, those before have " + dimension
                    + ": all come from one network");
        }
    }

    @Override
    public void close() {
        scatter.close();
        centred.close();
    }
}
