package org.ragdiff.diffusion.diffusers.ragdiffusion;

import java.io.IOException;
import java.nio.file.Path;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel;

/**
 * The networks of RAGDiffusion on a Stable Diffusion backbone: the denoiser's UNet, ReferenceNet, which has the same
 * shape, and what joins them. Applying them is thread-safe.
 *
 * @param unet of the denoiser
 * @param referenceNet a UNet that sees the photo's clean latents once
 * @param conditioning the other new parts
 */
public record RagDiffusionModel(
        UNet2DConditionModel unet, UNet2DConditionModel referenceNet, RagDiffusionConditioning conditioning)
        implements AutoCloseable {
    static final String UNET = "unet";
    static final String REFERENCE_NET = "reference_unet";
    static final String CONDITIONING = "conditioning";

    public RagDiffusionModel {
        if (!unet.config().equals(referenceNet.config())) {
            throw new IllegalArgumentException(
                    "ReferenceNet must have the UNet's configuration: make it as a copy of the UNet");
        }
        if (unet.config().inChannels() != unet.config().outChannels()) {
            throw new IllegalArgumentException("a UNet with " + unet.config().inChannels() + " channels in and "
                    + unet.config().outChannels()
                    + " out reads more than latents; take one that is not for inpainting");
        }
    }

    /**
     * Builds the untrained model: ReferenceNet is a copy of the UNet, and what is new changes nothing, so that
     * predictions are the UNet's own whatever the conditions.
     *
     * @param unet becomes part of the model, not changed
     * @param seed of the new weights that are not zero
     */
    public static RagDiffusionModel around(UNet2DConditionModel unet, RagDiffusionConfig config, long seed) {
        UNet2DConditionModel copy = UNet2DConditionModel.unset(unet.config());
        copy.load(unet.state());
        return new RagDiffusionModel(unet, copy, RagDiffusionConditioning.random(config, unet.config(), seed));
    }

    /**
     * Reads {@code unet}, {@code reference_unet} and {@code conditioning} of a folder.
     *
     * @throws CheckpointException if one is missing or does not fit
     */
    public static RagDiffusionModel load(Path folder) throws IOException {
        UNet2DConditionModel unet = UNet2DConditionModel.load(folder.resolve(UNET));
        try {
            RagDiffusionConditioning conditioning =
                    RagDiffusionConditioning.load(folder.resolve(CONDITIONING), unet.config());
            try {
                UNet2DConditionModel reference = UNet2DConditionModel.load(folder.resolve(REFERENCE_NET));
                return new RagDiffusionModel(unet, reference, conditioning);
            } catch (IOException | RuntimeException e) {
                conditioning.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            unet.close();
            throw e;
        }
    }

    /** Writes the three folders; {@code storage} is F32, F16 or BF16. */
    public void save(Path folder, Dtype storage) throws IOException {
        unet.save(folder.resolve(UNET), storage);
        referenceNet.save(folder.resolve(REFERENCE_NET), storage);
        conditioning.save(folder.resolve(CONDITIONING), storage);
    }

    /** Smallest number of latent cells that sides are multiples of. */
    public int sideMultiple() {
        return 1 << (unet.config().blocks() - 1);
    }

    @Override
    public void close() {
        unet.close();
        referenceNet.close();
        conditioning.close();
    }
}
