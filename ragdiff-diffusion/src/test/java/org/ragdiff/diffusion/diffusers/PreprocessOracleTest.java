package org.ragdiff.diffusion.diffusers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SharedFiles;
import org.ragdiff.core.image.PictureSize;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.diffusion.diffusers.vision.ImageProcessor;

/** What torchvision, transformers and CLIP print of sizes, crops and normalised pixels. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PreprocessOracleTest {
    private static final Set<String> FAMILIES = Set.of("resize_geometry", "clip_preprocess");

    private final JsonNode cases =
            SharedFiles.json("oracles/05_resize_preprocess.json").get("cases");

    Stream<JsonNode> preparing() {
        return StreamSupport.stream(cases.spliterator(), false)
                .filter(c -> FAMILIES.contains(c.get("subfamily").asText()));
    }

    @Test
    void allAreThere() {
        assertThat(preparing()).hasSize(7);
    }

    @ParameterizedTest
    @MethodSource("preparing")
    void holds(JsonNode c) throws Exception {
        String id = c.get("id").asText();
        switch (id) {
            case "size.50x40_to_20", "size.50x40_max22", "size.224_to_10" -> size(c);
            case "crop.224_300x260" -> crop(c);
            case "clip.black", "clip.grey128" -> constant(c);
            case "clip.generated" -> generated(c);
            default -> throw new AssertionError("no test of " + id);
        }
    }

    private static void size(JsonNode c) {
        JsonNode in = c.get("input");
        PictureSize from =
                new PictureSize(in.get("width").asInt(), in.get("height").asInt());
        int edge = in.get("shortest_edge").asInt();
        PictureSize to = in.get("max_size").isNull()
                ? from.withShortest(edge)
                : from.withShortest(edge, in.get("max_size").asInt());
        JsonNode e = c.get("expected");
        assertThat(to).isEqualTo(new PictureSize(e.get(1).asInt(), e.get(0).asInt()));
        PictureSize turned = new PictureSize(from.height(), from.width());
        assertThat(in.get("max_size").isNull() ? turned.withShortest(edge) : turned.withShortest(edge, 22))
                .isEqualTo(new PictureSize(to.height(), to.width()));
    }

    private static void crop(JsonNode c) {
        JsonNode to = c.get("input").get("crop");
        ImageProcessor centre = new ImageProcessor(
                false,
                0,
                0,
                0,
                ResampleFilter.BICUBIC,
                to.get("height").asInt(),
                to.get("width").asInt(),
                1,
                new double[3],
                new double[] {1, 1, 1});
        byte[] white = new byte[224 * 224 * 3];
        Arrays.fill(white, (byte) 255);
        ImageProcessor.Pixels p = centre.apply(RgbImage.wrap(224, 224, white));
        JsonNode rows = c.get("expected").get("rows");
        JsonNode columns = c.get("expected").get("cols");
        for (int y = 0; y < p.height(); y++) {
            for (int x = 0; x < p.width(); x++) {
                boolean image = y >= rows.get(0).asInt()
                        && y < rows.get(1).asInt()
                        && x >= columns.get(0).asInt()
                        && x < columns.get(1).asInt();
                assertThat(p.values()[(y * p.width() + x) * 3]).isEqualTo(image ? 255 : 0);
            }
        }
    }

    /** The preparation of CLIP's checkpoints. */
    private static ImageProcessor clip() throws Exception {
        String json =
                """
                {"do_resize": true, "size": 224, "resample": 3, "do_center_crop": true, "crop_size": 224,
                 "do_normalize": true, "image_mean": [0.48145466, 0.4578275, 0.40821073],
                 "image_std": [0.26862954, 0.26130258, 0.27577711], "feature_extractor_type": "CLIPFeatureExtractor"}
                """;
        Path folder = Files.createTempDirectory("clip");
        Path file = folder.resolve("preprocessor_config.json");
        try {
            Files.writeString(file, json);
            return ImageProcessor.load(folder);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    private static void constant(JsonNode c) throws Exception {
        byte[] rgb = new byte[300 * 260 * 3];
        Arrays.fill(rgb, (byte) (c.get("id").asText().equals("clip.black") ? 0 : 128));
        ImageProcessor.Pixels p = clip().apply(RgbImage.wrap(260, 300, rgb));
        assertThat(p.values()).hasSize(224 * 224 * 3);
        for (int i = 0; i < p.values().length; i++) {
            assertThat((double) p.values()[i])
                    .isEqualTo(c.get("expected").get(i % 3).asDouble(), within(1e-6));
        }
    }

    private static void generated(JsonNode c) throws Exception {
        int w = 260;
        int h = 300;
        byte[] rgb = new byte[w * h * 3];
        for (int i = 0; i < w * h; i++) {
            int x = i % w;
            int y = i / w;
            rgb[3 * i] = (byte) pattern(x, y);
            rgb[3 * i + 1] = (byte) (255 - pattern(x, y));
            rgb[3 * i + 2] = (byte) pattern(Math.floorMod(x - 5, w), y);
        }
        JsonNode e = c.get("expected");
        assertThat(new PictureSize(w, h).withShortest(224))
                .isEqualTo(new PictureSize(
                        e.get("resized").get(1).asInt(), e.get("resized").get(0).asInt()));
        ImageProcessor.Pixels p = clip().apply(RgbImage.wrap(w, h, rgb));
        double tolerance = c.get("tolerance").get("abs").asDouble();
        pixel(p, 0, 0, e.get("first_pixel"), tolerance);
        pixel(p, 100, 50, e.get("pixel_100_50"), tolerance);
        pixel(p, 223, 223, e.get("last_pixel"), tolerance);
        for (int channel = 0; channel < 3; channel++) {
            double sum = 0;
            double squares = 0;
            for (int i = channel; i < p.values().length; i += 3) {
                sum += p.values()[i];
                squares += (double) p.values()[i] * p.values()[i];
            }
            double n = p.values().length / 3.0;
            assertThat(sum / n).isEqualTo(e.get("channel_means").get(channel).asDouble(), within(tolerance));
            assertThat(Math.sqrt(squares / n - sum / n * (sum / n)))
                    .isEqualTo(e.get("channel_stds").get(channel).asDouble(), within(tolerance));
        }
    }

    private static int pattern(int x, int y) {
        return (7 * x + 13 * y + x * y) % 256;
    }

    /** In the order of rows and columns. */
    private static void pixel(ImageProcessor.Pixels p, int row, int column, JsonNode expected, double tolerance) {
        for (int c = 0; c < 3; c++) {
            assertThat((double) p.values()[(row * p.width() + column) * 3 + c])
                    .isEqualTo(expected.get(c).asDouble(), within(tolerance));
        }
    }
}
