package org.ragdiff.cli.checkpoint;

import org.ragdiff.cli.BadInputException;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKLConfig;
import org.ragdiff.diffusion.diffusers.vae.Tiling;
import picocli.CommandLine.Option;

/** Options of how large pictures are. */
final class PictureSizeOptions {
    private static final int MOST_PIXELS = 4096;

    @Option(names = "--size", paramLabel = "PIXELS", description = "Side of the picture (default: the networks').")
    private Integer size;

    @Option(names = "--tiling", description = "Works on large pictures in tiles of the VAE's own size, in less memory.")
    private boolean tiling;

    /** The side in pixels. */
    int pixels(UNet2DConfig unet, AutoencoderKLConfig vae) {
        int pixels = size == null ? Math.max(1, unet.sampleSize()) * vae.factor() : size;
        int unit = vae.factor() << (unet.blocks() - 1);
        if (pixels < unit || pixels > MOST_PIXELS || pixels % unit != 0) {
            throw new BadInputException("--size must be a multiple of " + unit + " up to " + MOST_PIXELS
                    + " for this pipeline, got " + pixels);
        }
        return pixels;
    }

    Tiling tiling(AutoencoderKLConfig vae) {
        return tiling ? Tiling.of(vae) : Tiling.NONE;
    }
}
