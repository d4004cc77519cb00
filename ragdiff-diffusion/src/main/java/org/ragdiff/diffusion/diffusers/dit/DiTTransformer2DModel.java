package org.ragdiff.diffusion.diffusers.dit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.io.FloatMemory;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.PlainLayerNorm;
import org.ragdiff.core.tensor.Convolution;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.diffusers.CheckpointFolder;
import org.ragdiff.diffusion.diffusers.unet.SinusoidalCode;

/**
 * The diffusion transformer DiT (Peebles and Xie 2023, "Scalable Diffusion Models with Transformers") as diffusers'
 * class of that name: patches of latents as tokens, conditioned on a class. Applying it is thread-safe.
 */
public final class DiTTransformer2DModel extends Module {
    private static final double EPS = 1e-6;
    private static final SinusoidalCode CODE = new SinusoidalCode(LabelEmbedding.CODE, true, 1);

    private final DiTConfig config;
    private final PlainLayerNorm norm;
    private final PlainLayerNorm blockNorm;
    private final INDArray positions;
    private final Conv2d patches;
    private final List<DiTBlock> blocks = new ArrayList<>();
    private final Linear modulation;
    private final Linear projection;

    private DiTTransformer2DModel(SplittableRandom random, DiTConfig config) {
        this.config = config;
        int c = config.channels();
        int p = config.patchSize();
        norm = new PlainLayerNorm(c, EPS);
        blockNorm = new PlainLayerNorm(c, config.normEps());
        positions = FloatMemory.array(positions(config.grid(), c), (long) config.grid() * config.grid(), c);
        patches = child("pos_embed.proj", new Conv2d(random, config.inChannels(), c, p, Convolution.of(p, 0)));
        for (int i = 0; i < config.layers(); i++) {
            blocks.add(child("transformer_blocks." + i, new DiTBlock(random, config, norm, blockNorm)));
        }
        modulation = child("proj_out_1", new Linear(random, c, 2 * c));
        projection = child("proj_out_2", new Linear(random, c, p * p * config.outChannels()));
    }

    /** New weights as torch.nn initialises them, a function of the seed. */
    public static DiTTransformer2DModel random(DiTConfig config, long seed) {
        return new DiTTransformer2DModel(new SplittableRandom(seed), config);
    }

    /** Without weights: takes no memory but for tables until {@link #load(java.util.Map) loaded}. */
    public static DiTTransformer2DModel unset(DiTConfig config) {
        return new DiTTransformer2DModel(null, config);
    }

    /**
     * Reads {@code config.json} and weights of a folder such as {@code transformer}.
     *
     * @throws org.ragdiff.diffusion.diffusers.CheckpointException if the configuration needs what is not implemented,
     *     or listing every missing, unexpected and mis-shaped weight
     */
    public static DiTTransformer2DModel load(Path folder) throws IOException {
        DiTTransformer2DModel model = unset(DiTConfig.read(CheckpointFolder.config(folder)));
        // The table of positions is a function of the configuration.
        return CheckpointFolder.loaded(
                folder, model, name -> name.equals("pos_embed.pos_embed") ? Optional.empty() : Optional.of(name));
    }

    /** Writes a folder that diffusers loads; {@code storage} is F32, F16 or BF16. */
    public void save(Path folder, Dtype storage) throws IOException {
        CheckpointFolder.save(folder, CheckpointFolder.DIFFUSERS, config.toJson(), this, storage);
    }

    public DiTConfig config() {
        return config;
    }

    /** Codes of N timesteps, row-major [N, 256]: what {@link #apply} takes. */
    public static float[] timeCode(double... timesteps) {
        return CODE.of(timesteps);
    }

    /**
     * @param latents [N, sample_size, sample_size, in_channels]
     * @param timeCode [N, 256] of {@link #timeCode}
     * @param labels N classes; {@link DiTConfig#classes} for none
     * @return [N, sample_size, sample_size, out_channels]
     */
    public Var apply(Tape t, Var latents, Var timeCode, int[] labels) {
        long[] expected = {labels.length, config.sampleSize(), config.sampleSize(), config.inChannels()};
        if (!Arrays.equals(latents.shape(), expected)) {
            throw new IllegalArgumentException(
                    "latents must be " + Arrays.toString(expected) + ", got " + Arrays.toString(latents.shape()));
        }
        Var h = Shapes.tokens(t, patches.apply(t, latents));
        h = Elementwise.addToSamples(t, h, t.constant(positions));
        for (DiTBlock b : blocks) {
            h = b.apply(t, h, timeCode, labels);
        }
        Var both = modulation.apply(t, blocks.get(0).embedding().apply(t, timeCode, labels));
        int c = config.channels();
        Var shift = Shapes.sliceChannels(t, both, 0, c);
        Var scale = Shapes.sliceChannels(t, both, c, c);
        return unpatched(t, projection.apply(t, PlainLayerNorm.modulated(t, norm.apply(t, h), scale, shift)));
    }

    /** Tokens [N, grid · grid, p · p · out] to maps. */
    private Var unpatched(Tape t, Var tokens) {
        long n = tokens.size(0);
        int p = config.patchSize();
        int side = config.sampleSize();
        Var rows = Shapes.reshape(t, tokens, n * config.grid(), config.grid(), p, (long) p * config.outChannels());
        return Shapes.reshape(t, Shapes.swapMiddle(t, rows), n, side, side, config.outChannels());
    }

    /** Sines and cosines of the column, then of the row, of each patch (He et al. 2022). */
    private static float[] positions(int grid, int channels) {
        int quarter = channels / 4;
        float[] out = new float[grid * grid * channels];
        for (int i = 0; i < grid * grid; i++) {
            for (int axis = 0; axis < 2; axis++) {
                int at = axis == 0 ? i % grid : i / grid;
                int from = i * channels + axis * 2 * quarter;
                for (int k = 0; k < quarter; k++) {
                    double angle = at * Math.pow(10000, -(double) k / quarter);
                    out[from + k] = (float) Math.sin(angle);
                    out[from + quarter + k] = (float) Math.cos(angle);
                }
            }
        }
        return out;
    }

    @Override
    public void close() {
        super.close();
        norm.close();
        blockNorm.close();
        positions.close();
    }
}
