package org.ragdiff.diffusion.diffusers.pipeline;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConfig;

/**
 * What a text encoder made of prompts. Arrays are float32, 'c' order, not modified and not closed.
 *
 * @param hiddenStates [B, T, D]
 * @param pooled [B, P] for SDXL, else null
 * @param timeIds for SDXL rows of six: original height and width, crop top and left, target height and width;
 *     else null
 */
public record TextCondition(INDArray hiddenStates, INDArray pooled, double[] timeIds) {
    private static final int CLIP_TOKENS = 77;

    public TextCondition {
        require("hiddenStates", hiddenStates, 3);
        if ((pooled == null) != (timeIds == null)) {
            throw new IllegalArgumentException("pooled text and time ids come together: give both or neither");
        }
        if (pooled != null) {
            require("pooled", pooled, 2);
            if (pooled.size(0) != hiddenStates.size(0) || timeIds.length != 6 * pooled.size(0)) {
                throw new IllegalArgumentException(
                        hiddenStates.size(0) + " prompts need as many rows of pooled text and"
                                + " of six time ids, got " + Arrays.toString(pooled.shape()) + " and " + timeIds.length
                                + " ids");
            }
            timeIds = timeIds.clone();
        }
    }

    private static void require(String name, INDArray a, int rank) {
        if (a.rank() != rank || a.dataType() != DataType.FLOAT || a.ordering() != 'c' || a.length() == 0) {
            throw new IllegalArgumentException(name + " must be float32 in 'c' order with " + rank + " dimensions, got "
                    + a.dataType() + " " + Arrays.toString(a.shape()));
        }
    }

    /** Without SDXL's additions. */
    public static TextCondition of(INDArray hiddenStates) {
        return new TextCondition(hiddenStates, null, null);
    }

    /**
     * Zeros in the place of one encoded prompt, for networks that are steered otherwise.
     *
     * @param pixels side of the picture, for SDXL's time ids
     */
    public static TextCondition zeros(UNet2DConfig config, int pixels) {
        INDArray hidden = Nd4j.create(
                DataType.FLOAT, 1, CLIP_TOKENS, config.crossAttentionDim().get(0));
        if (config.textTime() == null) {
            return of(hidden);
        }
        int pooled = config.textTime().inputDim() - 6 * config.textTime().timeEmbedDim();
        double[] ids = {pixels, pixels, 0, 0, pixels, pixels};
        return new TextCondition(hidden, Nd4j.create(DataType.FLOAT, 1, pooled), ids);
    }

    /** One prompt for several pictures; copies. */
    public TextCondition repeated(int count) {
        if (batch() != 1) {
            throw new IllegalArgumentException("one prompt can be repeated, got " + batch());
        }
        if (count == 1) {
            return this;
        }
        double[] ids = null;
        if (timeIds != null) {
            ids = new double[6 * count];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = timeIds[i % 6];
            }
        }
        INDArray hidden = rows(hiddenStates, count, hiddenStates.size(1), hiddenStates.size(2));
        INDArray added = pooled == null ? null : rows(pooled, count, pooled.size(1));
        return new TextCondition(hidden, added, ids);
    }

    private static INDArray rows(INDArray row, int count, long... shape) {
        long[] all = new long[shape.length + 1];
        all[0] = count;
        System.arraycopy(shape, 0, all, 1, shape.length);
        INDArray out = Nd4j.createUninitializedDetached(DataType.FLOAT, all);
        for (int i = 0; i < count; i++) {
            HostArrays.copy(row, 0, out, i * row.length(), row.length());
        }
        return out;
    }

    /** Number of prompts B. */
    public int batch() {
        return Math.toIntExact(hiddenStates.size(0));
    }
}
