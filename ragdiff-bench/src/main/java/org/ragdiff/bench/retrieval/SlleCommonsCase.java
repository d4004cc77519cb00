package org.ragdiff.bench.retrieval;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;

/** The formula in Commons Math. */
final class SlleCommonsCase extends SllePlainCase {
    SlleCommonsCase(int neighbours, int dimension) {
        super(neighbours, dimension, "Commons Math");
    }

    @Override
    double[] weights(double[][] rows, double[] query, double lambda) {
        RealMatrix z = new Array2DRowRealMatrix(rows);
        for (int i = 0; i < rows.length; i++) {
            z.setRowVector(i, z.getRowVector(i).subtract(MatrixUtils.createRealVector(query)));
        }
        RealMatrix g = z.multiply(z.transpose());
        RealMatrix ridge = MatrixUtils.createRealIdentityMatrix(rows.length).scalarMultiply(lambda * g.getTrace());
        RealVector ones = MatrixUtils.createRealVector(new double[rows.length]).mapAdd(1);
        RealVector w = new CholeskyDecomposition(g.add(ridge), 1e-10, 1e-10)
                .getSolver()
                .solve(ones);
        return w.mapDivide(w.dotProduct(ones)).toArray();
    }
}
