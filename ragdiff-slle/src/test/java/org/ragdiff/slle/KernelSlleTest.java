package org.ragdiff.slle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;

class KernelSlleTest {
    private static final Kernels KERNELS = KernelProviders.create(KernelProviders.Options.defaults());

    @AfterAll
    static void close() {
        KERNELS.close();
    }

    private static float[][] unit(Random random, int n, int d) {
        float[][] out = new float[n][d];
        for (float[] row : out) {
            double squares = 0;
            for (int j = 0; j < d; j++) {
                row[j] = (float) random.nextGaussian();
                squares += row[j] * row[j];
            }
            for (int j = 0; j < d; j++) {
                row[j] /= (float) Math.sqrt(squares);
            }
        }
        return out;
    }

    /**
     * (A + E)·v = 1 for A·w = 1 has ‖v − w‖ ≤ ‖E‖‖v‖/λ, since A's least eigenvalue is at least λ, both divided by the
     * trace; float32 products of d terms are off by at most γ_d‖zᵢ‖‖zⱼ‖ (Higham, §3.1), and ‖E‖ by as much of the trace.
     */
    @ParameterizedTest
    @CsvSource({"1, 7, 33, 40", "1e-3, 16, 512, 300", "1e-2, 64, 128, 200", "1e-1, 1, 9, 5", "1e-2, 12, 5, 30"})
    void weightsAreThoseOfFloat64UpToFloat32Products(double lambda, int k, int d, int n) {
        Random random = new Random(3);
        float[][] points = unit(random, 90, d);
        float[][] queries = unit(random, n, d);
        int[][] neighbours = new int[n][];
        for (int q = 0; q < n; q++) {
            neighbours[q] = random.ints(0, points.length).distinct().limit(k).toArray();
        }
        for (SolverOptions options : List.of(
                SolverOptions.defaults().withLambda(lambda),
                SolverOptions.defaults().withLambda(lambda).withNonNegative(true),
                SolverOptions.defaults().withLambda(lambda).withLocality(0.5))) {
            List<Slle.Solution> exact = new Slle(options).solveAll(queries, points, neighbours);
            List<Slle.Solution> ours = new KernelSlle(options, KERNELS).solveAll(queries, points, neighbours);
            assertThat(ours).hasSize(n);
            // Differences are rounded too: one more rounding each.
            double relative = (d + 2) * 0x1p-24 / lambda;
            for (int q = 0; q < n; q++) {
                double[] w = exact.get(q).weights();
                double[] v = ours.get(q).weights();
                double size = Slle.norm(w);
                // Twice: once for the solution, once for its sum. Among unit rows locality may halve a ridge.
                double bound = 2 * relative * (options.locality() == 0 ? 1 : 2) * size * Math.sqrt(k);
                for (int i = 0; i < k; i++) {
                    assertThat(v[i]).as("query %d weight %d", q, i).isCloseTo(w[i], within(bound + 1e-12));
                }
                assertThat(Arrays.stream(v).sum()).isCloseTo(1, within(1e-9));
                assertThat(ours.get(q).residual()).isCloseTo(exact.get(q).residual(), within(bound + 1e-6));
            }
        }
    }

    @Test
    void residualRulesUseAsManyNeighbours() {
        Random random = new Random(5);
        float[][] points = unit(random, 60, 24);
        float[][] queries = unit(random, 50, 24);
        int[][] neighbours = new int[50][];
        for (int q = 0; q < 50; q++) {
            neighbours[q] = random.ints(0, 60).distinct().limit(20).toArray();
        }
        SolverOptions options = SolverOptions.defaults().withLambda(0.01).withResidualTolerance(0.8);
        List<Slle.Solution> exact = new Slle(options).solveAll(queries, points, neighbours);
        List<Slle.Solution> ours = new KernelSlle(options, KERNELS).solveAll(queries, points, neighbours);
        for (int q = 0; q < 50; q++) {
            assertThat(ours.get(q).used()).isEqualTo(exact.get(q).used());
        }
        assertThat(ours.stream().mapToInt(Slle.Solution::used).distinct().count())
                .isGreaterThan(3);
    }

    @Test
    void badInputIsNamed() {
        SolverOptions options = SolverOptions.defaults();
        float[][] points = {{1, 2}, {3, 4}, {5, 6}};
        KernelSlle slle = new KernelSlle(options, KERNELS);
        assertThat(slle.solveAll(new float[0][], points, new int[0][])).isEmpty();
        assertThatThrownBy(() -> new KernelSlle(options.withLambda(0), KERNELS)).hasMessageContaining("lambda is 0");
        assertThatThrownBy(() -> slle.solveAll(new float[2][2], points, new int[][] {{0, 1}, {2}}))
                .hasMessageContaining("query 1: 1 neighbours and 2 dimensions, expected 2 and 2");
        assertThatThrownBy(() -> slle.solveAll(new float[1][2], points, new int[][] {{}}))
                .hasMessageContaining("0 neighbours");
        assertThatThrownBy(() -> slle.solveAll(new float[1][2], points, new int[][] {{3}}))
                .hasMessageContaining("query 0: neighbour 3 is not one of 3 points");
        assertThatThrownBy(() -> slle.solveAll(new float[1][3], points, new int[][] {{0}}))
                .hasMessageContaining("neighbour 0 has 2 dimensions, the query has 3");
        float[][] bad = {{1, 2}, {Float.NaN, 4}};
        assertThatThrownBy(() -> slle.solveAll(new float[1][2], bad, new int[][] {{0, 1}}))
                .hasMessageContaining("query 0: dimension 0")
                .hasMessageContaining("is not finite");
    }
}
