package org.ragdiff.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.eval.feature.Features;
import org.ragdiff.eval.feature.OnnxFeatures;

/** Features of ONNX files that are written here. */
class OnnxFeaturesTest {
    private static final OnnxFeatures.Preparation UNIT = new OnnxFeatures.Preparation(
            2, ResampleFilter.BILINEAR, 1 / 255.0, new double[] {0, 0.5, 0}, new double[] {1, 0.5, 1});

    @TempDir
    private Path folder;

    /** A 1×1 convolution to the sum of red and green and to blue, averaged over four pixels. */
    @Test
    void mapsAreAveragedOverSpace() throws IOException {
        Path file = folder.resolve("network.onnx");
        Files.write(
                file,
                new OnnxGraph()
                        .input("x", 2, 3, 2, 2)
                        .constant("w", new float[] {1, 1, 0, 0, 0, 1}, 2, 3, 1, 1)
                        .constant("b", new float[] {0, 10}, 2)
                        .convolution("y", "x", "w", "b", 1, 0)
                        .output("y", 2, 2, 2, 2)
                        .toBytes());
        byte[] rgb = {0, 0, 0, 51, 0, 0, 0, 102, 0, 0, 0, (byte) 204};
        RgbImage a = RgbImage.wrap(2, 2, rgb);
        RgbImage b = RgbImage.wrap(2, 2, new byte[12]);
        try (OnnxFeatures f = OnnxFeatures.open("test", file, UNIT)) {
            assertThat(f.dimension()).isEqualTo(2);
            assertThat(f.fingerprint()).hasSize(64);
            Features out = f.extract(List.of(a, b));
            // Green in [−1, 1]: mean of (0.4 − 0.5) / 0.5 and three times −1.
            assertThat(out.row(0)).containsExactly(new double[] {0.2 / 4 + (-0.2 - 3) / 4, 10 + 0.8 / 4}, within(1e-6));
            assertThat(out.row(1)).containsExactly(new double[] {-1, 10}, within(1e-6));
        }
        assertThatThrownBy(() -> OnnxFeatures.open("test", file, OnnxFeatures.Preparation.inception()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("[2, 3, 2, 2], expected [N, 3, 299, 299]");
    }

    @Test
    void whatIsNoOnnxFileIsRefused() throws IOException {
        Path file = folder.resolve("text.onnx");
        Files.writeString(file, "no model");
        assertThatThrownBy(() -> OnnxFeatures.open("test", file, UNIT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("text.onnx is refused by ONNX Runtime");
        assertThatThrownBy(() -> OnnxFeatures.open("test", folder.resolve("none.onnx"), UNIT))
                .hasMessageContaining("no ONNX file");
    }
}
