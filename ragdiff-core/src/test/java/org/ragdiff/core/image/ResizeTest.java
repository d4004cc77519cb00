package org.ragdiff.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SharedFiles;
import org.ragdiff.core.io.FloatMemory;
import org.ragdiff.core.io.SafetensorsFile;

/** Against Pillow 12.3: 8-bit results bit by bit, floats to rounding. */
class ResizeTest {
    @TestFactory
    Stream<DynamicTest> equalsPillow() throws Exception {
        Path folder = SharedFiles.require("fixtures/resize");
        JsonNode cases = new ObjectMapper()
                .readTree(folder.resolve("cases.json").toFile())
                .get("cases");
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode c : cases) {
            String key = c.get("key").asText();
            if (key.startsWith("pil.")) {
                tests.add(DynamicTest.dynamicTest(key, () -> check(folder, c)));
            }
        }
        assertThat(tests).hasSizeGreaterThan(80);
        return tests.stream();
    }

    private static void check(Path folder, JsonNode c) throws Exception {
        try (SafetensorsFile f = SafetensorsFile.open(folder.resolve("resize.safetensors"))) {
            INDArray source = f.readFloat(c.get("source").asText());
            float[] expected = FloatMemory.toArray(f.readFloat(c.get("key").asText()));
            int sh = (int) source.size(0);
            int sw = (int) source.size(1);
            int channels = source.rank() == 3 ? (int) source.size(2) : 1;
            int w = c.get("width").asInt();
            int h = c.get("height").asInt();
            JsonNode b = c.get("box");
            SourceBox box = b == null
                    ? SourceBox.whole(sw, sh)
                    : new SourceBox(
                            b.get(0).asDouble(),
                            b.get(1).asDouble(),
                            b.get(2).asDouble(),
                            b.get(3).asDouble());
            ResampleFilter filter = ResampleFilter.valueOf(c.get("filter").asText());
            float[] values = FloatMemory.toArray(source);
            if (c.get("source").asText().equals("src.f")) {
                float[] got = Resize.floats(values, sw, sh, box, w, h, filter);
                assertThat(got).containsExactly(expected, within(1e-5f));
                return;
            }
            byte[] bytes = new byte[values.length];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) values[i];
            }
            byte[] got = channels == 4
                    ? Resize.rgba(bytes, sw, sh, box, w, h, filter)
                    : Resize.bytes(bytes, channels, sw, sh, box, w, h, filter);
            float[] gotValues = new float[got.length];
            for (int i = 0; i < got.length; i++) {
                gotValues[i] = got[i] & 0xff;
            }
            assertThat(gotValues).containsExactly(expected);
        }
    }

    @Test
    void constantsStayAndArgumentsAreChecked() {
        byte[] grey = new byte[7 * 5 * 3];
        Arrays.fill(grey, (byte) 93);
        RgbImage image = new RgbImage(7, 5, grey);
        for (ResampleFilter f : ResampleFilter.values()) {
            byte[] out = Resize.rgb(image, 13, 3, f).rgb();
            assertThat(out).hasSize(13 * 3 * 3).containsOnly(93);
        }
        assertThat(Resize.rgb(image, 7, 5, ResampleFilter.LANCZOS)).isSameAs(image);
        assertThatThrownBy(() -> Resize.rgb(image, 0, 5, ResampleFilter.BOX)).hasMessageContaining("positive");
        assertThatThrownBy(() -> Resize.rgb(image, new SourceBox(0, 0, 8, 5), 2, 2, ResampleFilter.BOX))
                .hasMessageContaining("beyond 7x5");
    }
}
