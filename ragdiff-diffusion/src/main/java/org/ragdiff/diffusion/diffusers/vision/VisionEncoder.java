package org.ragdiff.diffusion.diffusers.vision;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.nn.Initializer;
import org.ragdiff.core.nn.LayerNorm;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.Parameter;
import org.ragdiff.core.tensor.Convolution;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.CheckpointFolder;
import org.ragdiff.diffusion.diffusers.vision.VisionConfig.Kind;

/**
 * A vision transformer from transformers' folders: CLIP's vision tower (Radford et al. 2021), SigLIP's (Zhai
 * et al. 2023) or DINOv2 (Oquab et al. 2023). Parameters have their published names. Applying it is
 * thread-safe.
 */
public final class VisionEncoder extends Module {
    private final VisionConfig config;
    private final Conv2d patches;
    private final Parameter classToken;
    private final PositionTable positions;
    private final LayerNorm preNorm;
    private final List<VisionLayer> layers = new ArrayList<>();
    private final LayerNorm postNorm;
    private final Linear projection;
    private final AttentionPooling pooling;

    private VisionEncoder(SplittableRandom random, VisionConfig config) {
        this.config = config;
        boolean clip = config.kind() == Kind.CLIP;
        boolean dino = config.kind() == Kind.DINOV2;
        String root = dino ? "" : "vision_model.";
        int c = config.hiddenSize();
        double eps = config.layerNormEps();
        Convolution stride = Convolution.of(config.patchSize(), 0);
        Conv2d conv = clip
                ? Conv2d.withoutBias(random, config.channels(), c, config.patchSize(), stride)
                : new Conv2d(random, config.channels(), c, config.patchSize(), stride);
        patches = child(root + "embeddings." + (dino ? "patch_embeddings.projection" : "patch_embedding"), conv);
        Initializer small = Initializer.normal(random, 0.02);
        int tokens = config.grid() * config.grid() + (config.kind().hasClassToken() ? 1 : 0);
        if (dino) {
            classToken = parameter("embeddings.cls_token", small, 1, 1, c);
            parameter("embeddings.mask_token", Initializer.zeros(), 1, c);
        } else {
            classToken = clip ? parameter(root + "embeddings.class_embedding", small, c) : null;
        }
        Parameter table = dino
                ? parameter("embeddings.position_embeddings", small, 1, tokens, c)
                : parameter(root + "embeddings.position_embedding.weight", small, tokens, c);
        positions = new PositionTable(table, config.grid(), classToken != null, c);
        preNorm = clip ? child(root + "pre_layrnorm", new LayerNorm(c, eps)) : null;
        for (int i = 0; i < config.layers(); i++) {
            String name = root + (dino ? "encoder.layer." : "encoder.layers.") + i;
            layers.add(child(name, new VisionLayer(random, config)));
        }
        postNorm = child(dino ? "layernorm" : root + "post_layernorm", new LayerNorm(c, eps));
        projection = config.projectionDim() > 0
                ? child("visual_projection", Linear.withoutBias(random, c, config.projectionDim()))
                : null;
        pooling = config.kind() == Kind.SIGLIP ? child(root + "head", new AttentionPooling(random, config)) : null;
    }

    /** New weights, a function of the seed. */
    public static VisionEncoder random(VisionConfig config, long seed) {
        return new VisionEncoder(new SplittableRandom(seed), config);
    }

    /** Without weights: takes no memory until loaded. */
    public static VisionEncoder unset(VisionConfig config) {
        return new VisionEncoder(null, config);
    }

    /**
     * Reads {@code config.json} and weights of a folder such as {@code image_encoder}; F16, BF16 and F64
     * become float32. Text towers beside it and buffers of positions are left out; the prefix {@code
     * vision_model.} may be missing.
     *
     * @throws CheckpointException if the configuration needs what is not implemented, or listing every
     *     missing, unexpected and mis-shaped weight
     */
    public static VisionEncoder load(Path folder) throws IOException {
        VisionConfig config = VisionConfig.read(CheckpointFolder.config(folder));
        VisionEncoder encoder = new VisionEncoder(null, config);
        try {
            CheckpointFolder.load(folder, CheckpointFolder.TRANSFORMERS, encoder, encoder::ownName);
            return encoder;
        } catch (IOException | RuntimeException e) {
            encoder.close();
            throw e;
        }
    }

