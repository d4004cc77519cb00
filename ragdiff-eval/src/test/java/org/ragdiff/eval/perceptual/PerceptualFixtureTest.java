package org.ragdiff.eval.perceptual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ragdiff.core.FixtureTensors;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.eval.perceptual.Step.Convolve;
import org.ragdiff.eval.perceptual.Step.MaxPool;
import org.ragdiff.eval.perceptual.Step.SmoothPool;
import org.ragdiff.eval.perceptual.Step.Tap;

/** LPIPS and DISTS on a network of three layers against NumPy in float64. */
class PerceptualFixtureTest {
    private static final FixtureTensors TENSORS =
            FixtureTensors.resource(PerceptualFixtureTest.class, "/feature/perceptual.safetensors");

    static Stream<JsonNode> pairs() {
        return StreamSupport.stream(
                FixtureTensors.json(PerceptualFixtureTest.class, "/feature/expected.json")
                        .get("perceptual")
                        .spliterator(),
                false);
    }

    private static Backbone backbone(Step pool) {
        return new Backbone(
                "fixture",
                List.of(
                        Convolve.same("conv0", 6, 3),
                        new Tap(),
                        pool,
                        Convolve.same("conv1", 10, 3),
                        new Tap(),
                        pool,
                        Convolve.same("conv2", 14, 3),
                        new Tap()));
    }

    private static BackboneWeights weights() {
        Map<String, float[]> w = new LinkedHashMap<>();
        for (String name : backbone(new SmoothPool()).shapes().keySet()) {
            double[] v = TENSORS.values("net." + name);
            float[] f = new float[v.length];
            for (int i = 0; i < f.length; i++) {
                f[i] = (float) v[i];
            }
            w.put(name, f);
        }
        return new BackboneWeights(w);
    }

    private static double[] net(String name) {
        return TENSORS.values("net." + name);
    }

    private static Lpips lpips(StageNetwork network) {
        return new Lpips(
                "fixture",
                "",
                network,
                List.of(net("lin0.weight"), net("lin1.weight"), net("lin2.weight")),
                net("shift"),
                net("scale"));
    }

    private static Dists dists(StageNetwork network) {
        return new Dists("fixture", "", network, net("alpha"), net("beta"), net("mean"), net("std"));
    }

    private static RgbImage image(JsonNode c, String side) {
        String name = "p" + c.get("pair").asInt() + "." + side;
        int[] shape = TENSORS.shape(name);
        double[] v = TENSORS.values(name);
        byte[] rgb = new byte[v.length];
        for (int i = 0; i < v.length; i++) {
            rgb[i] = (byte) (int) v[i];
        }
        return RgbImage.wrap(shape[1], shape[0], rgb);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void inFloat64(JsonNode c) {
        RgbImage x = image(c, "x");
        RgbImage y = image(c, "y");
        try (Lpips lpips = lpips(new ExactNetwork(backbone(new MaxPool(2, 2, false)), weights()));
                Dists dists = dists(new ExactNetwork(backbone(new SmoothPool()), weights()))) {
            double[] stages = lpips.perStage(x, y);
            for (int i = 0; i < stages.length; i++) {
                double expected = c.get("lpips_per_stage").get(i).asDouble();
                assertThat(stages[i]).isEqualTo(expected, within(1e-9 * expected));
            }
            double expected = c.get("lpips").asDouble();
            assertThat(lpips.of(x, y)).isEqualTo(expected, within(1e-9 * expected));
            expected = c.get("dists").asDouble();
            assertThat(dists.of(x, y)).isEqualTo(expected, within(1e-9 * expected));
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void onTheKernels(JsonNode c) {
        RgbImage x = image(c, "x");
        RgbImage y = image(c, "y");
        try (Kernels kernels = KernelProviders.defaultKernels();
                Lpips lpips = lpips(new KernelNetwork(kernels, backbone(new MaxPool(2, 2, false)), weights()));
                Dists dists = dists(new KernelNetwork(kernels, backbone(new SmoothPool()), weights()))) {
            assertThat(lpips.of(x, y)).isEqualTo(c.get("lpips").asDouble(), within(1e-6));
            assertThat(dists.of(x, y)).isEqualTo(c.get("dists").asDouble(), within(1e-6));
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void stagesEqualPyTorchs(JsonNode c) {
        String p = "p" + c.get("pair").asInt();
        try (ExactNetwork max = new ExactNetwork(backbone(new MaxPool(2, 2, false)), weights());
                ExactNetwork smooth = new ExactNetwork(backbone(new SmoothPool()), weights())) {
            FeatureMap x = FeatureMap.of(image(c, "x"));
            List<FeatureMap> l = max.stages(List.of(x.normalised(2, -1, net("shift"), net("scale"))))
                    .get(0);
            for (int i = 0; i < 3; i++) {
                requireEqual(l.get(i), p + ".lpips_feat" + i);
            }
            List<FeatureMap> d = smooth.stages(List.of(x.normalised(1, 0, net("mean"), net("std"))))
                    .get(0);
            requireEqual(d.get(0), p + ".dists_feat1");
            requireEqual(d.get(2), p + ".dists_feat3");
        }
    }

    /** [1, C, H, W] in the fixture. */
    private static void requireEqual(FeatureMap got, String name) {
        assertThat(TENSORS.shape(name)).containsExactly(1, got.channels(), got.height(), got.width());
        double[] expected = TENSORS.values(name);
        for (int i = 0; i < expected.length; i++) {
            int c = i / got.area();
            assertThat(got.values()[i % got.area() * got.channels() + c]).isEqualTo(expected[i], within(2e-6));
        }
    }
}
