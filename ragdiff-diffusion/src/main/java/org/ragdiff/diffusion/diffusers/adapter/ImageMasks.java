package org.ragdiff.diffusion.diffusers.adapter;

import java.util.ArrayList;
import java.util.List;
import org.ragdiff.core.tensor.AxisMap;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;

/**
 * Masks of image prompts at the sizes of a UNet's feature maps, resized as torch does for diffusers:
 * bicubic (Keys 1981, a = −0.75), without smoothing before. Stateless.
 */
public final class ImageMasks {
    private ImageMasks() {}

    /** Factors of one resolution, row-major [N, tokens, channels], the same for all samples. */
    public record Level(int tokens, int channels, float[] factors) {}

    /**
     * @param mask row-major [height, width], 1 where the prompt counts
     * @param latentHeight height of the latents that the UNet reads
     * @param batch samples
     * @return for each resolution, finest first
     */
    public static List<Level> of(
            UNet2DConfig unet, float[] mask, int height, int width, int latentHeight, int latentWidth, int batch) {
        if (mask.length != (long) height * width) {
            throw new IllegalArgumentException(
                    "a mask of " + height + " x " + width + " needs as many values, got " + mask.length);
        }
        List<Level> levels = new ArrayList<>();
        int h = latentHeight;
        int w = latentWidth;
        for (int i = 0; i < unet.blocks(); i++) {
            int c = unet.blockOutChannels().get(i);
            float[] small = resize(mask, height, width, h, w);
            float[] all = new float[Math.multiplyExact(Math.multiplyExact(batch, small.length), c)];
            for (int j = 0; j < all.length; j++) {
                all[j] = small[j / c % small.length];
            }
            levels.add(new Level(small.length, c, all));
            int pad = unet.downsamplePadding();
            h = (h + pad) / 2;
            w = (w + pad) / 2;
        }
        return levels;
    }

    private static float[] resize(float[] in, int h, int w, int outH, int outW) {
        AxisMap rows = AxisMap.bicubic(h, outH, false);
        AxisMap columns = AxisMap.bicubic(w, outW, false);
        float[] out = new float[Math.multiplyExact(outH, outW)];
        for (int y = 0; y < outH; y++) {
            for (int x = 0; x < outW; x++) {
                float sum = 0;
                for (int i = 0; i < 4; i++) {
                    for (int j = 0; j < 4; j++) {
                        float weight = rows.weight()[y][i] * columns.weight()[x][j];
                        sum += weight * in[rows.source()[y][i] * w + columns.source()[x][j]];
                    }
                }
                out[y * outW + x] = sum;
            }
        }
        return out;
    }
}
