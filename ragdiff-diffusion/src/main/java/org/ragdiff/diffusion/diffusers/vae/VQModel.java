package org.ragdiff.diffusion.diffusers.vae;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.nn.Initializer;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.Parameter;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.diffusers.CheckpointFolder;

/**
 * A codec with a codebook (van den Oord et al. 2017; Esser et al. 2021, VQGAN) as diffusers' VQModel: decoding rounds
 * each latent to the codebook's nearest entry. For inference: rounding has no gradient. Applying it is thread-safe.
 */
public final class VQModel extends Module {
    private final VQModelConfig config;
    private final Encoder encoder;
    private final Decoder decoder;
    private final Conv2d quantConv;
    private final Conv2d postQuantConv;
    private final Parameter codebook;

    private VQModel(SplittableRandom random, VQModelConfig config) {
        this.config = config;
        int latent = config.layers().latentChannels();
        int c = config.embeddingChannels();
        encoder = child("encoder", new Encoder(random, config.layers(), latent));
        quantConv = child("quant_conv", new Conv2d(random, latent, c, 1));
        codebook = parameter(
                "quantize.embedding.weight",
                Initializer.uniform(random, 1.0 / config.embeddings()),
                config.embeddings(),
                c);
        postQuantConv = child("post_quant_conv", new Conv2d(random, c, latent, 1));
        decoder = child("decoder", new Decoder(random, config.layers()));
    }

    /** New weights as diffusers initialises them, a function of the seed. */
    public static VQModel random(VQModelConfig config, long seed) {
        return new VQModel(new SplittableRandom(seed), config);
    }

    /** Without weights: takes no memory until {@link #load(java.util.Map) loaded}. */
    public static VQModel unset(VQModelConfig config) {
        return new VQModel(null, config);
    }

    /**
     * Reads {@code config.json} and weights of a folder such as {@code vqvae}.
     *
     * @throws org.ragdiff.diffusion.diffusers.CheckpointException if the configuration needs what is not implemented,
     *     or listing every missing, unexpected and mis-shaped weight
     */
    public static VQModel load(Path folder) throws IOException {
        VQModel model = unset(VQModelConfig.read(CheckpointFolder.config(folder)));
        return CheckpointFolder.loaded(folder, model, name -> Optional.of(AutoencoderKL.currentName(name)));
    }

    /** Writes a folder that diffusers loads; {@code storage} is F32, F16 or BF16. */
    public void save(Path folder, Dtype storage) throws IOException {
        CheckpointFolder.save(folder, CheckpointFolder.DIFFUSERS, config.toJson(), this, storage);
    }

    public VQModelConfig config() {
        return config;
    }

    /** Images [N, H, W, in_channels] in [-1, 1] to latents [N, h, w, vq_embed_dim], not rounded. */
    public Var encode(Tape t, Var images) {
        return quantConv.apply(t, encoder.apply(t, images));
    }

    /** Latents [N, h, w, vq_embed_dim], rounded first, to images [N, h·f, w·f, out_channels], not clipped. */
    public Var decode(Tape t, Var latents) {
        return decoder.apply(t, postQuantConv.apply(t, rounded(t, latents)));
    }

    private Var rounded(Tape t, Var latents) {
        int c = config.embeddingChannels();
        if (latents.rank() != 4 || latents.size(3) != c) {
            throw new IllegalArgumentException(
                    "latents must be [N, h, w, " + c + "], got " + java.util.Arrays.toString(latents.shape()));
        }
        float[] z = HostArrays.read(latents.value());
        float[] entries = HostArrays.read(codebook.value());
        for (int at = 0; at < z.length; at += c) {
            System.arraycopy(entries, nearest(z, at, entries, c), z, at, c);
        }
        INDArray out = t.allocate(latents.shape());
        HostArrays.write(out, z);
        return t.constant(out);
    }

    /** Where the entry with the smallest Euclidean distance begins; the first of several. */
    private static int nearest(float[] z, int at, float[] entries, int c) {
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int e = 0; e < entries.length; e += c) {
            double distance = 0;
            for (int i = 0; i < c; i++) {
                double d = z[at + i] - entries[e + i];
                distance += d * d;
            }
            if (distance < least) {
                least = distance;
                best = e;
            }
        }
        return best;
    }
}
