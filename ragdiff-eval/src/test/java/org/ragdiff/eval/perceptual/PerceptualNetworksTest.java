package org.ragdiff.eval.perceptual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.io.FloatMemory;
import org.ragdiff.core.io.SafetensorsWriter;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.eval.feature.FeatureExtractor;
import org.ragdiff.eval.feature.Features;
import org.ragdiff.eval.feature.FrechetDistance;

/** The layouts, both ways of computing them, files of weights, and pictures that do not fit. */
class PerceptualNetworksTest {
    @TempDir
    private Path folder;

    private static RgbImage noise(int width, int height, long seed) {
        byte[] rgb = new byte[width * height * 3];
        new Random(seed).nextBytes(rgb);
        return RgbImage.wrap(width, height, rgb);
    }

    private static long size(Backbone b) {
        return b.shapes().values().stream().mapToLong(BackboneWeights::length).sum();
    }

    /** Parameter counts that torchvision publishes, less the classifiers. */
    @Test
    void layoutsHaveTheSizesOfTorchvision() {
        assertThat(size(Backbone.vgg16()))
                .isEqualTo(138_357_544L - 25_088L * 4096 - 4096 - 4096L * 4096 - 4096 - 4096L * 1000 - 1000);
        assertThat(size(Backbone.alex()))
                .isEqualTo(61_100_840L - 9216L * 4096 - 4096 - 4096L * 4096 - 4096 - 4096L * 1000 - 1000);
        assertThat(size(Backbone.squeeze())).isEqualTo(1_235_496L - 512L * 1000 - 1000);
        assertThat(Backbone.alex().stageChannels()).containsExactly(64, 192, 384, 256, 256);
        assertThat(Backbone.vgg16().stageChannels()).containsExactly(64, 128, 256, 512, 512);
        assertThat(Backbone.squeeze().stageChannels()).containsExactly(64, 128, 256, 384, 384, 512, 512);
        assertThat(Backbone.vgg16().shapes()).containsKeys("features.0.weight", "features.28.bias");
        assertThat(Backbone.vgg16Smooth().shapes().keySet())
                .isEqualTo(Backbone.vgg16().shapes().keySet());
    }

    @Test
    void kernelsAgreeWithFloat64OnEveryLayout() {
        FeatureMap x = FeatureMap.of(noise(67, 50, 1)).normalised(2, -1, new double[3], new double[] {1, 1, 1});
        FeatureMap y = FeatureMap.of(noise(67, 50, 2)).normalised(2, -1, new double[3], new double[] {1, 1, 1});
        try (Kernels kernels = KernelProviders.defaultKernels()) {
            for (Backbone b : List.of(
                    Backbone.alex(), Backbone.squeeze(), Backbone.vgg16OfWidth(16), Backbone.vgg16SmoothOfWidth(8))) {
                BackboneWeights w = BackboneWeights.random(b, 3);
                try (StageNetwork fast = new KernelNetwork(kernels, b, w);
                        StageNetwork exact = new ExactNetwork(b, w)) {
                    List<List<FeatureMap>> got = fast.stages(List.of(x, y));
                    List<List<FeatureMap>> expected = exact.stages(List.of(x, y));
                    assertThat(got.get(0)).hasSameSizeAs(b.stageChannels());
                    for (int n = 0; n < 2; n++) {
                        for (int s = 0; s < b.stageChannels().size(); s++) {
                            FeatureMap e = expected.get(n).get(s);
                            assertThat(deviation(got.get(n).get(s), e))
                                    .as(b.name() + " stage " + s)
                                    .isLessThan(2e-5);
                        }
                    }
                }
            }
        }
    }

