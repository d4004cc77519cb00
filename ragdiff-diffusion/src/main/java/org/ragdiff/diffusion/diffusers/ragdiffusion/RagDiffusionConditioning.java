package org.ragdiff.diffusion.diffusers.ragdiffusion;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.nn.Module;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.CheckpointFolder;
import org.ragdiff.diffusion.diffusers.adapter.IPAdapter;
import org.ragdiff.diffusion.diffusers.unet.ReferenceGates;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;
import org.ragdiff.diffusion.unet.LandmarkGuider;

/**
 * What RAGDiffusion adds to a UNet besides ReferenceNet: {@code structure}, the Embedding Prompt Adapter (ê to tokens
 * with keys and values of their own for each cross-attention), {@code landmark}, the Landmark Guider, and {@code
 * reference}, how much of ReferenceNet each self-attention takes up. The last weights of each are zero at first.
 */
public final class RagDiffusionConditioning extends Module {
    private final RagDiffusionConfig config;
    private final IPAdapter structure;
    private final LandmarkGuider landmark;
    private final ReferenceGates reference;

    private RagDiffusionConditioning(SplittableRandom random, RagDiffusionConfig config, UNet2DConditionModel unet) {
        this.config = config;
        structure = child(
                "structure", IPAdapter.plain(random, config.structureDimension(), config.structureTokens(), unet));
        int first = unet.config().blockOutChannels().get(0);
        landmark = child("landmark", new LandmarkGuider(random, config.landmarkChannels(), first));
        reference = child("reference", new ReferenceGates(random, unet.crossAttentionChannels()));
    }

    /** New weights that change nothing yet, a function of the seed. */
    public static RagDiffusionConditioning random(RagDiffusionConfig config, UNet2DConfig unet, long seed) {
        return new RagDiffusionConditioning(new SplittableRandom(seed), config, UNet2DConditionModel.unset(unet));
    }

    /** Without weights: takes no memory until loaded. */
    public static RagDiffusionConditioning unset(RagDiffusionConfig config, UNet2DConfig unet) {
        return new RagDiffusionConditioning(null, config, UNet2DConditionModel.unset(unet));
    }

    /** The configuration of a folder that {@link #save} wrote. */
    public static RagDiffusionConfig config(Path folder) throws IOException {
        return RagDiffusionConfig.read(CheckpointFolder.config(folder));
    }

    /**
     * @param unet the network that it is for
     * @throws CheckpointException if the configuration has unknown keys or bad values, or listing every missing,
     *     unexpected and mis-shaped weight
     */
    public static RagDiffusionConditioning load(Path folder, UNet2DConfig unet) throws IOException {
        RagDiffusionConditioning made = unset(config(folder), unet);
        try {
            CheckpointFolder.load(folder, CheckpointFolder.DIFFUSERS, made, Optional::of);
            return made;
        } catch (IOException | RuntimeException e) {
            made.close();
            throw e;
        }
    }

    /** Writes a folder in diffusers' layout; {@code storage} is F32, F16 or BF16. */
    public void save(Path folder, Dtype storage) throws IOException {
        CheckpointFolder.save(folder, CheckpointFolder.DIFFUSERS, config.toJson(), this, storage);
    }

    public RagDiffusionConfig config() {
        return config;
    }

    /** The soft path. */
    public IPAdapter structure() {
        return structure;
    }

    /** The hard path. */
    public LandmarkGuider landmark() {
        return landmark;
    }

    /** The pattern path's part in the denoiser. */
    public ReferenceGates reference() {
        return reference;
    }
}
