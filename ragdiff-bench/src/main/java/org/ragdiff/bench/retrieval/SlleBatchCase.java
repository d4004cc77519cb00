package org.ragdiff.bench.retrieval;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.ragdiff.bench.peer.TorchPeer;
import org.ragdiff.bench.peer.TorchTensor;
import org.ragdiff.bench.peer.TorchVariants;
import org.ragdiff.slle.Slle;
import org.ragdiff.slle.SolverOptions;

/**
 * The weights of many queries in float64. Ours also gathers the neighbours from a table; the peer has them side
 * by side already and solves the same ridge systems by batched Cholesky or LU.
 */
final class SlleBatchCase extends RetrievalCase {
    private static final int POINTS = 4096;

    private final int count;
    private final int neighbours;
    private final int dimension;
    private final SolverOptions options = SolverOptions.defaults();
    private final Slle solver = new Slle(options);
    private ForkJoinPool pool;
    private float[][] queries;
    private float[][] points;
    private int[][] chosen;
    private List<Slle.Solution> solutions;

    SlleBatchCase(int count, int neighbours, int dimension) {
        this.count = count;
        this.neighbours = neighbours;
        this.dimension = dimension;
    }

    @Override
    public void openOurs(int threads) {
        pool = new ForkJoinPool(threads);
        points = new float[POINTS][];
        queries = new float[count][];
        chosen = new int[count][];
        for (int i = 0; i < POINTS; i++) {
            points[i] = unit(dimension);
        }
        for (int q = 0; q < count; q++) {
            queries[q] = unit(dimension);
            chosen[q] = random().ints(neighbours, 0, POINTS).toArray();
        }
    }

    @Override
    public void ours() {
        // A parallel stream runs in the pool that it is begun in.
        solutions = pool.submit(() -> solver.solveAll(queries, points, chosen)).join();
    }

    @Override
    protected float[] result() {
        float[] out = new float[count * neighbours];
        for (int q = 0; q < count; q++) {
            for (int i = 0; i < neighbours; i++) {
                out[q * neighbours + i] = (float) solutions.get(q).weights()[i];
            }
        }
        return out;
    }

    @Override
    protected void addVariants(TorchVariants v) {
        float[] x = new float[count * neighbours * dimension];
        float[] e = new float[count * dimension];
        for (int q = 0; q < count; q++) {
            System.arraycopy(queries[q], 0, e, q * dimension, dimension);
            for (int i = 0; i < neighbours; i++) {
                System.arraycopy(points[chosen[q][i]], 0, x, (q * neighbours + i) * dimension, dimension);
            }
        }
        float[] ones = new float[count * neighbours];
        Arrays.fill(ones, 1);
        float[] identity = new float[neighbours * neighbours];
        for (int i = 0; i < neighbours; i++) {
            identity[i * neighbours + i] = 1;
        }
        String script =
                """
                def forward(self, x: Tensor, e: Tensor, ones: Tensor, eye: Tensor, l: float) -> Tensor:
                  z = torch.sub(x, e)
                  g = torch.bmm(z, torch.transpose(z, 1, 2))
                  t = torch.sum(torch.mul(g, eye), [1, 2], True)
                  a = torch.add(torch.div(g, t), eye, alpha=l)
                  w = %s
                  return torch.squeeze(torch.div(w, torch.sum(w, [1], True)), 2)
                """;
        Object[] arguments = {
            tensor(x, count, neighbours, dimension),
            tensor(e, count, 1, dimension),
            tensor(ones, count, neighbours, 1),
            tensor(identity, neighbours, neighbours),
            options.lambda()
        };
        v.add("cholesky", script.formatted("torch.cholesky_solve(ones, torch.linalg_cholesky(a))"), arguments);
        v.add("solve", script.formatted("torch.linalg_solve(a, ones)"), arguments);
    }

    private TorchTensor tensor(float[] values, long... shape) {
        return kept(kept(TorchPeer.tensor(values, shape)).float64());
    }

    @Override
    public void close() {
        super.close();
        pool.shutdownNow();
    }
}
