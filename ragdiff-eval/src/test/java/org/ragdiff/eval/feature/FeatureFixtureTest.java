package org.ragdiff.eval.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ragdiff.core.FixtureTensors;

/** Distances of sets against NumPy, SciPy, torchmetrics and the reference code of density and coverage. */
class FeatureFixtureTest {
    private static final JsonNode EXPECTED = FixtureTensors.json(FeatureFixtureTest.class, "/feature/expected.json");
    private static final FixtureTensors TENSORS =
            FixtureTensors.resource(FeatureFixtureTest.class, "/feature/features.safetensors");

    static Stream<JsonNode> frechet() {
        return StreamSupport.stream(EXPECTED.get("frechet").spliterator(), false);
    }

    static Stream<JsonNode> kid() {
        return StreamSupport.stream(EXPECTED.get("kid").spliterator(), false);
    }

    static Stream<JsonNode> prdc() {
        return StreamSupport.stream(EXPECTED.get("prdc").spliterator(), false);
    }

    private static Features features(String name) {
        return Features.ofRows(TENSORS.rows(name));
    }

    @ParameterizedTest
    @MethodSource("frechet")
    void frechetDistanceEqualsTheNuclearNorm(JsonNode c) {
        String name = c.get("name").asText();
        FrechetDistance d = FrechetDistance.of(features(name + ".a"), features(name + ".b"));
        assertThat(d.value()).isEqualTo(c.get("nuclear_norm").asDouble(), within(1e-8));
        boolean few =
                Math.min(c.get("n1").asInt(), c.get("n2").asInt()) <= c.get("d").asInt();
        assertThat(d.warnings().stream().anyMatch(w -> w.contains("singular"))).isEqualTo(few);
    }

    @ParameterizedTest
    @MethodSource("kid")
    void kernelDistanceEqualsTorchmetrics(JsonNode c) {
        String name = "kid_" + c.get("name").asText();
        Features x = features(name + ".x");
        Features y = features(name + ".y");
        assertThat(KernelDistance.unbiased(x, y))
                .isEqualTo(c.get("unbiased_full").asDouble(), within(1e-9));
        KernelDistance d = KernelDistance.ofSubsets(x, y, indices(name + ".subset_x"), indices(name + ".subset_y"));
        for (int i = 0; i < d.values().length; i++) {
            assertThat(d.values()[i]).isEqualTo(c.get("subset_values").get(i).asDouble(), within(1e-9));
        }
        assertThat(d.mean()).isEqualTo(c.get("subset_mean").asDouble(), within(1e-9));
        assertThat(d.spread()).isEqualTo(c.get("subset_std_population").asDouble(), within(1e-9));
        assertThat(d.sampleSpread()).isEqualTo(c.get("subset_std_sample").asDouble(), within(1e-9));
    }

    private static int[][] indices(String name) {
        return Arrays.stream(TENSORS.rows(name))
                .map(r -> Arrays.stream(r).mapToInt(v -> (int) v).toArray())
                .toArray(int[][]::new);
    }

    @ParameterizedTest
    @MethodSource("prdc")
    void manifoldOverlapEqualsTheReference(JsonNode c) {
        String name = "prdc_" + c.get("name").asText();
        ManifoldOverlap o = ManifoldOverlap.of(
                features(name + ".real"), features(name + ".fake"), c.get("k").asInt());
        assertThat(o.precision()).isEqualTo(c.get("precision").asDouble(), within(1e-12));
        assertThat(o.recall()).isEqualTo(c.get("recall").asDouble(), within(1e-12));
        assertThat(o.density()).isEqualTo(c.get("density").asDouble(), within(1e-12));
        assertThat(o.coverage()).isEqualTo(c.get("coverage").asDouble(), within(1e-12));
    }
}
