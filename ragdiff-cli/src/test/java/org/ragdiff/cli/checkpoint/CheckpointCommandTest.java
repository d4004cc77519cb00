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
import org.ragdiff.cli.Pictures;
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
    void severalSeedsAStartAndAnEnd() throws IOException {
        Path folder = tiny("a");
        Path png = temp.resolve("a.png");
        CommandRun.of("checkpoint", "sample", folder, "--out", png, "--steps", 4, "--seeds", "3,4")
                .done();
        CommandRun.of("checkpoint", "sample", folder, "--out", png, "--steps", 4, "--seed", 4)
                .done();
        assertThat(temp.resolve("a-4.png")).hasSameBinaryContentAs(png);
        assertThat(Files.mismatch(temp.resolve("a-3.png"), png)).isNotEqualTo(-1);

        Path again = temp.resolve("b.png");
        CommandRun.of("checkpoint", "sample", folder, "--out", again, "--steps", 4, "--seed", 4, "--stop-after", 1)
                .done();
        assertThat(Files.mismatch(again, png)).isNotEqualTo(-1);
        Object[] words = {
            "checkpoint",
            "sample",
            folder,
            "--out",
            again,
            "--steps",
            4,
            "--seed",
            4,
            "--image-to-image",
            png,
            "--strength",
            0.5
        };
        CommandRun.of(words).done();
        assertThat(Files.mismatch(again, png)).isNotEqualTo(-1);
        words[words.length - 1] = 0.2;
        CommandRun.of(words).refused("strength 0.2 leaves none of 4 steps");
        CommandRun.of("checkpoint", "sample", folder, "--out", again, "--size", 64, "--steps", 1, "--tiling")
                .done();
        assertThat(ImageFiles.read(again).width()).isEqualTo(64);
    }

    /** Before training, RAGDiffusion is the pipeline that it was built around, whatever it is given. */
    @Test
    void ragdiffusionIsBuiltAndGenerates() throws IOException {
        Path folder = tiny("a");
        Path rag = temp.resolve("rag");
        CommandRun built = CommandRun.of("checkpoint", "ragdiffusion", folder, "--out", rag, "--structure-dimension", 6)
                .done();
        assertThat(built.out()).contains("weights of ReferenceNet", "in all", "wrote " + rag);
        CommandRun info = CommandRun.of("checkpoint", "info", rag).done();
        assertThat(info.out()).contains("reference_unet UNet2DConditionModel", "RagDiffusionConditioning");
        assertThat(info.out()).doesNotContain("not used");

        Path photo = Pictures.write(temp.resolve("photo.png"), Pictures.garment(50, 40, 10, 10, 20, 20));
        Path mask = Pictures.write(temp.resolve("mask.png"), Pictures.garment(40, 40, 5, 5, 30, 30));
        Path structure = temp.resolve("e.safetensors");
        SafetensorsWriter.write(
                structure,
                Map.of("structure", Nd4j.ones(org.nd4j.linalg.api.buffer.DataType.FLOAT, 1, 6)),
                Dtype.F32,
                Map.of());
        Path plain = temp.resolve("plain.png");
        CommandRun.of("checkpoint", "sample", folder, "--out", plain, "--steps", 3)
                .done();
        Path png = temp.resolve("rag.png");
        CommandRun.of(
                        "checkpoint",
                        "generate",
                        rag,
                        "--out",
                        png,
                        "--steps",
                        3,
                        "--guidance",
                        1,
                        "--reference",
                        photo,
                        "--landmark",
                        mask,
                        "--structure",
                        structure)
                .done();
        assertThat(ImageFiles.read(png)).isEqualTo(ImageFiles.read(plain));
        CommandRun.of(
                        "checkpoint",
                        "generate",
                        rag,
                        "--out",
                        png,
                        "--steps",
                        2,
                        "--guidance-reference",
                        2,
                        "--reference",
                        photo,
                        "--negative-reference",
                        mask,
                        "--seeds",
                        "1,2",
                        "--sampler",
                        "dpmpp2m",
                        "--guidance-interval",
                        "0.1:0.9",
                        "--guidance-parallel",
                        0)
                .done();
        assertThat(temp.resolve("rag-1.png")).exists();
        CommandRun.of("checkpoint", "generate", rag, "--out", png, "--memory", "10k")
                .refused("0.0 MB are allowed");
        CommandRun.of("checkpoint", "generate", rag, "--out", png, "--negative-landmark", mask)
                .refused("goes with --landmark");
        CommandRun.of("checkpoint", "generate", folder, "--out", png).refused("expected a RagDiffusionPipeline");
        assertThat(CommandRun.of("checkpoint", "ragdiffusion", folder, "--estimate", "--memory", "1m")
                        .code())
                .isEqualTo(ExitCodes.FAILED);
        CommandRun.of("checkpoint", "ragdiffusion", folder).refused("--out");
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
