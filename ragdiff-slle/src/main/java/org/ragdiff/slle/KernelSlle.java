package org.ragdiff.slle;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.TensorPool;

/**
 * {@link Slle} of many queries whose inner products are batched matrix products of a kernel provider, in float32; the
 * small systems are solved in float64 as ever. Worth it where products are much faster than on the processor's
 * threads, as on a GPU with many neighbours of many dimensions.
 *
 * <p>With products that are off by at most δ of the trace, weights under a ridge of λ times the trace are off by a
 * few δ/λ: about 1e-4 with the default of 1e-3. Without a ridge use {@link Slle}. Immutable; thread-safe if the kernels
 * are.
 */
public final class KernelSlle {
    /** Floats of one batch's differences, 16 MB, unless one query has more. */
    private static final int BATCH_FLOATS = 1 << 22;

    private final Slle slle;
    private final Kernels kernels;

    /**
     * @param options with a ridge
     * @param kernels of precision F32; not closed
     * @throws IllegalArgumentException if lambda is 0, or products are less precise
     */
    public KernelSlle(SolverOptions options, Kernels kernels) {
        this.slle = new Slle(options);
        this.kernels = Objects.requireNonNull(kernels, "kernels");
        if (options.lambda() == 0) {
            throw new IllegalArgumentException("float32 products need a ridge: lambda is 0, expected more");
        }
        if (kernels.precision() != Kernels.Precision.F32) {
            throw new IllegalArgumentException(
                    "weights need products in F32, the kernels' are in " + kernels.precision());
        }
    }

    /**
     * As {@link Slle#solveAll}, but every query has as many neighbours as the others.
     *
     * @param queries rows e, [n][d]; not modified
     * @param points rows that neighbours are taken from, [m][d]; not modified
     * @param neighbours [n][k], numbers of points, best first; not modified
     * @throws IllegalArgumentException as there, or if the lists or rows differ in length
     */
    public List<Slle.Solution> solveAll(float[][] queries, float[][] points, int[][] neighbours) {
        Slle.requireLists(queries, neighbours);
        List<Slle.Solution> out = new ArrayList<>(queries.length);
        if (queries.length == 0) {
            return out;
        }
        int k = neighbours[0].length;
        int d = queries[0].length;
        int batch = Math.max(1, BATCH_FLOATS / Math.max(1, Math.multiplyExact(k, d)));
        try (TensorPool pool = new TensorPool()) {
            for (int from = 0; from < queries.length; from += batch) {
                int n = Math.min(batch, queries.length - from);
                solve(pool, queries, points, neighbours, from, n, out);
            }
        }
        return out;
    }

    private void solve(
            TensorPool pool,
            float[][] queries,
            float[][] points,
            int[][] neighbours,
            int from,
            int n,
            List<Slle.Solution> out) {
        int k = neighbours[0].length;
        int d = queries[0].length;
        float[] differences = new float[n * k * d];
        for (int q = 0; q < n; q++) {
            try {
                gather(queries[from + q], points, neighbours[from + q], k, d, differences, q * k * d);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("query " + (from + q) + ": " + e.getMessage(), e);
            }
        }
        float[] products = products(pool, differences, n, k, d);
        for (int q = 0; q < n; q++) {
            try {
                Neighbourhood hood = Neighbourhood.forProblem(k, d);
                hood.load(k, d, differences, q * k * d, products, q * k * k);
                out.add(slle.solve(hood, slle.norm(queries[from + q])));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("query " + (from + q) + ": " + e.getMessage(), e);
            }
        }
    }

    private static void gather(float[] query, float[][] points, int[] chosen, int k, int d, float[] z, int at) {
        if (chosen.length != k || k == 0 || query.length != d) {
            throw new IllegalArgumentException(chosen.length + " neighbours and " + query.length
                    + " dimensions, expected " + Math.max(1, k) + " and " + d + " as the first query has");
        }
        Slle.requirePoints(chosen, points);
        for (int i = 0; i < k; i++) {
            float[] x = points[chosen[i]];
            if (x.length != d) {
                throw new IllegalArgumentException(
                        "neighbour " + i + " has " + x.length + " dimensions, the query has " + d);
            }
            for (int j = 0; j < d; j++) {
                z[at + i * d + j] = x[j] - query[j];
            }
        }
    }

    private float[] products(TensorPool pool, float[] differences, int n, int k, int d) {
        INDArray z = pool.take(n, k, d);
        INDArray gram = pool.take(n, k, k);
        try {
            HostArrays.write(z, differences);
            kernels.matmul(z, false, z, true, 1, gram);
            return HostArrays.read(gram);
        } finally {
            pool.give(z);
            pool.give(gram);
        }
    }
}
