package org.ragdiff.cli.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.cli.CommandRun;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.io.SafetensorsFile;
import org.ragdiff.core.io.SafetensorsWriter;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKL;
import org.ragdiff.diffusion.sampler.config.SchedulerConfig;

class CheckpointCommandTest {
    @TempDir
    Path temp;

    private Path tiny(String name, Object... more) {
        Path folder = temp.resolve(name);
        Object[] args = new Object[6 + more.length];
        System.arraycopy(new Object[] {"checkpoint", "random", "--config", "tiny", "--out", folder}, 0, args, 0, 6);
        System.arraycopy(more, 0, args, 6, more.length);
        CommandRun.of(args).done();
        return folder;
    }

    @Test
    void aFolderIsWrittenToldAndSampled() throws IOException {
        Path folder = tiny("a");
        Path json = temp.resolve("info.json");
        CommandRun info =
                CommandRun.of("checkpoint", "info", folder, "--json", json).done();
        long unet;
        try (UNet2DConditionModel net = UNet2DConditionModel.load(folder.resolve("unet"))) {
            unet = net.size();
        }
        assertThat(info.out()).contains(String.format(java.util.Locale.ROOT, "%,d parameters", unet));
        JsonNode report = new ObjectMapper().readTree(json.toFile());
        assertThat(report.at("/components/1/name").asText()).isEqualTo("unet");
        assertThat(report.at("/components/1/fileBytes").asLong()).isEqualTo(4 * unet);
        assertThat(report.at("/components").findValuesAsText("status")).containsOnly("fits");

        Path png = temp.resolve("a.png");
        CommandRun.of("checkpoint", "sample", folder, "--out", png, "--steps", 3)
                .done();
        RgbImage image = ImageFiles.read(png);
        assertThat(image.width()).isEqualTo(32);
        byte[] first = Files.readAllBytes(png);
        CommandRun.of("checkpoint", "sample", folder, "--out", png, "--steps", 3)
                .done();
        assertThat(Files.readAllBytes(png)).isEqualTo(first);
        CommandRun.of("checkpoint", "sample", folder, "--out", png, "--steps", 3, "--sampler", "dpmpp2m-karras")
                .done();
        assertThat(Files.readAllBytes(png)).isNotEqualTo(first);
    }

    @Test
    void promptsSteer() throws IOException {
        Path folder = tiny("a");
        Map<String, INDArray> prompts = new LinkedHashMap<>();
        prompts.put("prompt_embeds", Nd4j.ones(org.nd4j.linalg.api.buffer.DataType.FLOAT, 1, 5, 16));
        prompts.put("negative_prompt_embeds", Nd4j.ones(1, 5, 16).mul(-1));
        Path text = temp.resolve("text.safetensors");
        SafetensorsWriter.write(text, prompts, Dtype.F32, Map.of());
        Path png = temp.resolve("a.png");
        CommandRun.of("checkpoint", "sample", folder, "--out", png, "--steps", 2)
                .done();
        byte[] plain = Files.readAllBytes(png);
        CommandRun.of("checkpoint", "sample", folder, "--out", png, "--steps", 2, "--text", text, "--guidance", "5")
                .done();
        assertThat(Files.readAllBytes(png)).isNotEqualTo(plain);
        prompts.remove("negative_prompt_embeds");
        SafetensorsWriter.write(text, prompts, Dtype.F32, Map.of());
        CommandRun.of("checkpoint", "sample", folder, "--out", png, "--text", text, "--guidance", "5")
                .refused("no tensor \"negative_prompt_embeds\"");
    }

    @Test
    void weightsAreAFunctionOfTheSeedInAnyType() throws IOException {
        Path a = tiny("a", "--seed", 7).resolve("unet/diffusion_pytorch_model.safetensors");
        Path b = tiny("b", "--seed", 7).resolve("unet/diffusion_pytorch_model.safetensors");
        assertThat(Files.mismatch(a, b)).isEqualTo(-1);
        Path half = tiny("half", "--seed", 7, "--dtype", "f16");
        try (SafetensorsFile full = SafetensorsFile.open(a);
                UNet2DConditionModel net = UNet2DConditionModel.load(half.resolve("unet"))) {
            INDArray loaded = net.state().get("conv_in.weight");
            INDArray stored = full.readFloat("conv_in.weight");
            // Half the unit in the last of 11 places, at most.
            assertThat(loaded.sub(stored).amaxNumber().doubleValue())
                    .isLessThanOrEqualTo(stored.amaxNumber().doubleValue() * 0x1p-11);
        }
        CommandRun.of("checkpoint", "random", "--config", "tiny", "--out", temp.resolve("a"))
                .refused("is not empty");
    }

    @ParameterizedTest
    @EnumSource(RandomPipeline.class)
    void configurationsAndSchedulersSurviveTheirFiles(RandomPipeline pipeline) throws IOException {
        if (pipeline != RandomPipeline.TINY) {
            // Too large to be written in a test.
            assertThat(UNet2DConditionModel.unset(pipeline.unet()).size()).isGreaterThan(800_000_000L);
            assertThat(AutoencoderKL.unset(pipeline.vae()).size()).isEqualTo(83_653_863L);
            return;
        }
        Path folder = tiny("a");
        assertThat(SchedulerConfig.read(folder.resolve("scheduler/scheduler_config.json"))
                        .training()
                        .betaEnd())
                .isEqualTo(0.012);
    }

    @Test
    void infoReportsWhatDoesNotFit() throws IOException {
        Path folder = tiny("a");
        Path weights = folder.resolve("unet/diffusion_pytorch_model.safetensors");
        Map<String, INDArray> state = new LinkedHashMap<>();
        try (SafetensorsFile f = SafetensorsFile.open(weights)) {
            for (String name : f.names()) {
                state.put(name.equals("conv_in.bias") ? "conv_in.bios" : name, f.readFloat(name));
            }
        }
        SafetensorsWriter.write(weights, state, Dtype.F32, Map.of());
        CommandRun info = CommandRun.of("checkpoint", "info", folder);
        assertThat(info.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(info.out()).contains("missing: [conv_in.bias]", "unexpected: [conv_in.bios]");
        CommandRun.of("checkpoint", "sample", folder, "--out", temp.resolve("a.png"))
                .refused("missing: [conv_in.bias]");
        CommandRun.of("checkpoint", "info", temp.resolve("nothing")).refused("model_index.json");
        CommandRun.of("checkpoint", "sample", tiny("b"), "--out", temp.resolve("b.png"), "--size", 33)
                .refused("multiple of 4");
    }
}
