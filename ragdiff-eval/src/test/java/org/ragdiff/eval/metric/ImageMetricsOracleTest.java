package org.ragdiff.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.apache.commons.math3.random.MersenneTwister;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.SharedFiles;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.io.FloatMemory;
import org.ragdiff.core.random.TorchGenerator;

/** What scikit-image, torchmetrics, MONAI, piq and kornia print of pixel metrics. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImageMetricsOracleTest {
    private static final Set<String> PIXELS =
            Set.of("ssim", "ms_ssim", "psnr", "ssim_image", "ssim_closed", "other_pixel_metrics", "generated");
    private static final Set<String> FEATURES =
            Set.of("frechet_gaussians", "frechet_samples", "kid", "perceptual", "inception");
    /** Folder with i01_01_5.bmp and I01.BMP of TID2013, which cannot be redistributed. */
    private static final String TID = "ragdiff.test.tid2013";

    private final JsonNode oracle = SharedFiles.json("oracles/04_image_metrics.json");

    private Stream<JsonNode> all() {
        return StreamSupport.stream(oracle.get("cases").spliterator(), false);
    }

    Stream<JsonNode> cases() {
        return all().filter(c ->
                !c.has("weak") && PIXELS.contains(c.get("subfamily").asText()));
    }

    @Test
    void everyCaseIsTakenHereOrByTheFeatures() {
        assertThat(all()).hasSize(oracle.get("cases_count").asInt());
        assertThat(all().map(c -> c.get("subfamily").asText()).collect(Collectors.toSet()))
                .isEqualTo(Stream.of(PIXELS, FEATURES).flatMap(Set::stream).collect(Collectors.toSet()));
        assertThat(cases()).hasSize(27);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void holds(JsonNode c) throws Exception {
        JsonNode in = c.get("input");
        switch (c.get("id").asText()) {
            case "ssim.tm_gauss_025_05" ->
                near(
                        c,
                        Ssim.of(
                                matrix(in.get("preds")),
                                matrix(in.get("target")),
                                1,
                                SsimOptions.torchmetrics()
                                        .withWindow(SsimWindow.gaussian(
                                                in.get("sigma").get(0).asDouble(),
                                                in.get("sigma").get(1).asDouble()))));
            case "ssim.tm_uniform_3_5", "ssim.tm_uniform_5_3" ->
                near(
                        c,
                        Ssim.of(
                                matrix(in.get("preds")),
                                matrix(in.get("target")),
                                1,
                                SsimOptions.torchmetrics()
                                        .withWindow(SsimWindow.uniform(
                                                in.get("kernel_size").get(0).asInt(),
                                                in.get("kernel_size").get(1).asInt()))));
            case "msssim.tm_scaled" ->
                near(c, scaled(3, 3, 256, p -> MsSsim.of(p, times(p, 0.75), 1, MsSsimOptions.torchmetrics())));
            case "uqi.tm" -> near(c, scaled(16, 1, 16, p -> UniversalQuality.of(p, times(p, 0.75))));
            case "ergas.tm" -> near(c, scaled(16, 1, 16, p -> RelativeGlobalError.of(p, times(p, 0.75), 4)));
            case "sam.tm" -> near(c, spectralAngle());
            case "psnr.tm" -> near(c, Psnr.of(matrix(in.get("pred")), matrix(in.get("target")), 3));
            case "psnr.piq_identical" -> {
                near(c, Psnr.capped(camera(), camera(), 255));
                assertThat(Psnr.of(camera(), camera(), 255)).isInfinite().isPositive();
            }
            case "psnr.skimage_camera" -> {
                assertThat(sha256(camera())).isEqualTo(word(in, "image"));
                assertThat(sha256(noisy())).isEqualTo(word(in, "noisy"));
                near(c, Psnr.of(camera(), noisy(), 255));
            }
            case "ssim.skimage_camera_default" -> near(c, Ssim.of(camera(), noisy(), 255, SsimOptions.scikitImage()));
            case "ssim.skimage_camera_gauss" -> near(c, Ssim.of(camera(), noisy(), 255, SsimOptions.defaults()));
            case "ssim.piq_I01" -> near(c, tid());
            case "ssim.kornia_constants" -> near(c, Ssim.of(constant(128), constant(64), 255, SsimOptions.defaults()));
            case "ssim.constants_0.2_0.8" -> near(c, Ssim.of(constant(0.2), constant(0.8), 1, SsimOptions.defaults()));
            case "ssim.constants_0.5_0.5" -> near(c, Ssim.of(constant(0.5), constant(0.5), 1, SsimOptions.defaults()));
            case "ssim.errors" -> in.get("cases").forEach(e -> refused(e.asText()));
            case "ssim.monai_gauss" -> near(c, monai(in, SsimOptions.defaults()));
            case "ssim.monai_uniform" ->
                near(c, monai(in, SsimOptions.defaults().withWindow(SsimWindow.uniform(11, 11))));
            case "msssim.monai_uniform" -> {
                ImagePlanes[][] p = monaiDraws(in);
                MsSsimOptions o = MsSsimOptions.defaults()
                        .withSsim(SsimOptions.defaults().withWindow(SsimWindow.uniform(11, 11)))
                        .withWeights(List.of(0.5, 0.5));
                near(c, MsSsim.of(p[0][0], p[1][0], 1, o));
            }
            case "nrmse.skimage" -> {
                ImagePlanes truth = row(in.get("true"));
                ImagePlanes test = row(in.get("test"));
                for (PixelErrors.Normalisation by : PixelErrors.Normalisation.values()) {
                    double expected = c.get("expected")
                            .get(by.name().toLowerCase(java.util.Locale.ROOT))
                            .asDouble();
                    assertThat(PixelErrors.normalisedRoot(truth, test, by)).isEqualTo(expected, within(1e-12));
                }
            }
            case "nmi.skimage" -> near(c, MutualInformation.normalised(camera(), camera(), 100));
            case "gen.psnr_AB" -> near(c, Psnr.of(generated('A'), generated('B'), 255));
            case "gen.ssim7_AB" -> near(c, Ssim.of(generated('A'), generated('B'), 255, SsimOptions.scikitImage()));
            case "gen.ssim7_AC" -> near(c, Ssim.of(generated('A'), generated('C'), 255, SsimOptions.scikitImage()));
            case "gen.ssim_AC" -> {
                near(c, Ssim.of(generated('A'), generated('C'), 255, SsimOptions.defaults()));
                assertThat(Ssim.of(generated('A'), generated('C'), 255, SsimOptions.torchmetrics()))
                        .isEqualTo(c.get("verification").get("torchmetrics").asDouble(), within(1e-9));
            }
            case "gen.msssim_AB" -> {
                JsonNode e = c.get("expected");
                assertThat(MsSsim.of(generated('A'), generated('B'), 255, MsSsimOptions.defaults()))
                        .isEqualTo(e.get("valid_positions").asDouble(), within(1e-6));
                assertThat(MsSsim.of(generated('A'), generated('B'), 255, MsSsimOptions.torchmetrics()))
                        .isEqualTo(e.get("torchmetrics_reflect_padded").asDouble(), within(1e-8));
            }
            default -> throw new AssertionError("no test of " + c.get("id"));
        }
    }

    private static void near(JsonNode c, double got) {
        assertThat(got)
                .isEqualTo(
                        c.get("expected").asDouble(),
                        within(c.get("tolerance").get("abs").asDouble()));
    }

    private static void refused(String what) {
        SsimOptions o = SsimOptions.defaults();
        switch (what) {
            case "shapes 9x9 vs 8x8" ->
                assertThatThrownBy(() -> Ssim.of(flat(9), flat(8), 1, o.withWindow(SsimWindow.uniform(7, 7))))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("9x9")
                        .hasMessageContaining("8x8");
            case "window larger than the image side (5x5 image with default 7)" ->
                assertThatThrownBy(() -> Ssim.of(flat(5), flat(5), 1, SsimOptions.scikitImage()))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("at least 7x7");
            case "K1<0" -> assertThatThrownBy(() -> o.withK1(-0.1)).isInstanceOf(IllegalArgumentException.class);
            case "K2<0" -> assertThatThrownBy(() -> o.withK2(-0.1)).isInstanceOf(IllegalArgumentException.class);
            case "sigma<0" ->
                assertThatThrownBy(() -> SsimWindow.gaussian(-1))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("sigma");
            case "float image without data_range" ->
                assertThatThrownBy(() -> Ssim.of(flat(16), flat(16), Double.NaN, o))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("range");
            case "even window size" ->
                assertThatThrownBy(() -> SsimWindow.uniform(8, 8))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("odd");
            default -> throw new AssertionError("no test of " + what);
        }
    }

    private static ImagePlanes flat(int side) {
        return new ImagePlanes(side, side, new double[side * side]);
    }

    private static ImagePlanes constant(double value) {
        double[] v = new double[16 * 16];
        Arrays.fill(v, value);
        return new ImagePlanes(16, 16, v);
    }

    private static ImagePlanes matrix(JsonNode rows) {
        double[] v = new double[rows.size() * rows.get(0).size()];
        int i = 0;
        for (JsonNode r : rows) {
            for (JsonNode x : r) {
                v[i++] = x.asDouble();
            }
        }
        return new ImagePlanes(rows.get(0).size(), rows.size(), v);
    }

    private static ImagePlanes row(JsonNode values) {
        double[] v = new double[values.size()];
        for (int i = 0; i < v.length; i++) {
            v[i] = values.get(i).asDouble();
        }
        return new ImagePlanes(v.length, 1, v);
    }

    private static ImagePlanes times(ImagePlanes p, double factor) {
        double[][] out = new double[p.channels()][];
        for (int c = 0; c < out.length; c++) {
            out[c] = Arrays.stream(p.plane(c)).map(v -> v * factor).toArray();
        }
        return new ImagePlanes(p.width(), p.height(), out);
    }

    /** [N, C, H, W] values as N pictures. */
    private static ImagePlanes[] pictures(float[] values, int n, int channels, int height, int width) {
        ImagePlanes[] out = new ImagePlanes[n];
        for (int i = 0; i < n; i++) {
            double[][] planes = new double[channels][height * width];
            for (int j = 0; j < channels * height * width; j++) {
                planes[j / (height * width)][j % (height * width)] = values[i * channels * height * width + j];
            }
            out[i] = new ImagePlanes(width, height, planes);
        }
        return out;
    }

    private static ImagePlanes[] uniform(TorchGenerator torch, int n, int channels, int side) {
        try (INDArray a = torch.rand(n, channels, side, side)) {
            return pictures(FloatMemory.toArray(a), n, channels, side, side);
        }
    }

    private static double scaled(int n, int channels, int side, ToDoubleFunction<ImagePlanes> figure) {
        MeanAccumulator mean = new MeanAccumulator();
        for (ImagePlanes p : uniform(new TorchGenerator(42), n, channels, side)) {
            mean.add(figure.applyAsDouble(p));
        }
        return mean.mean();
    }

    private static double spectralAngle() {
        TorchGenerator torch = new TorchGenerator(42);
        ImagePlanes[] a = uniform(torch, 16, 3, 16);
        ImagePlanes[] b = uniform(torch, 16, 3, 16);
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += SpectralAngle.of(a[i], b[i]);
        }
        return sum / a.length;
    }

    private static ImagePlanes[][] monaiDraws(JsonNode in) {
        int[] s = new int[4];
        for (int i = 0; i < 4; i++) {
            s[i] = in.get("shape").get(i).asInt();
        }
        TorchGenerator torch = new TorchGenerator(0);
        ImagePlanes[][] out = new ImagePlanes[2][];
        for (int k = 0; k < 2; k++) {
            float[] v;
            try (INDArray a = torch.randn(s[0], s[1], s[2], s[3])) {
                v = FloatMemory.toArray(a);
            }
            float most = 0;
            for (int i = 0; i < v.length; i++) {
                v[i] = Math.abs(v[i]);
                most = Math.max(most, v[i]);
            }
            for (int i = 0; i < v.length; i++) {
                v[i] /= most;
            }
            out[k] = pictures(v, s[0], s[1], s[2], s[3]);
        }
        return out;
    }

    private static double monai(JsonNode in, SsimOptions o) {
        ImagePlanes[][] p = monaiDraws(in);
        double sum = 0;
        for (int i = 0; i < p[0].length; i++) {
            sum += Ssim.of(p[0][i], p[1][i], 1, o);
        }
        return sum / p[0].length;
    }

    private static ImagePlanes generated(char which) {
        double[] v = new double[192 * 192];
        for (int i = 0; i < v.length; i++) {
            int x = i % 192;
            int y = i / 192;
            double a = 128 + 100 * Math.sin(2 * Math.PI * x / 32) * Math.cos(2 * Math.PI * y / 48);
            double value =
                    switch (which) {
                        case 'A' -> a;
                        case 'B' -> Math.max(0, Math.min(255, a + 20 * Math.sin(0.7 * x + 1.3 * y)));
                        default -> Math.max(0, Math.min(255, 0.8 * a + 10));
                    };
            v[i] = Math.floor(value + 0.5);
        }
        return new ImagePlanes(192, 192, v);
    }

    private static ImagePlanes camera() throws IOException {
        try (InputStream in = ImageMetricsOracleTest.class.getResourceAsStream("/metrics/camera.png")) {
            int[] samples = ImageIO.read(in).getRaster().getSamples(0, 0, 512, 512, 0, (int[]) null);
            return new ImagePlanes(
                    512, 512, Arrays.stream(samples).asDoubleStream().toArray());
        }
    }

    /** With NumPy's legacy normal numbers of seed 5. */
    private static ImagePlanes noisy() throws IOException {
        double[] v = camera().plane(0);
        MersenneTwister words = new MersenneTwister(5);
        double kept = Double.NaN;
        for (int i = 0; i < v.length; i++) {
            double gauss = kept;
            kept = Double.NaN;
            if (Double.isNaN(gauss)) {
                double x;
                double y;
                double r;
                do {
                    x = 2 * real(words) - 1;
                    y = 2 * real(words) - 1;
                    r = x * x + y * y;
                } while (r >= 1 || r == 0);
                double f = Math.sqrt(-2 * Math.log(r) / r);
                kept = f * x;
                gauss = f * y;
            }
            v[i] = (int) Math.max(0, Math.min(255, v[i] + 20 * gauss));
        }
        return new ImagePlanes(512, 512, v);
    }

    private static double real(MersenneTwister words) {
        return ((words.nextInt() >>> 5) * 67108864.0 + (words.nextInt() >>> 6)) / 9007199254740992.0;
    }

    private static String sha256(ImagePlanes p) throws Exception {
        double[] v = p.plane(0);
        byte[] bytes = new byte[v.length];
        for (int i = 0; i < v.length; i++) {
            bytes[i] = (byte) (int) v[i];
        }
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static String word(JsonNode in, String field) {
        String text = in.get(field).asText();
        return text.substring(text.lastIndexOf(' ') + 1);
    }

    private static double tid() throws IOException {
        String folder = System.getProperty(TID, "");
        assumeTrue(!folder.isEmpty(), "needs -D" + TID + "=DIR with i01_01_5.bmp and I01.BMP of TID2013");
        Path x = Path.of(folder, "i01_01_5.bmp");
        Path y = Path.of(folder, "I01.BMP");
        assertThat(Files.exists(x) && Files.exists(y)).isTrue();
        return Ssim.of(
                ImagePlanes.halved(ImagePlanes.of(ImageFiles.read(x))),
                ImagePlanes.halved(ImagePlanes.of(ImageFiles.read(y))),
                1,
                SsimOptions.defaults());
    }
}
