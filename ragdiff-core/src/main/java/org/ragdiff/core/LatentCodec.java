package org.ragdiff.core;

import org.nd4j.linalg.api.ndarray.INDArray;

/** An autoencoder between images and latents: the decoding alignment's subject. Thread-safe. */
public interface LatentCodec extends AutoCloseable {
    /** Channels of the latents. */
    int channels();

    /** Pixels per latent cell along a side. */
    int factor();

    String fingerprint();

    /**
     * @param images [B, H, W, 3] float32 in [-1, 1], H and W multiples of {@link #factor()}; not
     *     modified
     * @return latents [B, H/factor, W/factor, channels] float32, scaled to about unit variance, owned
     *     by the caller
     */
    INDArray encode(INDArray images);

    /**
     * @param latents as {@link #encode} returns them; not modified
     * @return images [B, H, W, 3] float32, about [-1, 1], not clipped, owned by the caller
     */
    INDArray decode(INDArray latents);

    @Override
    void close();
}
