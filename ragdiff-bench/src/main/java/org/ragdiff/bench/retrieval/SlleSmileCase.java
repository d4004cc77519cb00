package org.ragdiff.bench.retrieval;

import java.util.Arrays;
import smile.math.MathEx;
import smile.math.matrix.Matrix;

/** The formula in Smile, whose matrices are multiplied and factored by the OpenBLAS that ND4J brings. */
final class SlleSmileCase extends SllePlainCase {
    SlleSmileCase(int neighbours, int dimension) {
        super(neighbours, dimension, "Smile, OpenBLAS");
    }

    @Override
    double[] weights(double[][] rows, double[] query, double lambda) {
        double[][] differences = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            differences[i] = rows[i].clone();
            MathEx.sub(differences[i], query);
        }
        Matrix g = new Matrix(differences).aat();
        double trace = 0;
        for (int i = 0; i < rows.length; i++) {
            trace += g.get(i, i);
        }
        for (int i = 0; i < rows.length; i++) {
            g.add(i, i, lambda * trace);
        }
        double[] ones = new double[rows.length];
        Arrays.fill(ones, 1);
        double[] w = g.cholesky().solve(ones);
        double sum = MathEx.sum(w);
        MathEx.scale(1 / sum, w);
        return w;
    }
}
