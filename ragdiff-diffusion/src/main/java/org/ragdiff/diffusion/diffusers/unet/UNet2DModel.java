package org.ragdiff.diffusion.diffusers.unet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.nn.GroupNorm;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.ResnetBlock;
import org.ragdiff.core.nn.TimestepEmbedding;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.diffusers.AttentionBlock;
import org.ragdiff.diffusion.diffusers.CheckpointFolder;
import org.ragdiff.diffusion.diffusers.vae.AutoencoderKL;

/**
 * The denoiser of unconditional diffusion (Ho et al. 2020) as diffusers' UNet2DModel, which reads nothing but maps and
 * the timestep. Applying it is thread-safe.
 */
public final class UNet2DModel extends Module {
    private final UNet2DModelConfig config;
    private final Conv2d convIn;
    private final TimestepEmbedding timeEmbedding;
    private final List<MapBlock> down = new ArrayList<>();
    private final ResnetBlock mid1;
    private final AttentionBlock midAttention;
    private final ResnetBlock mid2;
    private final List<MapBlock> up = new ArrayList<>();
    private final GroupNorm normOut;
    private final Conv2d convOut;

    private UNet2DModel(SplittableRandom random, UNet2DModelConfig config) {
        this.config = config;
        List<Integer> channels = config.blockOutChannels();
        int first = channels.get(0);
        int last = channels.size() - 1;
        int c = channels.get(last);
        convIn = child("conv_in", new Conv2d(random, config.inChannels(), first, 3));
        timeEmbedding = child("time_embedding", new TimestepEmbedding(random, first, 4 * first));
        for (int i = 0; i <= last; i++) {
            down.add(child("down_blocks." + i, MapBlock.down(random, config, i)));
        }
        ResnetBlock.Shape shape = ResnetBlock.Shape.of(c, c, 4 * first, config.normGroups(), config.normEps())
                .withScale(config.midScale());
        mid1 = child("mid_block.resnets.0", new ResnetBlock(random, shape));
        midAttention = !config.midAttention()
                ? null
                : child(
                        "mid_block.attentions.0",
                        new AttentionBlock(
                                random, c, config.heads(c), config.normGroups(), config.normEps(), config.midScale()));
        mid2 = child("mid_block.resnets.1", new ResnetBlock(random, shape));
        for (int i = 0; i <= last; i++) {
            up.add(child("up_blocks." + i, MapBlock.up(random, config, last - i)));
        }
        normOut = child("conv_norm_out", new GroupNorm(config.normGroups(), first, config.normEps()));
        convOut = child("conv_out", new Conv2d(random, first, config.outChannels(), 3));
    }

    /** New weights as torch.nn initialises them, a function of the seed. */
    public static UNet2DModel random(UNet2DModelConfig config, long seed) {
        return new UNet2DModel(new SplittableRandom(seed), config);
    }

    /** Without weights: takes no memory until {@link #load(java.util.Map) loaded}. */
    public static UNet2DModel unset(UNet2DModelConfig config) {
        return new UNet2DModel(null, config);
    }

    /**
     * Reads {@code config.json} and weights of a folder such as {@code unet}.
     *
     * @throws org.ragdiff.diffusion.diffusers.CheckpointException if the configuration needs what is not implemented,
     *     or listing every missing, unexpected and mis-shaped weight
     */
    public static UNet2DModel load(Path folder) throws IOException {
        UNet2DModel model = unset(UNet2DModelConfig.read(CheckpointFolder.config(folder)));
        return CheckpointFolder.loaded(folder, model, name -> Optional.of(AutoencoderKL.currentName(name)));
    }

    /** Writes a folder that diffusers loads; {@code storage} is F32, F16 or BF16. */
    public void save(Path folder, Dtype storage) throws IOException {
        CheckpointFolder.save(folder, CheckpointFolder.DIFFUSERS, config.toJson(), this, storage);
    }

    public UNet2DModelConfig config() {
        return config;
    }

    /**
     * @param sample [N, H, W, in_channels]; sides that all blocks can halve
     * @param timeCode [N, channels of the first block] of {@link UNet2DModelConfig#timeCode}
     * @return [N, H, W, out_channels]
     */
    public Var apply(Tape t, Var sample, Var timeCode) {
        int halvings = config.blockOutChannels().size() - 1;
        UNetWayDown.require("sample", sample, -1, -1, -1, config.inChannels());
        UNetWayDown.require(
                "timeCode", timeCode, sample.size(0), config.timeCode().channels());
        if (((sample.size(1) | sample.size(2)) & (1 << halvings) - 1) != 0) {
            throw new IllegalArgumentException("sides must be multiples of " + (1 << halvings) + ", got "
                    + sample.size(1) + " x " + sample.size(2));
        }
        Var time = Elementwise.activate(t, Activation.SILU, timeEmbedding.apply(t, timeCode));
        Var x = config.centred() ? centred(t, sample) : sample;
        ImagePath path = new ImagePath(x);
        Var h = convIn.apply(t, x);
        Deque<Var> skips = new ArrayDeque<>();
        skips.push(h);
        for (MapBlock b : down) {
            h = b.down(t, h, time, path, skips);
        }
        h = mid1.apply(t, h, time);
        h = midAttention == null ? h : midAttention.apply(t, h);
        h = mid2.apply(t, h, time);
        path.image = null;
        for (MapBlock b : up) {
            h = b.up(t, h, time, path, skips);
        }
        h = convOut.apply(t, normOut.apply(t, h, Activation.SILU));
        return path.image == null ? h : Elementwise.add(t, h, path.image);
    }

    /** 2 x − 1. */
    private static Var centred(Tape t, Var x) {
        Var zero = Elementwise.scale(t, 0, x);
        Var one = Elementwise.activate(t, Activation.SIGMOID, zero);
        return Elementwise.combine(t, 2, x, -2, one);
    }
}
