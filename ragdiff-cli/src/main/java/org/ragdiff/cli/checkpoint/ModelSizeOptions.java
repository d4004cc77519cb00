package org.ragdiff.cli.checkpoint;

import java.util.Locale;
import org.bytedeco.javacpp.Pointer;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.diffusion.diffusers.ragdiffusion.SamplingSize;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKLConfig;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options on which memory depends. */
final class ModelSizeOptions {
    @Mixin
    private PictureSizeOptions picture;

    @Option(
            names = "--memory",
            paramLabel = "BYTES",
            description = "Most memory off the heap, such as 12g; more is refused before weights are read (default:"
                    + " what the launcher allows, RAGDIFF_MEMORY).")
    private String memory;

    /** The side in pixels. */
    int pixels(UNet2DConfig unet, AutoencoderKLConfig vae) {
        return picture.pixels(unet, vae);
    }

    /** @param rows predictions of one step */
    SamplingSize size(UNet2DConfig unet, AutoencoderKLConfig vae, int rows, int references) {
        int cells = pixels(unet, vae) / vae.factor();
        return SamplingSize.of(cells, cells).withRows(rows, references).withTiling(picture.tiling(vae));
    }

    /** Bytes that may be taken. */
    long budget() {
        if (memory == null) {
            long limit = Pointer.maxPhysicalBytes();
            return limit > 0 ? limit : Long.MAX_VALUE;
        }
        String text = memory.trim().toLowerCase(Locale.ROOT);
        int shift = text.endsWith("g") ? 30 : text.endsWith("m") ? 20 : text.endsWith("k") ? 10 : 0;
        try {
            double value = Double.parseDouble(shift == 0 ? text : text.substring(0, text.length() - 1));
            if (value > 0 && value < 1e15) {
                return (long) (value * (1L << shift));
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new BadInputException("--memory is a number of bytes, such as 12g or 800m, got " + memory);
    }
}
