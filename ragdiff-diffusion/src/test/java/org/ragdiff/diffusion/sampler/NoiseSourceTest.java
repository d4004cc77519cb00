package org.ragdiff.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.SharedFiles;
import org.ragdiff.core.io.FloatMemory;
import org.ragdiff.core.io.SafetensorsFile;

/** Latents begin where PyTorch's would. */
class NoiseSourceTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 42, 2147483648L})
    void imagesHaveTheNoiseOfTorch(long seed) throws Exception {
        Path file = SharedFiles.require("fixtures/torch-random/random.safetensors");
        try (SafetensorsFile f = SafetensorsFile.open(file);
                INDArray theirs = f.readFloat("shape.seed" + seed + ".randn_1x4x8x6")) {
            float[] expected = FloatMemory.toArray(theirs.permute(0, 2, 3, 1));
            assertThat(NoiseSource.perImage(4, seed).next(4 * 8 * 6)).containsExactly(expected, within(2e-6f));
            float[] batch = NoiseSource.perImage(4, 9, seed).next(2 * 4 * 8 * 6);
            assertThat(java.util.Arrays.copyOfRange(batch, 192, 384)).containsExactly(expected, within(2e-6f));
        }
    }
}
