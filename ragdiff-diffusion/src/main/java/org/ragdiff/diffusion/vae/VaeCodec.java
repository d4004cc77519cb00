package org.ragdiff.diffusion.vae;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.LatentCodec;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.Fingerprints;

/** A trained {@link Vae} as a codec: latents are the posterior's mean, normalised. Thread-safe. */
public final class VaeCodec implements LatentCodec {
    private final Vae vae;
    private final LatentScaling scaling;
    private final String fingerprint;
    private final VaePlans plans;

    /**
     * @param vae closed with this codec; its weights must not change any more
     * @param kernels not closed
     */
    public VaeCodec(Vae vae, LatentScaling scaling, Kernels kernels) {
        if (scaling.channels() != vae.config().latentChannels()) {
            throw new IllegalArgumentException("latent scaling for " + scaling.channels() + " channels, the VAE has "
                    + vae.config().latentChannels());
        }
        this.vae = vae;
        this.scaling = scaling;
        this.plans = new VaePlans(vae, kernels);
        String configuration = vae.config() + Arrays.toString(scaling.mean()) + Arrays.toString(scaling.deviation());
        this.fingerprint = Fingerprints.of(configuration, vae.state());
    }

    @Override
    public int channels() {
        return vae.config().latentChannels();
    }

    @Override
    public int factor() {
        return vae.config().factor();
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    public LatentScaling scaling() {
        return scaling;
    }

    @Override
    public INDArray encode(INDArray images) {
        long[] s = images.shape();
        require(images, 3);
        if (s[1] % factor() != 0 || s[2] % factor() != 0) {
            throw new IllegalArgumentException("image height " + s[1] + " and width " + s[2] + " must be multiples of "
                    + factor() + "; resize first");
        }
        float[] raw = plans.means(images);
        scaling.normalise(raw);
        return array(raw, s[0], s[1] / factor(), s[2] / factor(), channels());
    }

    @Override
    public INDArray decode(INDArray latents) {
        require(latents, channels());
        long[] s = latents.shape();
        float[] z = HostArrays.read(latents);
        scaling.restore(z);
        float[] out = plans.decode(z, s);
        return array(out, s[0], s[1] * factor(), s[2] * factor(), 3);
    }

    private static void require(INDArray a, int channels) {
        if (a.rank() != 4 || a.size(3) != channels || a.dataType() != DataType.FLOAT || a.ordering() != 'c') {
            throw new IllegalArgumentException("expected a float32 array [B, H, W, " + channels + "] in 'c' order, got "
                    + a.dataType() + " " + Arrays.toString(a.shape()));
        }
    }

    private static INDArray array(float[] values, long... shape) {
        INDArray a = Nd4j.createUninitializedDetached(DataType.FLOAT, shape);
        HostArrays.write(a, values);
        return a;
    }

    @Override
    public void close() {
        plans.close();
        vae.close();
    }
}
