package org.ragdiff.eval.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SharedFiles;
import org.ragdiff.eval.perceptual.ExactNetwork;
import org.ragdiff.eval.perceptual.PerceptualDistance;
import org.ragdiff.eval.perceptual.StandIns;

/** Figures of sets of features that public test suites print, and closed forms. */
class FeatureOracleTest {
    private static final Set<String> KINDS =
            Set.of("frechet_gaussians", "frechet_samples", "kid", "perceptual", "inception");
    private static final Map<String, String> WITHOUT_WEIGHTS = Map.of(
            "dists.I01", "needs the published weights of VGG-16 and DISTS",
            "fid.tm_feature64", "needs Inception-V3's weights",
            "fid.torch_fidelity_readme", "needs Inception-V3's weights and CIFAR-10");

    static Stream<JsonNode> cases() throws Exception {
        return all().filter(c -> KINDS.contains(c.get("subfamily").asText()));
    }

    private static Stream<JsonNode> all() throws Exception {
        JsonNode cases = new ObjectMapper()
                .readTree(SharedFiles.require("oracles/04_image_metrics.json").toFile())
                .get("cases");
        return StreamSupport.stream(cases.spliterator(), false);
    }

    /** Every case about features is among those that are computed here; the others compare pixels. */
    @Test
    void noCaseIsLeftOut() throws Exception {
        List<String> about = all().map(c -> c.get("id").asText())
                .filter(id -> id.matches("(fid|kid|lpips|dists|prdc)\\..*"))
                .toList();
        assertThat(about).isNotEmpty();
        assertThat(cases().map(c -> c.get("id").asText())).containsExactlyElementsOf(about);
        assertThat(about).containsAll(WITHOUT_WEIGHTS.keySet());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void holds(JsonNode c) {
        String id = c.get("id").asText();
        Assumptions.assumeFalse(WITHOUT_WEIGHTS.containsKey(id), () -> id + " " + WITHOUT_WEIGHTS.get(id));
        JsonNode in = c.get("input");
        switch (id) {
            case "fid.n1" ->
                assertThatThrownBy(() -> FrechetDistance.of(Features.of(2, 1.0, 2.0), Features.of(2, 1.0, 2.0, 3, 4)))
                        .hasMessageContaining("at least 2 samples, got 1");
            case "fid.too_few" -> {
                assertThatThrownBy(() -> FrechetDistance.of(Features.of(3, 1.0, 2, 3), Features.of(3, 1.0, 2, 3)))
                        .hasMessageContaining("at least 2 samples");
                assertThatIllegalArgumentException().isThrownBy(() -> Features.ofRows(new double[0][]));
                assertThatIllegalArgumentException().isThrownBy(() -> Features.of(0, new double[] {1, 2, 3}));
            }
            case "kid.kernel" ->
                assertThat(KernelDistance.kernel(
                                dot(row(in.get("x")), row(in.get("y"))),
                                in.get("x").size()))
                        .isEqualTo(c.get("expected").asDouble(), within(tolerance(c)));
            case "kid.subset_error" ->
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> KernelDistance.of(
                                generated(in.get("samples").asInt(), 3, 0, 1),
                                generated(in.get("samples").asInt(), 3, 1, 1),
                                KernelDistanceOptions.defaults()
                                        .withSubsetSize(in.get("subset_size").asInt())))
                        .withMessageContaining("subset");
            case "lpips.identical" -> equalPicturesAreAtZero(tolerance(c));
            default ->
                assertThat(computed(c.get("subfamily").asText(), in))
                        .isEqualTo(c.get("expected").asDouble(), within(tolerance(c)));
        }
    }

    private static void equalPicturesAreAtZero(double tolerance) {
        byte[] white = new byte[32 * 32 * 3];
        Arrays.fill(white, (byte) 255);
        for (byte[] pixels : new byte[][] {new byte[white.length], white}) {
            RgbImage image = RgbImage.wrap(32, 32, pixels);
            for (PerceptualDistance d :
                    new PerceptualDistance[] {StandIns.lpips(ExactNetwork::new), StandIns.dists(ExactNetwork::new)}) {
                try (d) {
                    assertThat(d.of(image, image)).isEqualTo(0, within(tolerance));
                }
            }
        }
    }

    private static double computed(String subfamily, JsonNode in) {
        if (in.has("S1")) {
            return FrechetDistance.of(
                            mean(in.get("m1")),
                            covariance(in.get("S1"), in.get("m1")),
                            mean(in.get("m2")),
                            covariance(in.get("S2"), in.get("m2")))
                    .value();
        }
        Features x = set(in, "x", "set1");
        Features y = set(in, "y", "set2");
        return subfamily.equals("kid")
                ? KernelDistance.unbiased(x, y)
                : FrechetDistance.of(x, y).value();
    }

    private static Features set(JsonNode in, String rows, String generated) {
        for (String name : new String[] {rows, rows.toUpperCase(java.util.Locale.ROOT)}) {
            if (in.has(name)) {
                return Features.ofRows(StreamSupport.stream(in.get(name).spliterator(), false)
                        .map(FeatureOracleTest::row)
                        .toArray(double[][]::new));
            }
        }
        JsonNode g = in.get(generated);
        return generated(
                g.get("n").asInt(),
                g.get("d").asInt(),
                g.get("ph").asDouble(),
                g.get("sc").asDouble());
    }

    private static Features generated(int n, int d, double phase, double scale) {
        double[][] rows = new double[n][d];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < d; j++) {
                rows[i][j] = Math.sin(0.9 * i + 0.37 * j * j + phase) + scale * Math.cos(0.11 * i * j + phase);
            }
        }
        return Features.ofRows(rows);
    }

    /** A list, or the words zeros(D) and ones(D). */
    private static double[] mean(JsonNode m) {
        if (m.isTextual()) {
            String text = m.asText();
            double[] out = new double[Integer.parseInt(text.replaceAll("\\D", ""))];
            Arrays.fill(out, text.startsWith("ones") ? 1 : 0);
            return out;
        }
        return row(m);
    }

    /** A list of rows, or the word identity. */
    private static double[] covariance(JsonNode s, JsonNode mean) {
        int d = mean(mean).length;
        double[] out = new double[d * d];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                out[i * d + j] =
                        s.isTextual() ? (i == j ? 1 : 0) : s.get(i).get(j).asDouble();
            }
        }
        return out;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double[] row(JsonNode n) {
        return StreamSupport.stream(n.spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
    }

    private static double tolerance(JsonNode c) {
        return c.get("tolerance").get("abs").asDouble();
    }
}
