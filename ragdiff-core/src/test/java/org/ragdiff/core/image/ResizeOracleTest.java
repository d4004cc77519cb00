package org.ragdiff.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.primitives.Floats;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SharedFiles;
import org.ragdiff.core.io.FloatMemory;
import org.ragdiff.core.tensor.AxisMap;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.SpatialMaps;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;

/** What the test suites of Pillow and torch print of resizing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResizeOracleTest {
    private static final Set<String> RESIZING =
            Set.of("pillow", "pillow_properties", "torch_interpolate", "generated_pillow", "clean_fid");

    private final JsonNode cases =
            SharedFiles.json("oracles/05_resize_preprocess.json").get("cases");

    private Stream<JsonNode> cases() {
        return StreamSupport.stream(cases.spliterator(), false);
    }

    /** The cases of resizing itself; those of geometry and of CLIP's preprocessing are the image processor's. */
    Stream<JsonNode> resizing() {
        return cases().filter(c -> RESIZING.contains(c.get("subfamily").asText()));
    }

    @Test
    void everyCaseIsTakenHereOrByTheImageProcessor() {
        Set<String> families = new HashSet<>(RESIZING);
        families.addAll(Set.of("resize_geometry", "clip_preprocess"));
        assertThat(cases().map(c -> c.get("subfamily").asText()).collect(Collectors.toSet()))
                .isEqualTo(families);
        assertThat(cases()).noneMatch(c -> c.has("weak"));
        assertThat(resizing()).hasSize(19);
    }

    @ParameterizedTest
    @MethodSource("resizing")
    void holds(JsonNode c) {
        if (c.get("input").path("image").asText().equals("pillow_case")) {
            pillowsQuadrants(c);
            return;
        }
        String id = c.get("id").asText();
        if (id.startsWith("gen.")) {
            pillowsModesLAndF(c);
            return;
        }
        switch (id) {
            case "pil.constant" -> constantsStayThemselves();
            case "pil.hist" -> colourStaysItself(c);
            case "pil.premultiply" -> transparentPixelsDoNotBleed();
            case "torch.bilinear_aa" -> torchsAntialiasing(c);
            case "torch.bicubic_x2" -> torchsBicubic(c);
            case "torch.nearest_rules" -> torchsNearest(c);
            case "cleanfid.clean" -> planesKeepTheirRange();
            case "cleanfid.gen_32_to_299", "cleanfid.gen_32_to_8" -> planesOfFid(c);
            default -> throw new AssertionError("no test of " + id);
        }
    }

    private static ResampleFilter filter(JsonNode c) {
        return ResampleFilter.valueOf(c.get("input").get("filter").asText().toUpperCase(Locale.ROOT));
    }

    private static void pillowsQuadrants(JsonNode c) {
        int size = c.get("input").get("size").asInt();
        int to = c.get("input").get("to").asInt();
        byte[] image = new byte[size * size];
        for (int i = 0; i < image.length; i++) {
            image[i] = (byte) (i / size < size / 2 == i % size < size / 2 ? 0xe1 : 0x1e);
        }
        byte[] out = Resize.bytes(image, 1, size, size, SourceBox.whole(size, size), to, to, filter(c));
        JsonNode quarter = c.get("expected").get("top_left");
        for (int y = 0; y < to; y++) {
            for (int x = 0; x < to; x++) {
                int qy = Math.min(y, to - 1 - y);
                int qx = Math.min(x, to - 1 - x);
                int value = quarter.get(qy).get(qx).asInt();
                int expected = y < to / 2 == x < to / 2 ? value : 255 - value;
                assertThat(out[y * to + x] & 0xff).as("%d, %d", x, y).isEqualTo(expected);
            }
        }
    }

    private static int pattern(int x, int y) {
        return (7 * x + 13 * y + x * y) % 256;
    }

    private static float[] pattern(int width, int height, float[] out) {
        for (int i = 0; i < out.length; i++) {
            out[i] = pattern(i % width, i / width);
        }
        return out;
    }

    private static void pillowsModesLAndF(JsonNode c) {
        int h = c.get("input").get("height").asInt();
        int w = c.get("input").get("width").asInt();
        int toH = c.get("input").get("to").get(0).asInt();
        int toW = c.get("input").get("to").get(1).asInt();
        float[] image = pattern(w, h, new float[w * h]);
        byte[] bytes = new byte[image.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) image[i];
        }
        byte[] got = Resize.bytes(bytes, 1, w, h, SourceBox.whole(w, h), toW, toH, filter(c));
        float[] floats = Resize.floats(image, w, h, SourceBox.whole(w, h), toW, toH, filter(c));
        for (int i = 0; i < got.length; i++) {
            JsonNode e = c.get("expected");
            assertThat(got[i] & 0xff)
                    .isEqualTo(e.get("uint8").get(i / toW).get(i % toW).asInt());
            double f = e.get("float32").get(i / toW).get(i % toW).asDouble();
            assertThat((double) floats[i]).isEqualTo(f, within(0.001));
        }
    }

    private static void constantsStayThemselves() {
        byte[] image = new byte[512 * 9 * 3];
        for (int i = 0; i < image.length; i += 3) {
            image[i + 1] = 64;
            image[i + 2] = (byte) 255;
        }
        byte[] out = Resize.rgb(new RgbImage(512, 9, image), 9, 512, ResampleFilter.LANCZOS)
                .rgb();
        assertThat(out).isEqualTo(image);
        for (float value : new float[] {1, 3.40282306074e38f, 1.175494e-38f, 1.192093e-07f}) {
            float[] plane = new float[512 * 9];
            Arrays.fill(plane, value);
            assertThat(Resize.floats(plane, 512, 9, SourceBox.whole(512, 9), 9, 512, ResampleFilter.LANCZOS))
                    .containsOnly(value);
        }
        for (int value : new int[] {12, -12, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            int[] plane = new int[512 * 9];
            Arrays.fill(plane, value);
            assertThat(Resize.ints(plane, 512, 9, SourceBox.whole(512, 9), 9, 512, ResampleFilter.LANCZOS))
                    .containsOnly(value);
        }
    }

    private static void colourStaysItself(JsonNode c) {
        byte[] image = new byte[1280 * 1280 * 4];
        for (int i = 0; i < image.length; i++) {
            image[i] = (byte) new int[] {0x20, 0x40, 0x60, 0xff}[i % 4];
        }
        byte[] out = Resize.rgba(image, 1280, 1280, SourceBox.whole(1280, 1280), 256, 256, filter(c));
        for (int i = 0; i < out.length; i++) {
            assertThat(out[i] & 0xff).isEqualTo(c.get("expected").get(i % 4).asInt());
        }
    }

    private static void transparentPixelsDoNotBleed() {
        byte[] image = new byte[64 * 64 * 4];
        for (int i = 0; i < 64 * 64; i++) {
            boolean square = i / 64 >= 16 && i / 64 < 48 && i % 64 >= 16 && i % 64 < 48;
            int rgba = square ? 0xffff0080 : 0x0000ff00;
            for (int c = 0; c < 4; c++) {
                image[4 * i + c] = (byte) (rgba >> 24 - 8 * c);
            }
        }
        for (ResampleFilter f : ResampleFilter.values()) {
            byte[] out = Resize.rgba(image, 64, 64, SourceBox.whole(64, 64), 20, 20, f);
            for (int i = 0; i < out.length; i += 4) {
                if (out[i + 3] != 0) {
                    assertThat(Arrays.copyOfRange(out, i, i + 3)).as(f.name()).containsExactly(255, 255, 0);
                }
            }
        }
    }

    /** Beyond the range of the samples: nothing is rounded or clipped. */
    private static void planesKeepTheirRange() {
        float[] out =
                Resize.floats(new float[] {0, 0, 255, 255}, 4, 1, SourceBox.whole(4, 1), 16, 1, ResampleFilter.BICUBIC);
        assertThat(Floats.asList(out))
                .anyMatch(v -> v < 0)
                .anyMatch(v -> v > 255)
                .anyMatch(v -> v != Math.rint(v));
    }

    private static void planesOfFid(JsonNode c) {
        int target = c.get("input").get("target").asInt();
        float[] image = pattern(32, 32, new float[32 * 32]);
        float[] clean = Resize.floats(image, 32, 32, SourceBox.whole(32, 32), target, target, ResampleFilter.BICUBIC);
        statistics(clean, target, c.get("expected").get("clean"));
        float[] legacy = map(FloatMemory.array(image, 1, 32, 32, 1), AxisMap.bilinear(32, target, false));
        statistics(legacy, target, c.get("expected").get("legacy"));
    }

    private static void statistics(float[] plane, int side, JsonNode expected) {
        SummaryStatistics s = new SummaryStatistics();
        for (float v : plane) {
            s.addValue(v);
        }
        Map<String, Double> got = Map.of(
                "mean",
                s.getMean(),
                "std",
                Math.sqrt(s.getPopulationVariance()),
                "min",
                s.getMin(),
                "max",
                s.getMax(),
                "v_0_0",
                (double) plane[0],
                "centre",
                (double) plane[side / 2 * side + side / 2]);
        expected.fields().forEachRemaining(e -> assertThat(got.get(e.getKey()))
                .as(e.getKey())
                .isEqualTo(e.getValue().asDouble(), within(0.002)));
    }

    private static void torchsAntialiasing(JsonNode c) {
        float[] counted = new float[8 * 8 * 3];
        for (int i = 0; i < counted.length; i++) {
            counted[i] = (i % 3) * 64 + i / 3;
        }
        AxisMap shrink = AxisMap.antialiased(8, 2, false, false);
        float[] small = map(FloatMemory.array(counted, 1, 8, 8, 3), shrink);
        JsonNode expected = c.get("expected");
        assertThat(expected).hasSize(small.length);
        for (int i = 0; i < small.length; i++) {
            assertThat((double) small[i % 4 * 3 + i / 4])
                    .isEqualTo(expected.get(i).asDouble(), within(1e-4));
        }
    }

    private static void torchsBicubic(JsonNode c) {
        for (int channel = 0; channel < 2; channel++) {
            float[] image = {4 * channel, 4 * channel + 1, 4 * channel + 2, 4 * channel + 3};
            float[] cubic = map(FloatMemory.array(image, 1, 2, 2, 1), AxisMap.bicubic(2, 4, false));
            JsonNode rows = c.get("expected");
            for (int i = 0; i < 16; i++) {
                assertThat((double) cubic[i])
                        .isEqualTo(rows.get(i / 4).get(i % 4).asDouble() + 4 * channel, within(1e-5));
            }
        }
    }

    private static void torchsNearest(JsonNode c) {
        JsonNode rules = c.get("expected");
        assertThat(sources(AxisMap.nearest(20, 11)))
                .isEqualTo(rules.get("nearest_20_to_11").toString());
        assertThat(sources(AxisMap.nearestExact(20, 11)))
                .isEqualTo(rules.get("exact_20_to_11").toString());
        assertThat(sources(AxisMap.nearest(10, 15)))
                .isEqualTo(rules.get("nearest_10_to_15").toString());
        assertThat(sources(AxisMap.nearestExact(10, 15)))
                .isEqualTo(rules.get("exact_10_to_15").toString());
    }

    private static String sources(AxisMap map) {
        return Arrays.toString(Arrays.stream(map.source()).mapToInt(s -> s[0]).toArray())
                .replace(" ", "");
    }

    private static float[] map(INDArray x, AxisMap both) {
        try (Kernels kernels = KernelProviders.defaultKernels();
                TensorPool pool = new TensorPool();
                Tape tape = Tape.inference(kernels, pool)) {
            return FloatMemory.toArray(
                    SpatialMaps.apply(tape, tape.constant(x), both, both).value());
        }
    }
}
