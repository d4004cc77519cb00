package org.ragdiff.cli.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.core.Denoiser.PredictionType;
import org.ragdiff.core.io.AtomicFiles;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.diffusion.diffusers.StrictConfig;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfigJson;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKL;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKLConfig;
import org.ragdiff.diffusion.sampler.DdimOptions;
import org.ragdiff.diffusion.sampler.EulerOptions;
import org.ragdiff.diffusion.sampler.LevelOptions;
import org.ragdiff.diffusion.sampler.PndmOptions;
import org.ragdiff.diffusion.sampler.SamplerOptions;
import org.ragdiff.diffusion.sampler.config.SchedulerConfig;
import org.ragdiff.diffusion.schedule.ScheduleConfig;
import org.ragdiff.diffusion.schedule.ScheduleConfig.BetaSchedule;
import org.ragdiff.diffusion.schedule.TimestepSpacing;

/** Pipelines of known configurations whose weights are random, to try and measure with. */
enum RandomPipeline {
    /** Stable Diffusion 1.5. */
    SD15("StableDiffusionPipeline", PredictionType.EPSILON, new PndmOptions(TimestepSpacing.LEADING, 1, true, false)) {
        @Override
        UNet2DConfig unet() {
            return UNet2DConfig.stableDiffusion15();
        }
    },
    /** Stable Diffusion 2.1. */
    SD21(
            "StableDiffusionPipeline",
            PredictionType.V,
            DdimOptions.defaults().withSpacing(TimestepSpacing.LEADING, 1).withSetAlphaToOne(false)) {
        @Override
        UNet2DConfig unet() {
            return UNet2DConfig.stableDiffusion21();
        }
    },
    /** Stable Diffusion XL. */
    SDXL(
            "StableDiffusionXLPipeline",
            PredictionType.EPSILON,
            EulerOptions.defaults()
                    .withLevels(LevelOptions.defaults().withTimestepSpacing(TimestepSpacing.LEADING, 1))) {
        @Override
        UNet2DConfig unet() {
            return UNet2DConfig.stableDiffusionXl();
        }

        @Override
        AutoencoderKLConfig vae() {
            return AutoencoderKLConfig.stableDiffusionXl();
        }
    },
    /** Stable Diffusion's layout with few channels, for tests. */
    TINY("StableDiffusionPipeline", PredictionType.EPSILON, PndmOptions.defaults()) {
        @Override
        UNet2DConfig unet() throws IOException {
            return UNet2DConfigJson.read(StrictConfig.parse(
                    "{\"sample_size\": 16, \"block_out_channels\": [8, 16], \"layers_per_block\": 1,"
                            + " \"norm_num_groups\": 4, \"attention_head_dim\": 2, \"cross_attention_dim\": 16,"
                            + " \"down_block_types\": [\"CrossAttnDownBlock2D\", \"DownBlock2D\"],"
                            + " \"up_block_types\": [\"UpBlock2D\", \"CrossAttnUpBlock2D\"]}",
                    "tiny"));
        }

        @Override
        AutoencoderKLConfig vae() throws IOException {
            return AutoencoderKLConfig.read(StrictConfig.parse(
                    "{\"block_out_channels\": [8, 16], \"layers_per_block\": 1, \"norm_num_groups\": 4,"
                            + " \"sample_size\": 32,"
                            + " \"down_block_types\": [\"DownEncoderBlock2D\", \"DownEncoderBlock2D\"],"
                            + " \"up_block_types\": [\"UpDecoderBlock2D\", \"UpDecoderBlock2D\"]}",
                    "tiny"));
        }
    };

    private final String pipeline;
    private final PredictionType prediction;
    private final SamplerOptions sampler;

    RandomPipeline(String pipeline, PredictionType prediction, SamplerOptions sampler) {
        this.pipeline = pipeline;
        this.prediction = prediction;
        this.sampler = sampler;
    }

    abstract UNet2DConfig unet() throws IOException;

    AutoencoderKLConfig vae() throws IOException {
        return AutoencoderKLConfig.stableDiffusion();
    }

    /** Writes the folder; one network is in memory at a time. */
    void write(Path folder, long seed, Dtype storage) throws IOException {
        OutputPaths.makeFolder(folder.resolve("scheduler"));
        try (UNet2DConditionModel net = UNet2DConditionModel.random(unet(), seed)) {
            net.save(folder.resolve("unet"), storage);
        }
        try (AutoencoderKL net = AutoencoderKL.random(vae(), seed)) {
            net.save(folder.resolve("vae"), storage);
        }
        ScheduleConfig training = ScheduleConfig.defaults()
                .withBetas(BetaSchedule.SCALED_LINEAR, 0.00085, 0.012)
                .withPredictionType(prediction);
        new SchedulerConfig(sampler, training, java.util.List.of())
                .write(folder.resolve("scheduler").resolve("scheduler_config.json"));
        ObjectNode index = StrictConfig.object();
        index.put("_class_name", pipeline);
        index.put("_diffusers_version", "0.30.0");
        index.putArray("scheduler").add("diffusers").add(sampler.className());
        index.putArray("unet").add("diffusers").add("UNet2DConditionModel");
        index.putArray("vae").add("diffusers").add("AutoencoderKL");
        AtomicFiles.write(
                folder.resolve("model_index.json"), StrictConfig.toText(index).getBytes(StandardCharsets.UTF_8));
    }
}