    /** This network's name for one in a file, or empty for what it has no use for. */
    public Optional<String> ownName(String name) {
        if (config.kind() == Kind.DINOV2) {
            return Optional.of(name.startsWith("dinov2.") ? name.substring(7) : name);
        }
        if (name.startsWith("text_model.")
                || name.equals("text_projection.weight")
                || name.equals("logit_scale")
                || name.equals("logit_bias")
                || name.endsWith("embeddings.position_ids")) {
            return Optional.empty();
        }
        if (name.equals("visual_projection.weight")) {
            return projection == null ? Optional.empty() : Optional.of(name);
        }
        return Optional.of(name.startsWith("vision_model.") ? name : "vision_model." + name);
    }

    /** Writes a folder that transformers loads, without an image processor; F32, F16 or BF16. */
    public void save(Path folder, Dtype storage) throws IOException {
        CheckpointFolder.save(folder, CheckpointFolder.TRANSFORMERS, config.toJson(), this, storage);
    }

    public VisionConfig config() {
        return config;
    }

    /**
     * @param images prepared pixels [N, H, W, channels], see {@link ImageProcessor}; of another size than
     *     {@link VisionConfig#imageSize} the position table is interpolated
     */
    public Features apply(Tape t, Var images) {
        return apply(t, images, true);
    }

    /** As {@link #apply(Tape, Var)}; without hidden states, inference holds the tokens of one layer at a time. */
    Features apply(Tape t, Var images, boolean withHiddenStates) {
        int p = config.patchSize();
        if (images.rank() != 4 || images.size(3) != config.channels() || images.size(1) < p || images.size(2) < p) {
            throw new IllegalArgumentException("images must be [N, H, W, " + config.channels()
                    + "] with sides of at least " + p + ", got " + Arrays.toString(images.shape()));
        }
        int n = Math.toIntExact(images.size(0));
        Var map = patches.apply(t, images);
        Var h = Shapes.tokens(t, map);
        if (classToken != null) {
            int c = config.hiddenSize();
            Var row = Shapes.reshape(t, classToken.on(t), c);
            h = Shapes.concatTokens(t, Shapes.reshape(t, Shapes.repeatRow(t, row, n), n, 1, c), h);
        }
        h = Elementwise.addToSamples(t, h, positions.at(t, (int) map.size(1), (int) map.size(2)));
        h = preNorm == null ? h : preNorm.apply(t, h);
        List<Var> hidden = new ArrayList<>();
        for (VisionLayer layer : layers) {
            Var next = layer.apply(t, h);
            if (withHiddenStates) {
                hidden.add(h);
            } else if (!t.isTraining()) {
                t.free(h.value());
            }
            h = next;
        }
        if (withHiddenStates) {
            hidden.add(h);
        }
        return switch (config.kind()) {
            case CLIP -> {
                Var pooled = postNorm.apply(t, first(t, h));
                yield new Features(h, projection == null ? pooled : projection.apply(t, pooled), hidden);
            }
            case SIGLIP -> {
                Var last = postNorm.apply(t, h);
                yield new Features(last, pooling.apply(t, last), hidden);
            }
            case DINOV2 -> {
                Var last = postNorm.apply(t, h);
                yield new Features(last, first(t, last), hidden);
            }
        };
    }

    /** The first token of each sample [N, C]. */
    private static Var first(Tape t, Var tokens) {
        Var rows = Shapes.reshape(t, tokens, tokens.size(0), tokens.size(1) * tokens.size(2));
        return Shapes.sliceChannels(t, rows, 0, Math.toIntExact(tokens.size(2)));
    }

    /**
     * What it makes of images.
     *
     * @param lastHiddenState [N, T, hidden_size]; CLIP's before, the others' after the last normalisation
     * @param pooled CLIP: image embeds [N, projection_dim], or the normalised class token without
     *     projection; SigLIP: the pooling head's [N, hidden_size]; DINOv2: the class token
     * @param hiddenStates before the first layer and behind each, the last but one of which IP-Adapter Plus
     *     reads
     */
    public record Features(Var lastHiddenState, Var pooled, List<Var> hiddenStates) {}
}
