package org.ragdiff.bench.retrieval;

import org.ragdiff.bench.peer.TorchPeer;
import org.ragdiff.bench.peer.TorchTensor;
import org.ragdiff.bench.peer.TorchVariants;
import org.ragdiff.slle.Slle;
import org.ragdiff.slle.SolverOptions;

/** The weights of k neighbours in float64; the peer solves the same ridge system by Cholesky or LU. */
final class SlleCase extends RetrievalCase {
    private final int neighbours;
    private final int dimension;
    private final SolverOptions options = SolverOptions.defaults();
    private final Slle solver = new Slle(options);
    private double[] query;
    private double[][] rows;
    private Slle.Solution solution;

    SlleCase(int neighbours, int dimension) {
        this.neighbours = neighbours;
        this.dimension = dimension;
    }

    @Override
    public void openOurs(int threads) {
        query = doubles(unit(dimension));
        rows = new double[neighbours][];
        for (int i = 0; i < neighbours; i++) {
            rows[i] = doubles(unit(dimension));
        }
    }

    private static double[] doubles(float[] v) {
        double[] out = new double[v.length];
        for (int i = 0; i < v.length; i++) {
            out[i] = v[i];
        }
        return out;
    }

    @Override
    public void ours() {
        solution = solver.solve(query, rows);
    }

    @Override
    protected float[] result() {
        float[] out = new float[neighbours];
        for (int i = 0; i < neighbours; i++) {
            out[i] = (float) solution.weights()[i];
        }
        return out;
    }

    @Override
    protected void addVariants(TorchVariants v) {
        float[] flat = new float[neighbours * dimension];
        float[] q = new float[dimension];
        for (int j = 0; j < dimension; j++) {
            q[j] = (float) query[j];
            for (int i = 0; i < neighbours; i++) {
                flat[i * dimension + j] = (float) rows[i][j];
            }
        }
        TorchTensor x = kept(kept(TorchPeer.tensor(flat, neighbours, dimension)).float64());
        TorchTensor e = kept(kept(TorchPeer.tensor(q, dimension)).float64());
        TorchTensor ones =
                kept(kept(TorchPeer.tensor(filled(neighbours), neighbours, 1)).float64());
        String script =
                """
                def forward(self, x: Tensor, e: Tensor, ones: Tensor, l: float) -> Tensor:
                  z = torch.sub(x, e)
                  g = torch.matmul(z, torch.t(z))
                  a = torch.add(torch.div(g, torch.trace(g)), torch.diag(torch.squeeze(ones, 1)), alpha=l)
                  w = %s
                  return torch.squeeze(torch.div(w, torch.sum(w)), 1)
                """;
        double lambda = options.lambda();
        v.add("cholesky", script.formatted("torch.cholesky_solve(ones, torch.linalg_cholesky(a))"), x, e, ones, lambda);
        v.add("solve", script.formatted("torch.linalg_solve(a, ones)"), x, e, ones, lambda);
    }

    private static float[] filled(int n) {
        float[] out = new float[n];
        java.util.Arrays.fill(out, 1);
        return out;
    }
}
