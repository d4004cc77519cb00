package org.ragdiff.diffusion.diffusers.adapter;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.CheckpointFolder;

/**
 * T2I-Adapter (Mou et al. 2023) as diffusers' T2IAdapter: features of a condition image that a UNet adds on
 * its way down. Computed once for all steps. Applying it is thread-safe.
 */
public final class T2IAdapter extends Module {
    private final T2IAdapterConfig config;
    private final Conv2d convIn;
    private final List<AdapterBlock> body = new ArrayList<>();

    private T2IAdapter(SplittableRandom random, T2IAdapterConfig config) {
        this.config = config;
        List<Integer> c = config.channels();
        int folded = config.inChannels() * config.downscaleFactor() * config.downscaleFactor();
        if (config.type() == T2IAdapterConfig.Type.LIGHT_ADAPTER) {
            convIn = null;
            add(random, folded, c.get(0), false);
            for (int i = 1; i < c.size(); i++) {
                add(random, c.get(i - 1), c.get(i), true);
            }
            add(random, c.get(c.size() - 1), c.get(c.size() - 1), true);
        } else {
            boolean xl = config.type() == T2IAdapterConfig.Type.FULL_ADAPTER_XL;
            convIn = child("adapter.conv_in", new Conv2d(random, folded, c.get(0), 3));
            for (int i = 0; i < c.size(); i++) {
                add(random, c.get(Math.max(0, i - 1)), c.get(i), xl ? i == 2 : i > 0);
            }
        }
    }

    private void add(SplittableRandom random, int from, int to, boolean down) {
        boolean light = config.type() == T2IAdapterConfig.Type.LIGHT_ADAPTER;
        AdapterBlock block = new AdapterBlock(random, from, to, config.resBlocks(), light, down);
        body.add(child("adapter.body." + body.size(), block));
    }

    /** New weights as torch.nn initialises them, a function of the seed. */
    public static T2IAdapter random(T2IAdapterConfig config, long seed) {
        return new T2IAdapter(new SplittableRandom(seed), config);
    }

    /** Without weights: takes no memory until loaded. */
    public static T2IAdapter unset(T2IAdapterConfig config) {
        return new T2IAdapter(null, config);
    }

    /**
     * Reads a folder; F16, BF16 and F64 become float32.
     *
     * @throws CheckpointException if the configuration needs what is not implemented, or listing every
     *     missing, unexpected and mis-shaped weight
     */
    public static T2IAdapter load(Path folder) throws IOException {
        T2IAdapter adapter = new T2IAdapter(null, T2IAdapterConfig.read(CheckpointFolder.config(folder)));
        try {
            CheckpointFolder.load(folder, CheckpointFolder.DIFFUSERS, adapter, Optional::of);
            return adapter;
        } catch (IOException | RuntimeException e) {
            adapter.close();
            throw e;
        }
    }

    /** Writes a folder that diffusers loads; {@code storage} is F32, F16 or BF16. */
    public void save(Path folder, Dtype storage) throws IOException {
        CheckpointFolder.save(folder, CheckpointFolder.DIFFUSERS, config.toJson(), this, storage);
    }

    public T2IAdapterConfig config() {
        return config;
    }

    /**
     * @param condition image [N, H, W, in_channels] in [0, 1]; sides are multiples of the downscale factor
     * @return features for {@link org.ragdiff.diffusion.diffusers.unet.UNetInputs#withAdapterFeatures}
     */
    public List<Var> apply(Tape t, Var condition) {
        int f = config.downscaleFactor();
        if (condition.rank() != 4
                || condition.size(3) != config.inChannels()
                || condition.size(1) % f != 0
                || condition.size(2) % f != 0) {
            throw new IllegalArgumentException("condition must be [N, H, W, " + config.inChannels()
                    + "] with sides that are multiples of " + f + ", got " + Arrays.toString(condition.shape()));
        }
        Var h = unshuffle(t, condition, f);
        h = convIn == null ? h : convIn.apply(t, h);
        List<Var> features = new ArrayList<>();
        for (AdapterBlock block : body) {
            h = block.apply(t, h);
            features.add(h);
        }
        return features;
    }

    /** torch's PixelUnshuffle: channel c·f² + dy·f + dx is channel c of the pixel (dy, dx) of each cell. */
    private static Var unshuffle(Tape t, Var x, int f) {
        long n = x.size(0);
        long h = x.size(1) / f;
        long w = x.size(2) / f;
        int c = (int) x.size(3);
        int row = Math.toIntExact(x.size(2) * c);
        Var[] channels = new Var[c * f * f];
        for (int dy = 0; dy < f; dy++) {
            Var lines = Shapes.sliceChannels(t, Shapes.reshape(t, x, n * h, (long) f * row), dy * row, row);
            Var cells = Shapes.reshape(t, lines, n * h * w, (long) f * c);
            for (int dx = 0; dx < f; dx++) {
                for (int i = 0; i < c; i++) {
                    channels[(i * f + dy) * f + dx] = Shapes.sliceChannels(t, cells, dx * c + i, 1);
                }
            }
        }
        return Shapes.reshape(t, Shapes.concatChannels(t, channels), n, h, w, channels.length);
    }
}
