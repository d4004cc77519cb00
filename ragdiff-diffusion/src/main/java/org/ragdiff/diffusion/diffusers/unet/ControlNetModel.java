package org.ragdiff.diffusion.diffusers.unet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.CheckpointFolder;

/**
 * ControlNet (Zhang et al. 2023) as diffusers' ControlNetModel: a copy of a UNet's way down that also reads
 * a condition image and adds to the UNet's skip connections. Applying it is thread-safe.
 */
public final class ControlNetModel extends UNetWayDown {
    private final ControlNetConfig config;
    private final ConditioningEmbedding embedding;
    private final List<Conv2d> downConvs = new ArrayList<>();
    private final Conv2d midConv;

    private ControlNetModel(SplittableRandom random, ControlNetConfig config) {
        super(random, config.unet());
        this.config = config;
        List<Integer> channels = config.unet().blockOutChannels();
        embedding = child(
                "controlnet_cond_embedding",
                new ConditioningEmbedding(
                        random, config.conditioningChannels(), config.embeddingChannels(), channels.get(0)));
        addDown(random, channels.get(0));
        for (int i = 0; i < channels.size(); i++) {
            int residuals = config.unet().layersPerBlock().get(i) + (i < channels.size() - 1 ? 1 : 0);
            for (int j = 0; j < residuals; j++) {
                addDown(random, channels.get(i));
            }
        }
        midConv = child("controlnet_mid_block", addition(random, channels.get(channels.size() - 1)));
    }

    private void addDown(SplittableRandom random, int channels) {
        downConvs.add(child("controlnet_down_blocks." + downConvs.size(), addition(random, channels)));
    }

    private static Conv2d addition(SplittableRandom random, int channels) {
        return random == null ? new Conv2d(null, channels, channels, 1) : Conv2d.zero(channels, channels, 1);
    }

    /** New weights, a function of the seed; what it adds starts at zero. */
    public static ControlNetModel random(ControlNetConfig config, long seed) {
        return new ControlNetModel(new SplittableRandom(seed), config);
    }

    /** Without weights: takes no memory until loaded. */
    public static ControlNetModel unset(ControlNetConfig config) {
        return new ControlNetModel(null, config);
    }

    /**
     * Reads a folder such as {@code controlnet}; F16, BF16 and F64 become float32.
     *
     * @throws CheckpointException if the configuration needs what is not implemented, or listing every
     *     missing, unexpected and mis-shaped weight
     */
    public static ControlNetModel load(Path folder) throws IOException {
        ControlNetModel net = new ControlNetModel(null, ControlNetConfig.read(CheckpointFolder.config(folder)));
        try {
            CheckpointFolder.load(folder, CheckpointFolder.DIFFUSERS, net, Optional::of);
            return net;
        } catch (IOException | RuntimeException e) {
            net.close();
            throw e;
        }
    }

    /** Writes a folder that diffusers loads; {@code storage} is F32, F16 or BF16. */
    public void save(Path folder, Dtype storage) throws IOException {
        CheckpointFolder.save(folder, CheckpointFolder.DIFFUSERS, config.toJson(), this, storage);
    }

    public ControlNetConfig controlConfig() {
        return config;
    }

    /**
     * What to add to the UNet of the same inputs.
     *
     * @param in residuals and adapter features are not read
     * @param condition RGB image [N, f·H, f·W, conditioning_channels] in [0, 1]
     * @param scale factor on all residuals
     * @param guess whether earlier residuals count less, from a tenth on a logarithmic scale
     * @return for {@link UNetInputs#withResiduals}
     */
    public Residuals apply(Tape t, UNetInputs in, Var condition, float scale, boolean guess) {
        long[] s = in.sample().shape();
        int f = config.factor();
        require("condition", condition, s[0], f * s[1], f * s[2], config.conditioningChannels());
        AttentionContext context = AttentionContext.of(in.encoderHiddenStates());
        Var time = time(t, in);
        Var image = embedding.apply(t, config.bgr() ? flipped(t, condition) : condition);
        Deque<Var> skips = new ArrayDeque<>();
        Var h = Elementwise.add(t, convIn(t, in.sample()), image);
        h = mid(t, down(t, h, time, context, List.of(), skips), time, context);
        List<Var> maps = new ArrayList<>(skips);
        Collections.reverse(maps);
        List<Var> residuals = new ArrayList<>();
        int n = maps.size();
        for (int i = 0; i < n; i++) {
            float factor = guess ? (float) Math.pow(10, -1 + (double) i / n) * scale : scale;
            residuals.add(Elementwise.scale(t, factor, downConvs.get(i).apply(t, maps.get(i))));
        }
        return new Residuals(residuals, Elementwise.scale(t, scale, midConv.apply(t, h)));
    }

    private static Var flipped(Tape t, Var image) {
        int c = (int) image.size(3);
        Var[] channels = new Var[c];
        for (int i = 0; i < c; i++) {
            channels[i] = Shapes.sliceChannels(t, image, c - 1 - i, 1);
        }
        return Shapes.concatChannels(t, channels);
    }

    /** The summed residuals of several ControlNets. */
    public static Residuals sum(Tape t, Residuals a, Residuals b) {
        List<Var> down = new ArrayList<>();
        for (int i = 0; i < a.down().size(); i++) {
            down.add(Elementwise.add(t, a.down().get(i), b.down().get(i)));
        }
        return new Residuals(down, Elementwise.add(t, a.mid(), b.mid()));
    }

    /** Maps for the skip connections, finest first, and for the mid block. */
    public record Residuals(List<Var> down, Var mid) {}
}