    /** The largest difference as a share of the largest value. */
    private static double deviation(FeatureMap got, FeatureMap expected) {
        assertThat(got.values()).hasSameSizeAs(expected.values());
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.values().length; i++) {
            largest = Math.max(largest, expected.values()[i]);
            difference = Math.max(difference, Math.abs(got.values()[i] - expected.values()[i]));
        }
        return difference / largest;
    }

    /** Sides of SqueezeNet 1.1's maps for a picture of 224, and the pooling rule of PyTorch where windows do not fit. */
    @Test
    void poolingTakesWindowsThatAreNotWholeAsPyTorchDoes() {
        try (ExactNetwork n = new ExactNetwork(Backbone.squeeze(), BackboneWeights.random(Backbone.squeeze(), 1))) {
            List<FeatureMap> stages =
                    n.stages(List.of(FeatureMap.of(noise(224, 64, 1)))).get(0);
            assertThat(stages.stream().map(FeatureMap::width)).containsExactly(111, 55, 27, 13, 13, 13, 13);
        }
        Step.MaxPool ceil = new Step.MaxPool(3, 2, true);
        FeatureMap row = new FeatureMap(1, 6, 1, new double[] {1, 2, 3, 4, 5, 9});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pooling.apply(ceil, row))
                .withMessageContaining("1x6");
        FeatureMap tall = new FeatureMap(3, 6, 1, new double[] {1, 2, 3, 4, 5, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        assertThat(Pooling.apply(ceil, tall).values()).containsExactly(3, 5, 9);
        assertThat(Pooling.apply(new Step.MaxPool(3, 2, false), tall).values()).containsExactly(3, 5);
        // A third window of stride 2 and kernel 2 would begin at the end.
        assertThat(Pooling.apply(new Step.MaxPool(2, 2, true), new FeatureMap(2, 4, 1, new double[8]))
                        .width())
                .isEqualTo(2);
    }

    @Test
    void filesOfEitherNamingGiveTheSameMetric() throws IOException {
        Backbone b = Backbone.squeeze();
        BackboneWeights w = BackboneWeights.random(b, 5);
        Map<String, long[]> heads = new LinkedHashMap<>();
        for (int i = 0; i < 7; i++) {
            heads.put(
                    "lin" + i + ".model.1.weight",
                    new long[] {1, b.stageChannels().get(i), 1, 1});
        }
        Path plain = folder.resolve("squeezenet.safetensors");
        Path linear = folder.resolve("heads.safetensors");
        write(plain, b.shapes(), w, "features.", "features.");
        write(linear, heads, null, "", "");
        Map<String, long[]> all = new LinkedHashMap<>(b.shapes());
        all.putAll(heads);
        Path whole = folder.resolve("whole.safetensors");
        write(whole, all, w, "features.", "net.slice1.");
        RgbImage x = noise(40, 48, 1);
        RgbImage y = noise(40, 48, 2);
        try (Lpips one = PerceptualFiles.lpips("squeeze", ExactNetwork::new, List.of(plain, linear));
                Lpips other = PerceptualFiles.lpips("squeeze", ExactNetwork::new, List.of(whole))) {
            assertThat(one.name()).isEqualTo("lpips/squeeze");
            assertThat(one.fingerprint()).isEqualTo(other.fingerprint()).hasSize(64);
            assertThat(one.of(x, y)).isEqualTo(other.of(x, y)).isPositive();
        }
        assertThatThrownBy(() -> PerceptualFiles.lpips("squeeze", ExactNetwork::new, List.of(plain)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("lin0 is missing")
                .hasMessageContaining("lin6 is missing");
        assertThatThrownBy(() -> PerceptualFiles.lpips("squeeze", ExactNetwork::new, List.of(plain, linear, whole)))
                .hasMessageContaining("is in squeezenet.safetensors and in whole.safetensors");
        assertThatThrownBy(() -> PerceptualFiles.lpips("alex", ExactNetwork::new, List.of(plain, linear)))
                .hasMessageContaining("squeezenet.safetensors: features.3.squeeze.weight is not known")
                .hasMessageContaining("features.0.weight has shape [64, 3, 3, 3], expected [64, 3, 11, 11]")
                .hasMessageContaining("features.10.weight is missing");
        assertThatThrownBy(() -> PerceptualFiles.dists(ExactNetwork::new, List.of(plain)))
                .hasMessageContaining("alpha is missing");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PerceptualFiles.lpipsBackbone("resnet"))
                .withMessageContaining("alex, vgg and squeeze");
    }

    private static void write(Path file, Map<String, long[]> shapes, BackboneWeights w, String from, String to)
            throws IOException {
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        shapes.forEach((name, shape) -> {
            float[] v = w == null || !w.values().containsKey(name)
                    ? new float[BackboneWeights.length(shape)]
                    : w.values().get(name);
            if (name.startsWith("lin")) {
                Arrays.fill(v, 0.5f);
            }
            String stored = name.startsWith(from) ? to + name.substring(from.length()) : name;
            tensors.put(stored, FloatMemory.array(v, shape));
        });
        SafetensorsWriter.write(file, tensors, Dtype.F32, Map.of());
    }

    @Test
    void standInsSayThatTheyAreAndOrderDistortions() {
        RgbImage x = smooth();
        try (Kernels kernels = KernelProviders.defaultKernels()) {
            PerceptualFiles.NetworkFactory fast = (b, w) -> new KernelNetwork(kernels, b, w);
            for (PerceptualDistance d : List.of(StandIns.lpips(fast), StandIns.dists(fast))) {
                try (d) {
                    assertThat(d.name()).contains("-shaped/random-vgg16-w16-s20260101");
                    assertThat(d.fingerprint()).hasSize(64);
                    assertThat(d.of(x, x)).isZero();
                    double weak = d.of(x, noisy(x, 6));
                    double strong = d.of(x, noisy(x, 40));
                    assertThat(weak).isPositive();
                    assertThat(strong).isGreaterThan(2 * weak);
                    assertThat(d.of(noisy(x, 40), x)).isEqualTo(strong, within(1e-9));
                    assertThat(d.of(List.of(x, x), List.of(x, noisy(x, 6)))).containsExactly(0.0, weak);
                }
            }
        }
    }

    @Test
    void theStandInForFidSeesStrongerNoiseAsFarther() {
        List<RgbImage> clean = new ArrayList<>();
        List<RgbImage> weak = new ArrayList<>();
        List<RgbImage> strong = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            RgbImage x = Resize.rgb(noise(5, 5, i), 64, 64, ResampleFilter.BICUBIC);
            clean.add(x);
            weak.add(noisy(x, 8));
            strong.add(noisy(x, 60));
        }
        try (Kernels kernels = KernelProviders.defaultKernels();
                FeatureExtractor f = StandIns.features((b, w) -> new KernelNetwork(kernels, b, w));
                FeatureExtractor exact = StandIns.features(ExactNetwork::new)) {
            assertThat(f.name()).isEqualTo("fid-shaped/random-vgg16-w16-s20260101");
            assertThat(f.fingerprint()).isEqualTo(exact.fingerprint());
            Features c = f.extract(clean);
            assertThat(c.dimension()).isEqualTo(f.dimension()).isEqualTo(128);
            assertThat(c.row(3))
                    .containsExactly(exact.extract(clean.subList(3, 4)).row(0), within(1e-5));
            double near = FrechetDistance.of(c, f.extract(weak)).value();
            double far = FrechetDistance.of(c, f.extract(strong)).value();
            assertThat(FrechetDistance.of(c, c).value()).isEqualTo(0, within(1e-10));
            assertThat(near).isPositive().isLessThan(far / 2);
        }
    }

    private static RgbImage smooth() {
        byte[] rgb = new byte[64 * 64 * 3];
        for (int i = 0; i < rgb.length; i++) {
            int p = i / 3;
            rgb[i] = (byte) (int) (128 + 90 * Math.sin(p % 64 / 9.0 + i % 3) * Math.cos(p / 64 / 7.0));
        }
        return RgbImage.wrap(64, 64, rgb);
    }

    private static RgbImage noisy(RgbImage x, double deviation) {
        Random r = new Random(1);
        byte[] rgb = x.rgb();
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (int) Math.max(0, Math.min(255, (rgb[i] & 0xff) + deviation * r.nextGaussian()));
        }
        return RgbImage.wrap(x.width(), x.height(), rgb);
    }

    @Test
    void picturesThatDoNotFitAreNamed() {
        try (Kernels kernels = KernelProviders.defaultKernels();
                PerceptualDistance exact = StandIns.lpips(ExactNetwork::new);
                PerceptualDistance fast = StandIns.lpips((b, w) -> new KernelNetwork(kernels, b, w))) {
            for (PerceptualDistance d : List.of(exact, fast)) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> d.of(noise(32, 32, 1), noise(32, 33, 2)))
                        .withMessageContaining("32x33");
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> d.of(noise(8, 40, 1), noise(8, 40, 2)))
                        .withMessageContaining("too small for this network");
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> d.of(List.of(noise(32, 32, 1)), List.of()))
                        .withMessageContaining("got 1 and 0");
            }
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BackboneWeights(Map.of("features.0.bias", new float[] {0, Float.NaN})))
                .withMessageContaining("features.0.bias holds NaN at element 1");
    }
}
