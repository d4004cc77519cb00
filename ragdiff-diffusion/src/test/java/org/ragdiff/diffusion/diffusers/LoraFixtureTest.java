package org.ragdiff.diffusion.diffusers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ragdiff.core.FixtureTensors;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.io.SafetensorsWriter;
import org.ragdiff.core.nn.LoraAdapters;
import org.ragdiff.core.nn.LoraOptions;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.Networks;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel;

/** Low-rank adapters of UNet2DConditionModel, on diffusers' own inputs and outputs. */
class LoraFixtureTest {
    private static float[] run(UNet2DConditionModel unet, FixtureTensors f) {
        return Goldens.run(t -> unet.apply(t, UNetFixtureTest.inputs(t, unet.config(), f)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"unet-sd", "unet-sdxl"})
    void newOnesChangeNothingAndTrainedOnesMerge(String family, @TempDir Path directory) throws IOException {
        JsonNode c = Goldens.cases(family).get(0);
        FixtureTensors f = Goldens.tensors(family, c);
        Path checkpoint = Goldens.folder(family).resolve(c.get("checkpoint").asText());
        Path file = directory.resolve("pytorch_lora_weights.safetensors");
        float[] adapted;
        try (UNet2DConditionModel unet = UNet2DConditionModel.load(checkpoint);
                LoraAdapters adapters = LoraAdapters.attach(
                        new SplittableRandom(1), unet, LoraOptions.ofRank(2).withAlpha(3))) {
            assertThat(Goldens.relativeError(f, "out.sample_f64", run(unet, f))).isLessThan(1e-5);
            assertThat(adapters.layers()).hasSize((int) unet.parameters().keySet().stream()
                    .filter(n -> n.matches(".*\\.attn[12]\\.to_(q|k|v|out\\.0)\\.weight"))
                    .count());
            assertThat(adapters.parameters().keySet())
                    .contains("unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q.lora_A.weight");
            Networks.randomise(adapters, 7, 0.05);
            adapted = run(unet, f);
            assertThat(Goldens.relativeError(f, "out.sample_f64", adapted)).isGreaterThan(1e-3);
            SafetensorsWriter.write(file, adapters.state(), Dtype.F32, adapters.metadata());
        }
        try (UNet2DConditionModel unet = UNet2DConditionModel.load(checkpoint);
                LoraAdapters adapters = LoraAdapters.load(file, unet);
                Kernels kernels = KernelProviders.defaultKernels()) {
            assertThat(run(unet, f)).containsExactly(adapted, within(1e-6f));
            adapters.merge(kernels);
            float scale = 0;
            for (float v : adapted) {
                scale = Math.max(scale, Math.abs(v));
            }
            assertThat(run(unet, f)).containsExactly(adapted, within(1e-5f * scale));
        }
    }
}
