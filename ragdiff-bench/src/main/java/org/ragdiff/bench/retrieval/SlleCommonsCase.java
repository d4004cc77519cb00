package org.ragdiff.bench.retrieval;

import java.util.Random;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.ragdiff.bench.PairedCase;
import org.ragdiff.slle.Slle;
import org.ragdiff.slle.SolverOptions;

/** The weights of one query; the peer is the textbook's formula in Commons Math. */
final class SlleCommonsCase implements PairedCase {
    private final int neighbours;
    private final int dimension;
    private final SolverOptions options = SolverOptions.defaults();
    private final Slle solver = new Slle(options);
    private double[] query;
    private double[][] rows;
    private double[] weights;
    private double[] peer;

    SlleCommonsCase(int neighbours, int dimension) {
        this.neighbours = neighbours;
        this.dimension = dimension;
    }

    @Override
    public void openOurs(int threads) {
        Random random = new Random(11);
        query = random.doubles(dimension).toArray();
        rows = new double[neighbours][];
        for (int i = 0; i < neighbours; i++) {
            rows[i] = random.doubles(dimension).toArray();
        }
    }

    @Override
    public void ours() {
        weights = solver.solve(query, rows).weights();
    }

    @Override
    public String openPeer(int threads) {
        return "Commons Math";
    }

    @Override
    public void peer() {
        RealMatrix z = new Array2DRowRealMatrix(rows);
        for (int i = 0; i < neighbours; i++) {
            z.setRowVector(i, z.getRowVector(i).subtract(MatrixUtils.createRealVector(query)));
        }
        RealMatrix g = z.multiply(z.transpose());
        RealMatrix ridge =
                MatrixUtils.createRealIdentityMatrix(neighbours).scalarMultiply(options.lambda() * g.getTrace());
        RealVector ones = MatrixUtils.createRealVector(new double[neighbours]).mapAdd(1);
        RealVector w = new CholeskyDecomposition(g.add(ridge), 1e-10, 1e-10)
                .getSolver()
                .solve(ones);
        peer = w.mapDivide(w.dotProduct(ones)).toArray();
    }

    @Override
    public double difference() {
        ours();
        peer();
        double most = 0;
        double largest = 0;
        for (int i = 0; i < neighbours; i++) {
            most = Math.max(most, Math.abs(weights[i] - peer[i]));
            largest = Math.max(largest, Math.abs(peer[i]));
        }
        return most / largest;
    }

    @Override
    public void close() {}
}
