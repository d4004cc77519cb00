package org.ragdiff.diffusion.diffusers.ragdiffusion;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ragdiff.core.io.AtomicFiles;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.CheckpointFolder;
import org.ragdiff.diffusion.diffusers.PipelineFolder;
import org.ragdiff.diffusion.diffusers.StrictConfig;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfigJson;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKLConfig;
import org.ragdiff.diffusion.sampler.config.SchedulerConfig;

/**
 * RAGDiffusion as a pipeline's folder in diffusers' layout: {@code unet}, {@code reference_unet}, {@code vae} and {@code
 * scheduler} are diffusers' own, {@code conditioning} holds what is new. Stateless, thread-safe.
 */
public final class RagDiffusionFolder {
    /** The class in {@code model_index.json}. */
    public static final String CLASS = "RagDiffusionPipeline";

    private static final String UNET_CLASS = "UNet2DConditionModel";
    private static final String VAE_CLASS = "AutoencoderKL";

    private RagDiffusionFolder() {}

    /**
     * Builds RAGDiffusion around a Stable Diffusion pipeline: its UNet, VAE and scheduler are copied, ReferenceNet
     * starts as a copy of the UNet, and what is new changes nothing until it is trained. Weights are copied as files,
     * none is read.
     *
     * @param source folder with a {@code model_index.json}
     * @param target new or empty folder
     * @param seed of the new weights that are not zero
     * @throws CheckpointException if the source lacks a component or needs what is not implemented
     */
    public static void create(Path source, Path target, RagDiffusionConfig config, long seed) throws IOException {
        PipelineFolder pipeline = PipelineFolder.open(source);
        Path unet = pipeline.component(RagDiffusionModel.UNET, UNET_CLASS);
        Path vae = pipeline.component("vae", VAE_CLASS);
        Path scheduler = pipeline.component("scheduler");
        UNet2DConfig shape = unet(unet);
        CheckpointFolder.requireFit(unet, CheckpointFolder.DIFFUSERS, UNet2DConditionModel.unset(shape), Optional::of);
        AutoencoderKLConfig.read(CheckpointFolder.config(vae));
        scheduler(scheduler);
        requireEmpty(target);
        copy(unet, target.resolve(RagDiffusionModel.UNET));
        copy(unet, target.resolve(RagDiffusionModel.REFERENCE_NET));
        copy(vae, target.resolve("vae"));
        copy(scheduler, target.resolve("scheduler"));
        try (RagDiffusionConditioning parts = RagDiffusionConditioning.random(config, shape, seed)) {
            parts.save(target.resolve(RagDiffusionModel.CONDITIONING), Dtype.F32);
        }
        writeIndex(target, pipeline.components().get("scheduler"));
    }

    /** Writes {@code model_index.json}; {@code scheduler} is its class in diffusers. */
    static void writeIndex(Path folder, String scheduler) throws IOException {
        ObjectNode index = StrictConfig.object();
        index.put("_class_name", CLASS);
        index.put("_diffusers_version", "0.30.0");
        index.putArray(RagDiffusionModel.CONDITIONING).add("ragdiff").add(RagDiffusionConfig.CLASS);
        index.putArray(RagDiffusionModel.REFERENCE_NET).add("diffusers").add(UNET_CLASS);
        index.putArray("scheduler").add("diffusers").add(scheduler);
        index.putArray(RagDiffusionModel.UNET).add("diffusers").add(UNET_CLASS);
        index.putArray("vae").add("diffusers").add(VAE_CLASS);
        AtomicFiles.write(
                folder.resolve("model_index.json"), StrictConfig.toText(index).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * What loading a folder and sampling from it takes; reads configurations alone.
     *
     * @param config of what is to be added if the folder is a Stable Diffusion pipeline; a RAGDiffusion folder has its
     *     own
     */
    public static MemoryEstimate estimate(Path folder, RagDiffusionConfig config, SamplingSize size)
            throws IOException {
        PipelineFolder pipeline = PipelineFolder.open(folder);
        UNet2DConfig unet = unet(pipeline.component(RagDiffusionModel.UNET, UNET_CLASS));
        RagDiffusionConfig parts = pipeline.className().equals(CLASS)
                ? RagDiffusionConditioning.config(pipeline.component(RagDiffusionModel.CONDITIONING))
                : config;
        int multiple = 1 << (unet.blocks() - 1);
        if (size.height() % multiple != 0 || size.width() % multiple != 0) {
            throw new IllegalArgumentException("latents of " + size.height() + " x " + size.width()
                    + " cells must have sides that are multiples of " + multiple + " for " + folder);
        }
        return MemoryEstimate.of(unet, parts, vae(pipeline), size);
    }

    static UNet2DConfig unet(Path folder) throws IOException {
        return UNet2DConfigJson.read(CheckpointFolder.config(folder));
    }

    /** The VAE's configuration. */
    public static AutoencoderKLConfig vae(PipelineFolder pipeline) throws IOException {
        return AutoencoderKLConfig.read(CheckpointFolder.config(pipeline.component("vae", VAE_CLASS)));
    }

    static SchedulerConfig scheduler(Path folder) throws IOException {
        try {
            return SchedulerConfig.read(folder.resolve("scheduler_config.json"));
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(e.getMessage(), e);
        }
    }

    private static void requireEmpty(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (var files = Files.list(folder)) {
                if (files.findAny().isPresent()) {
                    throw new CheckpointException(
                            folder + " is not empty; give a new folder, so that no checkpoint is lost");
                }
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        List<Path> files;
        try (var all = Files.list(from)) {
            files = all.filter(Files::isRegularFile)
                    .filter(f -> f.toString().endsWith(".json") || f.toString().endsWith(".safetensors"))
                    .toList();
        }
        for (Path f : files) {
            AtomicFiles.write(to.resolve(f.getFileName().toString()), out -> Files.copy(f, out));
        }
    }
}
