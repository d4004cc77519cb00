package org.ragdiff.slle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.SharedFiles;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StructureEntry;

/** Graphs, whole embeddings and Euclidean neighbours of the reference cases that {@link SlleOracleTest} leaves. */
class OracleCasesTest {
    /** Needs a file of points that is not among the reference data; the generated roll is the same check. */
    private static final Set<String> NO_DATA = Set.of("lle.swiss_rows0_19", "lle.swiss_rows980_999");

    /** Of the database module: search by cosine, and a definition without numbers. */
    private static final Set<String> OF_DATABASES = Set.of("knn.gen_cosine", "knn.recall_definition");

    private static final Set<String> HERE = Set.of(
            "lle.sk_k1",
            "lle.swiss_generated",
            "knn.graph_connectivity",
            "knn.gen_euclidean",
            "lle.sk_grid",
            "lle.sk_manifold");

    private static JsonNode one(String id) {
        return StreamSupport.stream(cases().spliterator(), false)
                .filter(c -> c.get("id").asText().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode cases() {
        return SharedFiles.json("oracles/03_lle_knn.json").get("cases");
    }

    @Test
    void everyCaseIsTestedOrNamed() throws Exception {
        List<String> weights =
                SlleOracleTest.weights().map(c -> c.get("id").asText()).toList();
        List<String> left = new ArrayList<>();
        for (JsonNode c : cases()) {
            String id = c.get("id").asText();
            int owners = (weights.contains(id) ? 1 : 0)
                    + (HERE.contains(id) ? 1 : 0)
                    + (NO_DATA.contains(id) ? 1 : 0)
                    + (OF_DATABASES.contains(id) ? 1 : 0);
            if (owners != 1) {
                left.add(id);
            }
        }
        assertThat(left).isEmpty();
        assertThat(weights).hasSize(14);
        assertThat(cases()).hasSize(24);
    }

    @Test
    void singleNeighbourTakesAllTheWeight() {
        JsonNode c = one("lle.sk_k1");
        RealMatrix graph = graph(
                rows(c.get("input").get("points")), c.get("input").get("K").asInt(), 1e-3);
        assertThat(graph.getData()).isDeepEqualTo(rows(c.get("expected")));
    }

    /** The embedding of Roweis and Saul: eigenvectors of (I − W)ᵀ(I − W) after the constant one. */
    @Test
    void rollIsUnrolled() {
        JsonNode c = one("lle.swiss_generated");
        double[][] points = new double[200][];
        for (int i = 0; i < points.length; i++) {
            double t = 1.5 * Math.PI * (1 + 2 * fraction(i * 0.6180339887498949));
            points[i] = new double[] {t * Math.cos(t), 21 * fraction(i * 0.7548776662466927), t * Math.sin(t)};
        }
        RealMatrix rest = MatrixUtils.createRealIdentityMatrix(200)
                .subtract(graph(
                        points,
                        c.get("input").get("K").asInt(),
                        c.get("input").get("reg").asDouble()));
        EigenDecomposition eigen = new EigenDecomposition(rest.transpose().multiply(rest));
        Integer[] order = IntStream.range(0, 200).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(eigen::getRealEigenvalue));
        double error = eigen.getRealEigenvalue(order[1]) + eigen.getRealEigenvalue(order[2]);
        double expected = c.get("expected").get("reconstruction_error").asDouble();
        assertThat(error / expected)
                .isEqualTo(
                        1,
                        within(c.get("tolerance").get("reconstruction_relative").asDouble()));
        double[][] rows = rows(c.get("expected").get("abs_rows_0_9"));
        for (int i = 0; i < rows.length; i++) {
            double[] got = {
                Math.abs(eigen.getEigenvector(order[1]).getEntry(i)),
                Math.abs(eigen.getEigenvector(order[2]).getEntry(i))
            };
            assertThat(got)
                    .containsExactly(
                            rows[i], within(c.get("tolerance").get("abs").asDouble()));
        }
    }

    @Test
    void fieldsAreRankedByEuclideanDistance() {
        JsonNode c = one("knn.gen_euclidean");
        double[][] points = new double[200][8];
        for (int i = 0; i < points.length; i++) {
            for (int d = 0; d < 8; d++) {
                points[i][d] = Math.sin(0.5 * i * (d + 1));
            }
        }
        for (int q = 0; q < 2; q++) {
            double[] query = new double[8];
            for (int d = 0; d < 8; d++) {
                query[d] = q == 0 ? Math.cos(0.3 * (d + 1)) : Math.sin(0.1 + d);
            }
            FieldReconstruction f =
                    nearest(query, points, c.get("input").get("K").asInt(), 1);
            JsonNode expected = c.get("expected");
            for (int i = 0; i < f.rows().length; i++) {
                assertThat(f.nearest().get(i).entry().id())
                        .isEqualTo(expected.get("indices").get(q).get(i).asText());
                double sum = 0;
                for (int p = 0; p < 9; p++) {
                    sum += Math.pow(f.rows()[i][p] - f.query()[p], 2);
                }
                assertThat(Math.sqrt(sum))
                        .isEqualTo(expected.get("distances").get(q).get(i).asDouble(), within(1e-7));
            }
        }
    }

    @Test
    void nearestOtherPoint() {
        JsonNode c = one("knn.graph_connectivity");
        double[][] points = rows(c.get("input").get("points"));
        double[][] expected = rows(c.get("expected"));
        for (int i = 0; i < points.length; i++) {
            // The point itself is always the nearest.
            FieldReconstruction f = nearest(points[i], points, 2, 0.25);
            double[] row = new double[points.length];
            row[Integer.parseInt(f.nearest().get(1).entry().id())] = 1;
            assertThat(row).containsExactly(expected[i]);
        }
    }

    /** The points as fields of 3 × 3 cells, zeros behind their numbers. */
    private static FieldReconstruction nearest(double[] query, double[][] points, int k, double scale) {
        List<Neighbour> all = new ArrayList<>();
        for (int i = 0; i < points.length; i++) {
            all.add(new Neighbour(
                    new StructureEntry(
                            String.valueOf(i), new float[] {1}, field(points[i], scale), GarmentAttributes.UNKNOWN, ""),
                    1));
        }
        SlleOptions options = SlleOptions.fieldDefaults()
                .withNeighbours(k)
                .withCandidates(points.length + 32)
                .withFieldSide(3)
                .withFieldClamp(1);
        return FieldReconstruction.of(field(query, scale), all, options);
    }

    private static SignedDistanceField field(double[] v, double scale) {
        float[] cells = new float[9];
        for (int i = 0; i < v.length; i++) {
            cells[i] = (float) (scale * v[i]);
        }
        return new SignedDistanceField(3, cells);
    }

    /** Row i: the weights of point i's k nearest others. */
    private static RealMatrix graph(double[][] points, int k, double lambda) {
        Slle slle = new Slle(SolverOptions.defaults().withLambda(lambda));
        RealMatrix graph = new Array2DRowRealMatrix(points.length, points.length);
        for (int i = 0; i < points.length; i++) {
            double[] x = points[i];
            int self = i;
            int[] nearest = IntStream.range(0, points.length)
                    .filter(j -> j != self)
                    .boxed()
                    .sorted(Comparator.comparingDouble(j -> distance(points[j], x)))
                    .limit(k)
                    .mapToInt(Integer::intValue)
                    .toArray();
            double[] w = slle.solve(
                            x, Arrays.stream(nearest).mapToObj(j -> points[j]).toArray(double[][]::new))
                    .weights();
            for (int j = 0; j < k; j++) {
                graph.setEntry(i, nearest[j], w[j]);
            }
        }
        return graph;
    }

    private static double distance(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return sum;
    }

    private static double fraction(double v) {
        return v - Math.floor(v);
    }

    private static double[][] rows(JsonNode n) {
        return StreamSupport.stream(n.spliterator(), false)
                .map(r -> StreamSupport.stream(r.spliterator(), false)
                        .mapToDouble(JsonNode::asDouble)
                        .toArray())
                .toArray(double[][]::new);
    }
}
