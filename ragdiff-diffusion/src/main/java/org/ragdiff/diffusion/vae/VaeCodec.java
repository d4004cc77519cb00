package org.ragdiff.diffusion.vae;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.LatentCodec;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.Fingerprints;
import org.ragdiff.diffusion.PoolStack;

/** A trained {@link Vae} as a codec: latents are the posterior's mean, normalised. Thread-safe. */
public final class VaeCodec implements LatentCodec {
    private static final int CHUNK = 8;

    private final Vae vae;
    private final LatentScaling scaling;
    private final Kernels kernels;
    private final String fingerprint;
    private final PoolStack pools = new PoolStack();

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
        this.kernels = kernels;
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
        float[] raw = Encoding.means(vae, kernels, pools, images);
        scaling.normalise(raw);
        return array(raw, s[0], s[1] / factor(), s[2] / factor(), channels());
    }

    @Override
    public INDArray decode(INDArray latents) {
        require(latents, channels());
        long[] s = latents.shape();
        int cells = Math.toIntExact(s[1] * s[2] * s[3]);
        int pixels = Math.toIntExact(s[1] * s[2] * factor() * factor() * 3);
        float[] out = new float[Math.toIntExact(s[0] * pixels)];
        for (int from = 0; from < s[0]; from += CHUNK) {
            int count = (int) Math.min(CHUNK, s[0] - from);
            int first = from;
            float[] z = new float[count * cells];
            HostArrays.read(latents, (long) from * cells, z, 0, z.length);
            scaling.restore(z);
            pools.infer(kernels, tape -> {
                INDArray in = tape.allocate(count, s[1], s[2], s[3]);
                HostArrays.write(in, z);
                INDArray decoded = vae.decode(tape, tape.constant(in)).value();
                HostArrays.read(decoded, 0, out, first * pixels, count * pixels);
                return null;
            });
        }
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
        pools.close();
        vae.close();
    }
}
