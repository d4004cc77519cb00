package org.ragdiff.slle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ragdiff.core.FixtureTensors;

/** scikit-learn's barycentre weights, and exact affine and simplex weights by enumeration. */
class SlleFixtureTest {
    private static final FixtureTensors GOLDEN = FixtureTensors.resource(SlleFixtureTest.class, "/lle/lle.safetensors");

    static Stream<String> cases() {
        return StreamSupport.stream(
                        FixtureTensors.json(SlleFixtureTest.class, "/lle/cases.json")
                                .get("cases")
                                .spliterator(),
                        false)
                .map(c -> c.get("name").asText());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsScikitLearn(String name) {
        for (String reg : new String[] {"0.001", "0.01", "1e-06", "1"}) {
            Slle slle = new Slle(SolverOptions.defaults().withLambda(Double.parseDouble(reg)));
            double[][] expected = GOLDEN.rows(name + ".sklearn_reg" + reg);
            double tolerance = name.equals("large_offset") ? 1e-6 : 1e-8;
            for (int q = 0; q < expected.length; q++) {
                double scale = Math.max(
                        1, Arrays.stream(expected[q]).map(Math::abs).max().getAsDouble());
                assertThat(solve(slle, name, q).weights())
                        .as("query %d, reg %s", q, reg)
                        .containsExactly(expected[q], within(tolerance * scale));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void lambdaZeroIsTheExactSolutionOfLeastNorm(String name) {
        Slle slle = new Slle(SolverOptions.defaults().withLambda(0));
        double[][] expected = GOLDEN.rows(name + ".exact_sum1");
        double[] residual = GOLDEN.values(name + ".exact_sum1_residual");
        for (int q = 0; q < expected.length; q++) {
            Slle.Solution s = solve(slle, name, q);
            assertThat(s.weights()).containsExactly(expected[q], within(name.equals("large_offset") ? 1e-6 : 1e-8));
            assertThat(s.residual() * s.residual()).isEqualTo(residual[q], within(1e-9 * squaredSpread(name, q)));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void simplexIsTheExactOptimum(String name) {
        if (!GOLDEN.has(name + ".simplex")) {
            return;
        }
        Slle slle = new Slle(SolverOptions.defaults().withLambda(0).withNonNegative(true));
        double[] residual = GOLDEN.values(name + ".simplex_residual");
        for (int q = 0; q < residual.length; q++) {
            Slle.Solution s = solve(slle, name, q);
            assertThat(Arrays.stream(s.weights()).min().getAsDouble()).isNotNegative();
            assertThat(Arrays.stream(s.weights()).sum()).isEqualTo(1, within(1e-12));
            assertThat(s.residual() * s.residual()).isEqualTo(residual[q], within(1e-10 * squaredSpread(name, q)));
        }
    }

    private static Slle.Solution solve(Slle slle, String name, int query) {
        return slle.solve(GOLDEN.rows(name + ".X")[query], neighbours(name, query));
    }

    private static double[][] neighbours(String name, int query) {
        double[][] y = GOLDEN.rows(name + ".Y");
        return Arrays.stream(GOLDEN.rows(name + ".indices")[query])
                .mapToObj(i -> y[(int) i])
                .toArray(double[][]::new);
    }

    private static double squaredSpread(String name, int query) {
        double[] e = GOLDEN.rows(name + ".X")[query];
        double max = 1e-20;
        for (double[] x : neighbours(name, query)) {
            double sum = 0;
            for (int d = 0; d < e.length; d++) {
                sum += (x[d] - e[d]) * (x[d] - e[d]);
            }
            max = Math.max(max, sum);
        }
        return max;
    }
}
