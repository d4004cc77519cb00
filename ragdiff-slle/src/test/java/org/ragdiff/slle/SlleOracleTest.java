package org.ragdiff.slle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ragdiff.core.SharedFiles;

/** Weights in closed form, from public code, and the bounds of scikit-learn's own tests. */
class SlleOracleTest {
    static Stream<JsonNode> weights() throws Exception {
        JsonNode cases = new ObjectMapper()
                .readTree(SharedFiles.require("oracles/03_lle_knn.json").toFile())
                .get("cases");
        return StreamSupport.stream(cases.spliterator(), false)
                .filter(c ->
                        c.get("input").has("neighbours") || c.get("id").asText().startsWith("lle.gen_"));
    }

    @ParameterizedTest
    @MethodSource("weights")
    void equalsTheClosedForm(JsonNode c) {
        JsonNode in = c.get("input");
        double[] query = in.has("x") ? row(in.get("x")) : generatedQuery(in);
        double[][] neighbours = in.has("neighbours")
                ? StreamSupport.stream(in.get("neighbours").spliterator(), false)
                        .map(SlleOracleTest::row)
                        .toArray(double[][]::new)
                : generatedNeighbours(in);
        Slle slle = new Slle(SolverOptions.defaults().withLambda(in.get("reg").asDouble()));
        Slle.Solution s = slle.solve(query, neighbours);
        double tolerance = c.get("tolerance").get("abs").asDouble();
        assertThat(s.weights()).containsExactly(row(c.get("expected").get("weights")), within(tolerance));
        if (c.get("expected").has("residual_norm")) {
            assertThat(s.residual())
                    .isEqualTo(c.get("expected").get("residual_norm").asDouble(), within(tolerance));
        }
    }

    private static double[] generatedQuery(JsonNode in) {
        double[] x = new double[in.get("D").asInt()];
        for (int d = 0; d < x.length; d++) {
            x[d] = Math.sin(0.7 * d + 0.35);
        }
        return in.get("l2_normalise").asBoolean() ? unit(x) : x;
    }

    private static double[][] generatedNeighbours(JsonNode in) {
        double[][] n = new double[in.get("K").asInt()][in.get("D").asInt()];
        for (int j = 0; j < n.length; j++) {
            for (int d = 0; d < n[j].length; d++) {
                n[j][d] = Math.sin(1.3 * j + 0.7 * d) + 0.1 * Math.cos(0.9 * j * d);
            }
            n[j] = in.get("l2_normalise").asBoolean() ? unit(n[j]) : n[j];
        }
        return n;
    }

    private static double[] unit(double[] v) {
        double norm = Slle.norm(v);
        for (int i = 0; i < v.length; i++) {
            v[i] /= norm;
        }
        return v;
    }

    private static double[] row(JsonNode n) {
        return StreamSupport.stream(n.spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
    }

    /** sklearn/manifold/tests/test_locally_linear.py: a plane and a curved sheet are rebuilt from neighbours. */
    @Test
    void sheetsAreRebuiltFromTheirNeighbours() {
        List<double[]> grid = new ArrayList<>();
        java.util.Random noise = new java.util.Random(1);
        for (int i = 0; i < 25; i++) {
            grid.add(new double[] {i / 5 + 1e-10 * noise.nextDouble(), i % 5 + 1e-10 * noise.nextDouble()});
        }
        assertThat(reconstructionError(grid, 5)).isLessThan(0.1);
        List<double[]> sheet = new ArrayList<>();
        for (int i = 0; i < 18 * 18; i++) {
            sheet.add(new double[] {i / 18, i % 18, (i / 18) * (i / 18) / 18.0});
        }
        assertThat(reconstructionError(sheet, 6)).isLessThan(1.5);
    }

    private static double reconstructionError(List<double[]> points, int k) {
        Slle slle = new Slle(SolverOptions.defaults());
        double sum = 0;
        for (double[] x : points) {
            double[][] nearest = points.stream()
                    .filter(p -> p != x)
                    .sorted(Comparator.comparingDouble(p -> squaredDistance(p, x)))
                    .limit(k)
                    .toArray(double[][]::new);
            double residual = slle.solve(x, nearest).residual();
            sum += residual * residual;
        }
        return Math.sqrt(sum);
    }

    private static double squaredDistance(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return sum;
    }
}
