package org.ragdiff.slle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.QRDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.junit.jupiter.api.Test;

class SllePropertiesTest {
    private static final SolverOptions[] VARIANTS = {
        SolverOptions.defaults(),
        SolverOptions.defaults().withRule(SolverOptions.RidgeRule.TRACE_OVER_K),
        SolverOptions.defaults().withNonNegative(true),
        SolverOptions.defaults().withLocality(1),
        SolverOptions.defaults().withLambda(0),
        SolverOptions.defaults().withLambda(0).withNonNegative(true)
    };

    private static double[][] random(Random random, int rows, int columns) {
        double[][] m = new double[rows][columns];
        for (double[] row : m) {
            Arrays.setAll(row, i -> random.nextGaussian());
        }
        return m;
    }

    @Test
    void weightsSurviveRotationTranslationAndScale() {
        Random random = new Random(1);
        for (SolverOptions options : VARIANTS) {
            int d = 9;
            double[][] x = random(random, 6, d);
            double[] e = random(random, 1, d)[0];
            RealMatrix rotation = new QRDecomposition(new Array2DRowRealMatrix(random(random, d, d))).getQ();
            double[] shift = random(random, 1, d)[0];
            double[][] moved = new double[6][];
            for (int i = 0; i < 6; i++) {
                moved[i] = move(x[i], rotation, shift);
            }
            Slle slle = new Slle(options);
            Slle.Solution plain = slle.solve(e, x);
            Slle.Solution other = slle.solve(move(e, rotation, shift), moved);
            assertThat(other.weights()).as("%s", options).containsExactly(plain.weights(), within(1e-9));
            assertThat(other.residual()).isEqualTo(1e3 * plain.residual(), within(1e-8));
            assertThat(Arrays.stream(plain.weights()).sum()).isEqualTo(1, within(1e-12));
        }
    }

    private static double[] move(double[] v, RealMatrix rotation, double[] shift) {
        double[] out = rotation.operate(v);
        for (int i = 0; i < out.length; i++) {
            out[i] = 1e3 * (out[i] + shift[i]);
        }
        return out;
    }

    @Test
    void solvesTheRegularisedSystem() {
        Random random = new Random(2);
        for (SolverOptions.RidgeRule rule : SolverOptions.RidgeRule.values()) {
            double[][] x = random(random, 7, 12);
            double[] e = random(random, 1, 12)[0];
            Array2DRowRealMatrix z = new Array2DRowRealMatrix(7, 12);
            for (int i = 0; i < 7; i++) {
                for (int j = 0; j < 12; j++) {
                    z.setEntry(i, j, x[i][j] - e[j]);
                }
            }
            RealMatrix g = z.multiply(z.transpose());
            double ridge = 0.05
                    * switch (rule) {
                        case TRACE -> g.getTrace();
                        case TRACE_OVER_K -> g.getTrace() / 7;
                        case ABSOLUTE -> 1;
                    };
            double[] ones = new double[7];
            Arrays.fill(ones, 1);
            double[] w = new LUDecomposition(
                            g.add(MatrixUtils.createRealIdentityMatrix(7).scalarMultiply(ridge)))
                    .getSolver()
                    .solve(MatrixUtils.createRealVector(ones))
                    .toArray();
            double sum = Arrays.stream(w).sum();
            double[] expected = Arrays.stream(w).map(v -> v / sum).toArray();
            Slle slle = new Slle(SolverOptions.defaults().withLambda(0.05).withRule(rule));
            assertThat(slle.solve(e, x).weights()).containsExactly(expected, within(1e-11));
        }
    }

    @Test
    void reconstructsWhatLiesInTheSpanExactly() {
        Random random = new Random(3);
        double[][] x = random(random, 5, 20);
        double[] truth = {0.4, 0.3, -0.2, 0.1, 0.4};
        double[] e = new double[20];
        for (int i = 0; i < 5; i++) {
            for (int j = 0; j < 20; j++) {
                e[j] += truth[i] * x[i][j];
            }
        }
        Slle.Solution s = new Slle(SolverOptions.defaults().withLambda(0)).solve(e, x);
        assertThat(s.weights()).containsExactly(truth, within(1e-10));
        assertThat(s.residual()).isLessThan(1e-10);
        double[] inHull = {0.4, 0.3, 0.2, 0.1, 0};
        Arrays.fill(e, 0);
        for (int i = 0; i < 5; i++) {
            for (int j = 0; j < 20; j++) {
                e[j] += inHull[i] * x[i][j];
            }
        }
        Slle simplex = new Slle(SolverOptions.defaults().withLambda(0).withNonNegative(true));
        assertThat(simplex.solve(e, x).weights()).containsExactly(inHull, within(1e-7));
        assertThat(simplex.solve(e, x).residual()).isLessThan(1e-7);
    }

