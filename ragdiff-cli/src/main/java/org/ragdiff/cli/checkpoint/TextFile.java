package org.ragdiff.cli.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.core.io.SafetensorsFile;
import org.ragdiff.diffusion.diffusers.pipeline.TextCondition;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;

/**
 * Encoded prompts, under the names of diffusers' arguments: {@code prompt_embeds} and {@code
 * negative_prompt_embeds} [1, T, D], for SDXL {@code pooled_prompt_embeds} and {@code
 * negative_pooled_prompt_embeds} [1, P].
 */
final class TextFile {
    private TextFile() {}

    /**
     * @param negative whether the negative prompt is meant
     * @param pixels side of the picture, for SDXL's time ids
     */
    static TextCondition read(Path file, boolean negative, UNet2DConfig config, int pixels) throws IOException {
        String prefix = negative ? "negative_" : "";
        try (SafetensorsFile f = SafetensorsFile.open(file)) {
            INDArray hidden = f.readFloat(prefix + "prompt_embeds");
            require(file, prefix + "prompt_embeds", hidden, 3, width(config));
            INDArray pooled = null;
            if (config.textTime() != null) {
                pooled = f.readFloat(prefix + "pooled_prompt_embeds");
                require(file, prefix + "pooled_prompt_embeds", pooled, 2, pooledWidth(config));
            }
            return condition(hidden, pooled, pixels);
        }
    }

    private static TextCondition condition(INDArray hidden, INDArray pooled, int pixels) {
        double[] ids = {pixels, pixels, 0, 0, pixels, pixels};
        return new TextCondition(hidden, pooled, pooled == null ? null : ids);
    }

    private static int width(UNet2DConfig config) {
        return config.crossAttentionDim().get(0);
    }

    private static int pooledWidth(UNet2DConfig config) {
        return config.textTime().inputDim() - 6 * config.textTime().timeEmbedDim();
    }

    private static void require(Path file, String name, INDArray a, int rank, int width) {
        if (a.rank() != rank || a.size(0) != 1 || a.size(rank - 1) != width) {
            throw new BadInputException(file + ": " + name + " must be of one prompt with " + rank
                    + " dimensions, the last of " + width + ", got " + java.util.Arrays.toString(a.shape()));
        }
    }
}
