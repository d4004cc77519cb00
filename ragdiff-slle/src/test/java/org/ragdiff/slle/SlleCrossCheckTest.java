package org.ragdiff.slle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.junit.jupiter.api.Test;
import smile.math.BFGS;
import smile.math.DifferentiableMultivariateFunction;

/** Products, factorisation and weights against Commons Math, Smile and enumeration; many queries against one. */
class SlleCrossCheckTest {
    private static double[][] random(Random random, int rows, int columns) {
        double[][] m = new double[rows][columns];
        for (double[] row : m) {
            Arrays.setAll(row, i -> random.nextGaussian());
        }
        return m;
    }

    /** (X − 1eᵀ)(X − 1eᵀ)ᵀ by Commons Math. */
    private static RealMatrix gram(double[] e, double[][] x) {
        RealMatrix z = new Array2DRowRealMatrix(x.length, e.length);
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < e.length; j++) {
                z.setEntry(i, j, x[i][j] - e[j]);
            }
        }
        return z.multiply(z.transpose());
    }

    @Test
    void productsOfRowsAreThoseOfCommonsMath() {
        Random random = new Random(1);
        for (int rows : new int[] {4, 8, 20}) {
            for (int length : new int[] {1, 3, 17, 128, 513}) {
                double[][] z = random(random, rows, length);
                double[] got = new double[rows * rows];
                RowProducts.gram(z, rows, length, got);
                RealMatrix m = new Array2DRowRealMatrix(z);
                double[][] expected = m.multiply(m.transpose()).getData();
                for (int i = 0; i < rows; i++) {
                    assertThat(Arrays.copyOfRange(got, i * rows, (i + 1) * rows))
                            .containsExactly(expected[i], within(1e-11));
                }
            }
        }
    }

    @Test
    void weightsAreThoseOfCommonsMathForEveryNumberOfNeighbours() {
        Random random = new Random(2);
        Slle slle = new Slle(SolverOptions.defaults());
        for (int k = 2; k <= 70; k += k < 20 ? 1 : 7) {
            double[][] x = random(random, k, 24);
            double[] e = random(random, 1, 24)[0];
            RealMatrix g = gram(e, x);
            RealVector ones = MatrixUtils.createRealVector(new double[k]).mapAdd(1);
            RealVector w = new CholeskyDecomposition(
                            g.add(MatrixUtils.createRealIdentityMatrix(k).scalarMultiply(1e-3 * g.getTrace())),
                            1e-10,
                            1e-10)
                    .getSolver()
                    .solve(ones);
            double[] expected = w.mapDivide(w.dotProduct(ones)).toArray();
            assertThat(slle.solve(e, x).weights()).as("k = %d", k).containsExactly(expected, within(1e-11));
        }
    }

    /** The ridge system is the optimum of ‖e − Σ wᵢxᵢ‖² + r·‖w‖² on Σ w = 1: Smile's BFGS walks there itself. */
    @Test
    void weightsAreTheMinimumThatSmileFinds() {
        Random random = new Random(3);
        for (int round = 0; round < 5; round++) {
            int k = 3 + round;
            double[][] x = random(random, k, 10);
            double[] e = random(random, 1, 10)[0];
            double ridge = 0.3;
            double[] free = new double[k - 1];
            BFGS.minimize(new Objective(gram(e, x), ridge), free, 1e-12, 500);
            double[] w = new Slle(SolverOptions.defaults().withLambda(ridge).withRule(SolverOptions.RidgeRule.ABSOLUTE))
                    .solve(e, x)
                    .weights();
            assertThat(w).containsExactly(Objective.completed(free), within(1e-6));
        }
    }

    private record Objective(RealMatrix gram, double ridge) implements DifferentiableMultivariateFunction {
        static double[] completed(double[] free) {
            double[] w = Arrays.copyOf(free, free.length + 1);
            w[free.length] = 1 - Arrays.stream(free).sum();
            return w;
        }

        @Override
        public double f(double[] free) {
            double[] w = completed(free);
            RealVector v = MatrixUtils.createRealVector(w);
            return v.dotProduct(gram.operate(v)) + ridge * v.dotProduct(v);
        }

        @Override
        public double g(double[] free, double[] gradient) {
            double[] w = completed(free);
            double[] full = gram.operate(w);
            int last = free.length;
            for (int i = 0; i < last; i++) {
                gradient[i] = 2 * (full[i] + ridge * w[i] - full[last] - ridge * w[last]);
            }
            return f(free);
        }
    }

    /** Every support is solved with equality; the feasible one of least value is the optimum. */
    @Test
    void simplexWeightsAreTheBestOfAllSupports() {
        Random random = new Random(4);
        for (int round = 0; round < 60; round++) {
            int k = 2 + random.nextInt(6);
            int d = 1 + random.nextInt(8);
            double[][] x = random(random, k, d);
            double[] e = random(random, 1, d)[0];
            double lambda = 1e-2;
            RealMatrix g = gram(e, x);
            RealMatrix a = g.add(MatrixUtils.createRealIdentityMatrix(k).scalarMultiply(lambda * g.getTrace()));
            double[] got = new Slle(SolverOptions.defaults().withLambda(lambda).withNonNegative(true))
                    .solve(e, x)
                    .weights();
            assertThat(got).containsExactly(bestOfAllSupports(a), within(1e-10));
        }
    }

    private static double[] bestOfAllSupports(RealMatrix a) {
        int k = a.getRowDimension();
        double[] best = null;
        double least = Double.POSITIVE_INFINITY;
        for (int support = 1; support < 1 << k; support++) {
            int bits = support;
            int[] index =
                    IntStream.range(0, k).filter(i -> (bits >> i & 1) == 1).toArray();
            RealVector w = new LUDecomposition(a.getSubMatrix(index, index))
                    .getSolver()
                    .solve(MatrixUtils.createRealVector(new double[index.length])
                            .mapAdd(1));
            double sum = Arrays.stream(w.toArray()).sum();
            double[] full = new double[k];
            for (int i = 0; i < index.length; i++) {
                full[index[i]] = w.getEntry(i) / sum;
            }
            RealVector v = MatrixUtils.createRealVector(full);
            double value = v.dotProduct(a.operate(v));
            if (v.getMinValue() >= 0 && value < least) {
                least = value;
                best = full;
            }
        }
        return best;
    }

    @Test
    void manyQueriesEqualEachAlone() {
        Random random = new Random(5);
        float[][] points = floats(random(random, 50, 33));
        float[][] queries = floats(random(random, 200, 33));
        int[][] neighbours = new int[queries.length][];
        for (int q = 0; q < neighbours.length; q++) {
            neighbours[q] = random.ints(1 + q % 40, 0, points.length).toArray();
        }
        for (SolverOptions options : List.of(
                SolverOptions.defaults(),
                SolverOptions.defaults().withLocality(0.5).withRule(SolverOptions.RidgeRule.TRACE_OVER_K),
                SolverOptions.defaults().withResidualTolerance(0.9),
                SolverOptions.defaults().withNonNegative(true))) {
            Slle slle = new Slle(options);
            List<Slle.Solution> all = slle.solveAll(queries, points, neighbours);
            assertThat(all).hasSize(queries.length);
            for (int q = 0; q < queries.length; q++) {
                double[][] rows = Arrays.stream(neighbours[q])
                        .mapToObj(i -> EmbeddingBlend.toDouble(points[i]))
                        .toArray(double[][]::new);
                Slle.Solution one = slle.solve(EmbeddingBlend.toDouble(queries[q]), rows);
                assertThat(all.get(q).weights()).isEqualTo(one.weights());
                assertThat(all.get(q).residual()).isEqualTo(one.residual());
                assertThat(all.get(q).used()).isEqualTo(one.used());
            }
        }
    }

    @Test
    void manyQueriesNameTheWrongOne() {
        Slle slle = new Slle(SolverOptions.defaults());
        float[][] points = {{1, 2}, {3, 4}};
        assertThatThrownBy(() -> slle.solveAll(new float[1][2], points, new int[2][]))
                .hasMessageContaining("1 queries need as many lists");
        assertThatThrownBy(() -> slle.solveAll(new float[2][2], points, new int[][] {{0}, {2}}))
                .hasMessageContaining("query 1: neighbour 2 is not one of 2 points");
        assertThat(slle.solveAll(new float[0][], points, new int[0][])).isEmpty();
    }

    private static float[][] floats(double[][] m) {
        float[][] out = new float[m.length][m[0].length];
        for (int i = 0; i < m.length; i++) {
            for (int j = 0; j < m[i].length; j++) {
                out[i][j] = (float) m[i][j];
            }
        }
        return out;
    }

    @Test
    void absoluteRidgeOutweighsSmallDistancesAndOverflowIsNamed() {
        Slle absolute = new Slle(SolverOptions.defaults().withRule(SolverOptions.RidgeRule.ABSOLUTE));
        double[][] near = {{1e-150, 0}, {0, 3e-150}};
        assertThat(absolute.solve(new double[2], near).weights()).containsExactly(0.5, 0.5);
        assertThatThrownBy(() -> absolute.solve(new double[1], new double[][] {{1e200}, {1}}))
                .hasMessageContaining("overflow");
    }
}
