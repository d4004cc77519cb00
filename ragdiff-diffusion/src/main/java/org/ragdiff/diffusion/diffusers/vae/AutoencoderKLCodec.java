package org.ragdiff.diffusion.diffusers.vae;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.LatentCodec;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.Fingerprints;

/**
 * An {@link AutoencoderKL} as a codec: latents are the posterior's mean, shifted and scaled. Images go through one by
 * one, large ones in tiles, each with memory of its own that is freed behind it. Thread-safe.
 */
public final class AutoencoderKLCodec implements LatentCodec {
    private final AutoencoderKL vae;
    private final Tiling tiling;
    private final Kernels kernels;
    private final Supplier<String> fingerprint;
    private final AtomicBoolean closed;

    /**
     * @param vae closed with this codec; its weights must not change any more
     * @param tiling {@link Tiling#NONE} for whole images
     * @param kernels not closed
     */
    public AutoencoderKLCodec(AutoencoderKL vae, Tiling tiling, Kernels kernels) {
        this(vae, tiling, kernels, new AtomicBoolean());
    }

    private AutoencoderKLCodec(AutoencoderKL vae, Tiling tiling, Kernels kernels, AtomicBoolean closed) {
        this.closed = closed;
        this.vae = vae;
        this.tiling = tiling;
        this.kernels = kernels;
        // Tens of millions of weights are not read twice unless somebody asks.
        this.fingerprint = Suppliers.memoize(() -> Fingerprints.of(vae.config() + "|" + tiling, vae.state()));
    }

    /** The same VAE with other tiles; closing either closes both. */
    public AutoencoderKLCodec withTiling(Tiling other) {
        return new AutoencoderKLCodec(vae, other, kernels, closed);
    }

    public AutoencoderKL vae() {
        return vae;
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
        return fingerprint.get();
    }

    @Override
    public INDArray encode(INDArray images) {
        int c = vae.config().inChannels();
        require("images", images, c);
        long[] s = images.shape();
        if (s[1] % factor() != 0 || s[2] % factor() != 0) {
            throw new IllegalArgumentException("image height " + s[1] + " and width " + s[2] + " must be multiples of "
                    + factor() + "; resize first");
        }
        float[] z = encode(HostArrays.read(images), (int) s[1], (int) s[2]);
        return array(z, s[0], s[1] / factor(), s[2] / factor(), channels());
    }

    @Override
    public INDArray decode(INDArray latents) {
        require("latents", latents, channels());
        long[] s = latents.shape();
        float[] images = decode(HostArrays.read(latents), (int) s[1], (int) s[2]);
        return array(
                images, s[0], s[1] * factor(), s[2] * factor(), vae.config().outChannels());
    }

    /**
     * @param images row-major [B, height, width, in_channels] in [-1, 1], sides multiples of {@link #factor}; not
     *     modified
     * @return scaled latents, row-major [B, height / factor, width / factor, channels]
     */
    public float[] encode(float[] images, int height, int width) {
        int f = factor();
        int in = vae.config().inChannels();
        Tiles tiles = new Tiles(tiling.sampleSide(), in, tiling.latentSide(), channels(), tiling.overlap());
        Tiles.Work work =
                (x, h, w) -> infer(x, h, w, in, (t, v) -> vae.encode(t, v).mean());
        boolean cut = Math.max(height, width) > tiling.sampleSide();
        float[] out = each(
                images,
                "image",
                height,
                width,
                in,
                height / f * (width / f) * channels(),
                x -> cut ? tiles.run(x, height, width, work) : work.apply(x, height, width));
        vae.scale(out);
        return out;
    }

    /**
     * @param latents scaled, row-major [B, height, width, channels]; not modified
     * @return images in about [-1, 1], row-major [B, height · factor, width · factor, out_channels], not clipped
     */
    public float[] decode(float[] latents, int height, int width) {
        int f = factor();
        int outChannels = vae.config().outChannels();
        Tiles tiles = new Tiles(tiling.latentSide(), channels(), tiling.sampleSide(), outChannels, tiling.overlap());
        Tiles.Work work = (z, h, w) -> infer(z, h, w, channels(), vae::decode);
        boolean cut = Math.max(height, width) > tiling.latentSide();
        int pixels = Math.multiplyExact(Math.multiplyExact(height * f, width * f), outChannels);
        return each(latents, "latent", height, width, channels(), pixels, z -> {
            vae.unscale(z);
            return cut ? tiles.run(z, height, width, work) : work.apply(z, height, width);
        });
    }

    private static float[] each(float[] all, String what, int height, int width, int channels, int outEach, Half half) {
        int size = Math.multiplyExact(Math.multiplyExact(height, width), channels);
        if (size == 0 || all.length % size != 0) {
            throw new IllegalArgumentException(
                    all.length + " values are no " + what + "s of " + height + " x " + width + " cells");
        }
        int count = all.length / size;
        float[] out = new float[Math.multiplyExact(count, outEach)];
        for (int i = 0; i < count; i++) {
            float[] one = half.apply(Arrays.copyOfRange(all, i * size, (i + 1) * size));
            System.arraycopy(one, 0, out, i * outEach, outEach);
        }
        return out;
    }

    /** One image or its latents to the other. */
    @FunctionalInterface
    private interface Half {
        float[] apply(float[] one);
    }

    private float[] infer(float[] values, int h, int w, int channels, BiFunction<Tape, Var, Var> network) {
        if (closed.get()) {
            throw new IllegalStateException("the codec is closed");
        }
        try (TensorPool pool = new TensorPool();
                Tape tape = Tape.inference(kernels, pool)) {
            INDArray in = tape.allocate(1, h, w, channels);
            HostArrays.write(in, values);
            return HostArrays.read(network.apply(tape, tape.constant(in)).value());
        }
    }

    private static void require(String name, INDArray a, int channels) {
        if (a.rank() != 4 || a.size(3) != channels || a.dataType() != DataType.FLOAT || a.ordering() != 'c') {
            throw new IllegalArgumentException(name + " must be float32 [B, H, W, " + channels + "] in 'c' order, got "
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
        if (!closed.getAndSet(true)) {
            vae.close();
        }
    }
}
