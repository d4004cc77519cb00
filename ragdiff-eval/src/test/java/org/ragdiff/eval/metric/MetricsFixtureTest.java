package org.ragdiff.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.FixtureTensors;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

/** Against scikit-image and NumPy on golden pictures and masks. */
class MetricsFixtureTest {
    private static final JsonNode EXPECTED = FixtureTensors.json(MetricsFixtureTest.class, "/metrics/expected.json");
    private static final FixtureTensors IMAGES =
            FixtureTensors.resource(MetricsFixtureTest.class, "/metrics/images.safetensors");
    private static final FixtureTensors MASKS =
            FixtureTensors.resource(MetricsFixtureTest.class, "/metrics/masks.safetensors");

    private static RgbImage image(String name) {
        int[] shape = IMAGES.shape(name);
        double[] v = IMAGES.values(name);
        byte[] rgb = new byte[v.length];
        for (int i = 0; i < v.length; i++) {
            rgb[i] = (byte) (int) v[i];
        }
        return RgbImage.wrap(shape[1], shape[0], rgb);
    }

    private static boolean[] flags(String name) {
        double[] v = MASKS.values(name);
        boolean[] out = new boolean[v.length];
        for (int i = 0; i < v.length; i++) {
            out[i] = v[i] != 0;
        }
        return out;
    }

    private static Silhouette mask(String name) {
        int[] shape = MASKS.shape(name);
        return new Silhouette(shape[1], shape[0], flags(name));
    }

    @Test
    void ssimAndPsnrEqualScikitImage() {
        for (JsonNode pair : EXPECTED.get("image_pairs")) {
            String name = "pair" + pair.get("pair").asInt();
            RgbImage x = image(name + ".x");
            RgbImage y = image(name + ".y");
            assertThat(Ssim.of(x, y))
                    .isEqualTo(pair.get("ssim_skimage_rgb_uint8_dr255").asDouble(), within(1e-9));
            ImagePlanes a = new ImagePlanes(x.width(), x.height(), IMAGES.values(name + ".x_gray"));
            ImagePlanes b = new ImagePlanes(x.width(), x.height(), IMAGES.values(name + ".y_gray"));
            assertThat(Ssim.of(a, b, 1, SsimOptions.defaults()))
                    .isEqualTo(pair.get("ssim_skimage_gray_float_dr1").asDouble(), within(1e-9));
            JsonNode psnr = pair.get("psnr_uint8_dr255");
            if (psnr.isTextual()) {
                assertThat(Psnr.of(x, y)).isEqualTo(Double.POSITIVE_INFINITY);
            } else {
                assertThat(Psnr.of(x, y)).isEqualTo(psnr.asDouble(), within(1e-9));
            }
        }
    }

    @Test
    void masksEqualNumPy() {
        for (JsonNode pair : EXPECTED.get("masks")) {
            String name = "m" + pair.get("pair").asInt();
            Silhouette a = mask(name + ".a");
            Silhouette b = mask(name + ".b");
            assertThat(SilhouetteOverlap.iou(a, b)).isEqualTo(pair.get("iou").asDouble(), within(1e-12));
            assertThat(SilhouetteOverlap.dice(a, b)).isEqualTo(pair.get("dice").asDouble(), within(1e-12));
            assertThat(BoundaryScore.outline(a)).isEqualTo(flags(name + ".boundary_a"));
            assertThat(BoundaryScore.outline(b)).isEqualTo(flags(name + ".boundary_b"));
            for (int tolerance = 0; pair.has("boundary_f_tol0") && tolerance <= 2; tolerance++) {
                BoundaryScore score = BoundaryScore.of(a, b, tolerance);
                assertThat(score.precision())
                        .isEqualTo(
                                pair.get("boundary_precision_tol" + tolerance).asDouble(), within(1e-12));
                assertThat(score.recall())
                        .isEqualTo(pair.get("boundary_recall_tol" + tolerance).asDouble(), within(1e-12));
                assertThat(score.f())
                        .isEqualTo(pair.get("boundary_f_tol" + tolerance).asDouble(), within(1e-12));
            }
        }
    }

    @Test
    void emptyOutlines() {
        Silhouette none = new Silhouette(5, 5, new boolean[25]);
        boolean[] one = new boolean[25];
        one[12] = true;
        assertThat(BoundaryScore.of(none, none, 1).f()).isEqualTo(1);
        assertThat(BoundaryScore.of(none, new Silhouette(5, 5, one), 1).f()).isZero();
    }
}