    @Test
    void simplexMeetsItsOptimalityConditions() {
        Random random = new Random(4);
        for (int round = 0; round < 300; round++) {
            int k = 1 + random.nextInt(20);
            int d = 1 + random.nextInt(25);
            double[][] x = random(random, k, d);
            double[] e = random(random, 1, d)[0];
            Slle.Solution s = new Slle(SolverOptions.defaults()
                            .withLambda(round % 2 == 0 ? 0 : 1e-3)
                            .withNonNegative(true))
                    .solve(e, x);
            double ridge = 0;
            for (double[] row : x) {
                for (int j = 0; j < d; j++) {
                    ridge += (row[j] - e[j]) * (row[j] - e[j]);
                }
            }
            double trace = ridge;
            ridge *= round % 2 == 0 ? 0 : 1e-3;
            double[] rest = new double[d];
            for (int i = 0; i < k; i++) {
                for (int j = 0; j < d; j++) {
                    rest[j] += s.weights()[i] * (x[i][j] - e[j]);
                }
            }
            double value = 0;
            double[] gradient = new double[k];
            for (int i = 0; i < k; i++) {
                for (int j = 0; j < d; j++) {
                    gradient[i] += rest[j] * (x[i][j] - e[j]);
                }
                gradient[i] += ridge * s.weights()[i];
                value += s.weights()[i] * gradient[i];
            }
            for (int i = 0; i < k; i++) {
                assertThat(s.weights()[i]).isNotNegative();
                assertThat((gradient[i] - value) / trace).isGreaterThan(-1e-10);
            }
        }
    }

    @Test
    void degenerateNeighbourhoods() {
        double[] e = {1, 2, 3};
        for (SolverOptions options : VARIANTS) {
            Slle slle = new Slle(options);
            assertThat(slle.solve(e, new double[][] {{4, 5, 6}}).weights()).containsExactly(1);
            double[] equal = slle.solve(e, new double[][] {e, e, e, e}).weights();
            assertThat(equal).containsExactly(new double[] {0.25, 0.25, 0.25, 0.25}, within(1e-12));
            Slle.Solution own = slle.solve(e, new double[][] {e, {4, -1, 2}, {0, 1, 7}});
            assertThat(own.residual()).as("%s", options).isLessThan(0.05);
            assertThat(own.weights()[0]).isGreaterThan(0.98);
        }
    }

    @Test
    void duplicatesShareTheirWeight() {
        double[][] x = {{1, 0, 0}, {1, 0, 0}, {0, 1, 0.5}};
        double[] w = new Slle(SolverOptions.defaults())
                .solve(new double[] {0.5, 0.4, 0.1}, x)
                .weights();
        assertThat(w[0]).isEqualTo(w[1], within(1e-12));
    }

    @Test
    void localityMovesWeightToTheNear() {
        double[][] x = {{1, 0.1}, {9, 0}, {-8, 0.2}};
        double[] e = {0.5, 0};
        SolverOptions strong = SolverOptions.defaults().withLambda(0.1);
        double plain = new Slle(strong).solve(e, x).weights()[0];
        double local = new Slle(strong.withLocality(1)).solve(e, x).weights()[0];
        assertThat(local).isGreaterThan(plain);
    }

    @Test
    void residualRuleStopsEarly() {
        Random random = new Random(6);
        double[][] x = random(random, 10, 30);
        double[] e = x[0].clone();
        e[3] += 1e-3;
        Slle.Solution s = new Slle(SolverOptions.defaults().withResidualTolerance(0.01)).solve(e, x);
        assertThat(s.used()).isEqualTo(1);
        assertThat(s.weights()).hasSize(10).startsWith(1, 0, 0);
    }

    @Test
    void refusesWrongInputByName() {
        Slle slle = new Slle(SolverOptions.defaults());
        assertThatThrownBy(() -> slle.solve(new double[3], new double[0][])).hasMessageContaining("empty");
        assertThatThrownBy(() -> slle.solve(new double[3], new double[][] {{1, 2}}))
                .hasMessageContaining("neighbour 0 has 2");
        assertThatThrownBy(() -> slle.solve(new double[] {Double.NaN}, new double[][] {{1}}))
                .hasMessageContaining("not finite");
        assertThatThrownBy(() -> SolverOptions.defaults().withLambda(-1)).hasMessageContaining("lambda");
    }
}
