package org.ragdiff.diffusion.pipeline;

import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.AlignedPhoto;
import org.ragdiff.core.LatentCodec;
import org.ragdiff.core.tensor.HostArrays;

/** What the reference network reads of aligned photos. Stateless. */
public final class ReferenceLatents {
    private ReferenceLatents() {}

    /**
     * @param photos of one side, a multiple of the codec's factor
     * @param visibility whether each cell's visibility follows its latent channels, in [-1, 1]
     * @return [B, h, w, C] or [B, h, w, C + 1], owned by the caller
     */
    public static INDArray of(List<AlignedPhoto> photos, LatentCodec codec, boolean visibility) {
        try (INDArray pixels = pixels(photos)) {
            INDArray latents = codec.encode(pixels);
            return visibility ? joined(photos, latents) : latents;
        }
    }

    private static INDArray pixels(List<AlignedPhoto> photos) {
        int side = photos.get(0).side();
        float[] all = new float[3 * photos.size() * side * side];
        for (int i = 0; i < photos.size(); i++) {
            float[] one = photos.get(i).colours();
            System.arraycopy(one, 0, all, i * one.length, one.length);
        }
        INDArray out = Nd4j.createUninitializedDetached(DataType.FLOAT, photos.size(), side, side, 3);
        HostArrays.write(out, all);
        return out;
    }

    private static INDArray joined(List<AlignedPhoto> photos, INDArray latents) {
        try (latents) {
            long[] shape = latents.shape().clone();
            int channels = Math.toIntExact(shape[3]);
            int cells = Math.toIntExact(shape[1]);
            float[] z = HostArrays.read(latents);
            float[] out = new float[z.length / channels * (channels + 1)];
            for (int i = 0; i < photos.size(); i++) {
                float[] seen = photos.get(i).visibility(cells);
                for (int j = 0; j < seen.length; j++) {
                    int cell = i * seen.length + j;
                    System.arraycopy(z, cell * channels, out, cell * (channels + 1), channels);
                    out[cell * (channels + 1) + channels] = 2 * seen[j] - 1;
                }
            }
            shape[3] = channels + 1;
            INDArray joined = Nd4j.createUninitializedDetached(DataType.FLOAT, shape);
            HostArrays.write(joined, out);
            return joined;
        }
    }
}
