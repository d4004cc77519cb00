package org.ragdiff.cli.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.FixtureTensors;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SharedFiles;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.eval.feature.Features;

/** Pictures through processor, tower and pooling against transformers' own outputs. */
class TowerFeaturesTest {
    @Test
    void areTransformersPooledFeatures() throws IOException {
        Path fixtures = SharedFiles.require("fixtures/vision-encoders");
        int compared = 0;
        for (JsonNode c :
                SharedFiles.json("fixtures/vision-encoders/cases.json").get("cases")) {
            FixtureTensors f =
                    FixtureTensors.file(fixtures.resolve(c.get("file").asText()));
            if (!f.has("in.image")) {
                continue;
            }
            compared++;
            double[] expected =
                    f.values(f.has("out.image_embeds_f64") ? "out.image_embeds_f64" : "out.pooler_output_f64");
            double scale = 0;
            for (double v : expected) {
                scale = Math.max(scale, Math.abs(v));
            }
            RgbImage image = image(f);
            RgbImage other = RgbImage.wrap(1, 2, new byte[6]);
            try (Kernels kernels = KernelProviders.defaultKernels();
                    TowerFeatures tower = TowerFeatures.load(
                            fixtures.resolve(c.get("checkpoint").asText()), kernels)) {
                assertThat(tower.dimension()).isEqualTo(expected.length);
                Features out = tower.extract(List.of(image, other, image));
                assertThat(out.count()).isEqualTo(3);
                assertThat(out.row(0)).containsExactly(expected, within(2e-5 * scale));
                assertThat(out.row(2)).containsExactly(expected, within(2e-5 * scale));
                assertThat(out.row(1)).isNotEqualTo(out.row(0));
            }
        }
        assertThat(compared).isPositive();
    }

    private static RgbImage image(FixtureTensors f) {
        int[] shape = f.shape("in.image");
        double[] values = f.values("in.image");
        byte[] rgb = new byte[values.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (int) values[i];
        }
        return RgbImage.wrap(shape[1], shape[0], rgb);
    }
}
