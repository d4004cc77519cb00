package org.ragdiff.diffusion.diffusers.adapter;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.io.SafetensorsWriter;
import org.ragdiff.core.io.TensorSource;
import org.ragdiff.core.nn.Attention.KeyValue;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.CheckpointFolder;
import org.ragdiff.diffusion.diffusers.unet.ImageAdapter;
import org.ragdiff.diffusion.diffusers.unet.UNet2DConditionModel;

/**
 * IP-Adapter (Ye et al. 2023) in the layout of its published files: an image projection, plain or Plus,
 * and keys and values for each cross-attention layer, numbered 1, 3, 5, … over down, up and mid blocks.
 * Applying it is thread-safe.
 */
public final class IPAdapter extends Module implements ImageAdapter {
    private final TokenProjection projection;
    private final List<Linear> toK = new ArrayList<>();
    private final List<Linear> toV = new ArrayList<>();

    private IPAdapter(SplittableRandom random, TokenProjection projection, int tokenChannels, List<Integer> layers) {
        this.projection = projection;
        child("image_proj", projection.module());
        for (int i = 0; i < layers.size(); i++) {
            String name = "ip_adapter." + (2 * i + 1);
            int c = layers.get(i);
            toK.add(child(name + ".to_k_ip", Linear.withoutBias(random, tokenChannels, c)));
            Linear v = random == null
                    ? Linear.withoutBias(null, tokenChannels, c)
                    : Linear.zeroWithoutBias(tokenChannels, c);
            toV.add(child(name + ".to_v_ip", v));
        }
    }

    /**
     * A new plain adapter that changes nothing yet: its values start at zero.
     *
     * @param random null leaves the weights unset, to be loaded
     * @param embedding channels E of the embeddings
     * @param tokens that each becomes
     * @param unet the network it is for
     */
    public static IPAdapter plain(SplittableRandom random, int embedding, int tokens, UNet2DConditionModel unet) {
        int channels = unet.config().crossAttentionDim().get(0);
        ImageProjection projection = new ImageProjection(random, embedding, tokens, channels);
        return new IPAdapter(random, projection, channels, unet.crossAttentionChannels());
    }

    /**
     * @param file safetensors; F16, BF16 and F64 become float32
     * @param unet the network it is for
     * @throws CheckpointException if its projection is neither plain nor Plus, or listing every missing,
     *     unexpected and mis-shaped weight
     */
    public static IPAdapter load(Path file, UNet2DConditionModel unet) throws IOException {
        try (TensorSource source = TensorSource.open(file)) {
            IPAdapter adapter = shapedAs(source, file, unet.crossAttentionChannels());
            try {
                CheckpointFolder.load(source, file, adapter, Optional::of);
                return adapter;
            } catch (IOException | RuntimeException e) {
                adapter.close();
                throw e;
            }
        }
    }

    /**
     * An adapter of the shapes in a file, without weights: takes no memory until loaded.
     *
     * @param unet the network it is for; its weights are not read
     */
    public static IPAdapter unset(Path file, UNet2DConditionModel unet) throws IOException {
        try (TensorSource source = TensorSource.open(file)) {
            return shapedAs(source, file, unet.crossAttentionChannels());
        }
    }

    private static IPAdapter shapedAs(TensorSource s, Path file, List<Integer> layers) throws IOException {
        if (s.names().contains("image_proj.latents")) {
            int depth = 0;
            while (s.names().contains("image_proj.layers." + depth + ".0.to_q.weight")) {
                depth++;
            }
            int channels = size(s, file, "image_proj.norm_out.weight", 1, 0);
            Resampler.Sizes sizes = new Resampler.Sizes(
                    size(s, file, "image_proj.proj_in.weight", 2, 1),
                    size(s, file, "image_proj.latents", 3, 1),
                    size(s, file, "image_proj.latents", 3, 2),
                    size(s, file, "image_proj.layers.0.0.to_q.weight", 2, 0),
                    size(s, file, "image_proj.layers.0.1.1.weight", 2, 0),
                    channels,
                    depth);
            try {
                return new IPAdapter(null, new Resampler(null, sizes), channels, layers);
            } catch (IllegalArgumentException e) {
                throw new CheckpointException(file + ": " + e.getMessage(), e);
            }
        }
        if (s.names().contains("image_proj.proj.weight")) {
            int channels = size(s, file, "image_proj.norm.weight", 1, 0);
            int out = size(s, file, "image_proj.proj.weight", 2, 0);
            int in = size(s, file, "image_proj.proj.weight", 2, 1);
            if (out % channels != 0) {
                throw new CheckpointException(file + ": image_proj.proj.weight makes " + out
                        + " values, which are no tokens of image_proj.norm.weight's " + channels + " channels");
            }
            return new IPAdapter(null, new ImageProjection(null, in, out / channels, channels), channels, layers);
        }
        throw new CheckpointException(file + " holds neither image_proj.proj.weight (a plain IP-Adapter) nor"
                + " image_proj.latents (IP-Adapter Plus); other projections are not supported");
    }

    private static int size(TensorSource s, Path file, String name, int rank, int dimension) throws IOException {
        if (!s.names().contains(name) || s.info(name).shape().length != rank) {
            throw new CheckpointException(file + " needs a tensor " + name + " of " + rank + " dimensions");
        }
        long size = s.info(name).shape()[dimension];
        if (size < 1 || size > 1 << 24) {
            throw new CheckpointException(file + ": " + name + " has a dimension of " + size);
        }
        return (int) size;
    }

    /** Writes the file; {@code storage} is F32, F16 or BF16. */
    public void save(Path file, Dtype storage) throws IOException {
        SafetensorsWriter.write(file, state(), storage, Map.of("format", "pt"));
    }

    /**
     * Tokens of image prompts.
     *
     * @param embeds features of the images: pooled [N, images, E] for a plain adapter, tokens [N, images, L,
     *     E] for Plus
     * @return [N, images · T, D]
     */
    public Var tokens(Tape t, Var embeds) {
        boolean plus = projection instanceof Resampler;
        if (embeds.rank() != (plus ? 4 : 3)) {
            throw new IllegalArgumentException("image embeds must be "
                    + (plus ? "[N, images, tokens, E] for IP-Adapter Plus" : "[N, images, E] for a plain IP-Adapter")
                    + ", got " + java.util.Arrays.toString(embeds.shape()));
        }
        long n = embeds.size(0);
        long images = embeds.size(1);
        Var each = plus
                ? Shapes.reshape(t, embeds, n * images, embeds.size(2), embeds.size(3))
                : Shapes.reshape(t, embeds, n * images, embeds.size(2));
        Var tokens = projection.apply(t, each);
        return Shapes.reshape(t, tokens, n, images * tokens.size(1), tokens.size(2));
    }

    /**
     * The tokens of one of several images, for prompts with masks of their own.
     *
     * @param tokens of {@link #tokens}, of all {@code images}
     */
    public static Var image(Tape t, Var tokens, int image, int images) {
        long each = tokens.size(1) / images;
        int row = Math.toIntExact(each * tokens.size(2));
        Var rows = Shapes.reshape(t, tokens, tokens.size(0), tokens.size(1) * tokens.size(2));
        return Shapes.reshape(t, Shapes.sliceChannels(t, rows, image * row, row), tokens.size(0), each, tokens.size(2));
    }

    @Override
    public int layers() {
        return toK.size();
    }

    @Override
    public KeyValue keys(Tape t, int layer, Var tokens) {
        return new KeyValue(toK.get(layer).apply(t, tokens), toV.get(layer).apply(t, tokens));
    }
}
