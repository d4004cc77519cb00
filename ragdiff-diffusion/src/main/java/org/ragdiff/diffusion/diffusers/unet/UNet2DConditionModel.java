package org.ragdiff.diffusion.diffusers.unet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.ragdiff.core.io.Dtype;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.nn.GroupNorm;
import org.ragdiff.core.plan.Graph;
import org.ragdiff.core.plan.GraphBuilder;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.CheckpointFolder;
import org.ragdiff.diffusion.unet.PreparedPlan;

/**
 * The denoiser of latent diffusion (Rombach et al. 2022) as diffusers' UNet2DConditionModel: Stable
 * Diffusion 1 and 2, and XL (Podell et al. 2023) with its added conditions. Applying it is thread-safe.
 */
public final class UNet2DConditionModel extends UNetWayDown {
    private final List<UNetBlock> up = new ArrayList<>();
    private final GroupNorm normOut;
    private final Conv2d convOut;
    /** In the order of diffusers' attn_processors: down, up, mid. */
    private final List<BasicTransformerBlock> crossAttention = new ArrayList<>();

    private final List<Integer> crossAttentionLevels = new ArrayList<>();

    private UNet2DConditionModel(SplittableRandom random, UNet2DConfig config) {
        super(random, config);
        int last = config.blocks() - 1;
        int first = config.blockOutChannels().get(0);
        for (int i = last; i >= 0; i--) {
            up.add(child("up_blocks." + (last - i), UNetBlock.up(random, config, i)));
        }
        normOut = child("conv_norm_out", new GroupNorm(config.normGroups(), first, config.normEps()));
        convOut = child("conv_out", new Conv2d(random, first, config.outChannels(), config.convOutKernel()));
        for (int i = 0; i <= last; i++) {
            addCrossAttention(downBlocks().get(i), i);
        }
        for (int i = 0; i <= last; i++) {
            addCrossAttention(up.get(i), last - i);
        }
        if (midBlock() != null) {
            addCrossAttention(midBlock(), last);
        }
    }

    private void addCrossAttention(UNetBlock block, int level) {
        for (BasicTransformerBlock b : block.transformerBlocks()) {
            crossAttention.add(b);
            crossAttentionLevels.add(level);
        }
    }

    /** Channels of each cross-attention layer in the order of diffusers' attn_processors: down, up, mid. */
    public List<Integer> crossAttentionChannels() {
        return crossAttentionLevels.stream()
                .map(config().blockOutChannels()::get)
                .toList();
    }

    /** The resolution of each of these layers, 0 the finest. */
    public List<Integer> crossAttentionLevels() {
        return List.copyOf(crossAttentionLevels);
    }

    /** New weights as torch.nn initialises them, a function of the seed; no more memory than they take. */
    public static UNet2DConditionModel random(UNet2DConfig config, long seed) {
        return new UNet2DConditionModel(new SplittableRandom(seed), config);
    }

    /** Without weights: takes no memory until {@link #load(java.util.Map) loaded}. */
    public static UNet2DConditionModel unset(UNet2DConfig config) {
        return new UNet2DConditionModel(null, config);
    }

    /**
     * Reads {@code config.json} and weights of a folder such as {@code unet}; F16, BF16 and F64 become
     * float32.
     *
     * @throws CheckpointException if the configuration needs what is not implemented, or listing every
     *     missing, unexpected and mis-shaped weight; nothing has been allocated then
     */
    public static UNet2DConditionModel load(Path folder) throws IOException {
        UNet2DConfig config = UNet2DConfigJson.read(CheckpointFolder.config(folder));
        UNet2DConditionModel unet = unset(config);
        try {
            CheckpointFolder.load(folder, CheckpointFolder.DIFFUSERS, unet, Optional::of);
            return unet;
        } catch (IOException | RuntimeException e) {
            unet.close();
            throw e;
        }
    }

    /** Writes a folder that diffusers loads; {@code storage} is F32, F16 or BF16. */
    public void save(Path folder, Dtype storage) throws IOException {
        CheckpointFolder.save(folder, CheckpointFolder.DIFFUSERS, UNet2DConfigJson.write(config()), this, storage);
    }

    /** Codes of N timesteps, row-major [N, channels], for {@link UNetInputs#timeCode}. */
    public static float[] timeCode(UNet2DConfig config, double... timesteps) {
        return config.timeCode().of(timesteps);
    }

    /**
     * Codes of SDXL's time ids, for {@link UNetInputs#timeIdCode}.
     *
     * @param timeIds N rows of six: original height and width, crop top and left, target height and width
     * @return row-major [N, 6 · timeEmbedDim]
     */
    public static float[] timeIdCode(UNet2DConfig config, double... timeIds) {
        if (config.textTime() == null || timeIds.length % 6 != 0) {
            throw new IllegalArgumentException(timeIds.length
                    + " time ids, expected rows of six for a network with addition_embed_type text_time");
        }
        return config.timeCode().withChannels(config.textTime().timeEmbedDim()).of(timeIds);
    }

    /**
     * One prediction: noise, velocity or whatever the network was trained for.
     *
     * @return [N, H, W, out_channels]
     * @throws IllegalArgumentException naming the input that does not fit
     */
    public Var apply(Tape t, UNetInputs in) {
        try (Tape.Scope scope = t.scope()) {
            return scope.keep(pass(t, in, null));
        }
    }

    /**
     * Records this network as a ReferenceNet (AnimateAnyone, Hu 2023): what its self-attention layers read when it sees
     * clean latents at timestep 0. Inputs {@code noisy} [N, H, W, in_channels], {@code timeCode} and {@code text} [N,
     * T, D], for SDXL also {@code pooled} and {@code ids}; outputs {@link #referenceOutput} of each layer.
     *
     * @param n references
     * @param tokens T
     */
    public Graph recordReference(int n, int height, int width, long tokens) {
        try (GraphBuilder b = new GraphBuilder()) {
            UNetInputs in = record(b, n, height, width, tokens);
            pass(b.tape(), in, (block, read) -> b.output(referenceOutput(crossAttention.indexOf(block)), read));
            return b.build();
        }
    }

    /**
     * The outputs of {@link #recordReference} on a tape that trains.
     *
     * @throws IllegalStateException in inference, where values are freed as soon as they are used
     */
    public List<Var> referenceTokens(Tape t, UNetInputs in) {
        if (!t.isTraining()) {
            throw new IllegalStateException("in inference record this pass, by recordReference");
        }
        Var[] out = new Var[crossAttention.size()];
        pass(t, in, (block, read) -> out[crossAttention.indexOf(block)] = read);
        return List.of(out);
    }

    /** An output of {@link #recordReference}: [N, h·w, channels] of a layer. */
    public static String referenceOutput(int layer) {
        return "reference." + layer;
    }

    /**
     * Inputs of a pass that is recorded, see {@link #recordReference}; those that do not change over the steps of a run
     * are conditions.
     */
    public UNetInputs record(GraphBuilder b, int n, int height, int width, long tokens) {
        UNet2DConfig c = config();
        UNetInputs in = UNetInputs.of(
                b.input(PreparedPlan.NOISY, n, height, width, c.inChannels()),
                b.input(PreparedPlan.TIME_CODE, n, c.timeCode().channels()),
                b.condition("text", n, tokens, c.crossAttentionDim().get(0)));
        if (c.textTime() == null) {
            return in;
        }
        long codes = 6L * c.textTime().timeEmbedDim();
        return in.withTextTime(b.condition("pooled", n, c.textTime().inputDim() - codes), b.condition("ids", n, codes));
    }

    /** @param seen as in {@link AttentionContext} */
    private Var pass(Tape t, UNetInputs in, BiConsumer<BasicTransformerBlock, Var> seen) {
        try (Tape.Scope scope = t.scope()) {
            Var time = time(t, in);
            AttentionContext context = new AttentionContext(
                    in.encoderHiddenStates(), imageKeys(t, in.imagePrompts()), references(in.reference()), seen);
            Deque<Var> skips = new ArrayDeque<>();
            Var h = convIn(t, in.sample());
            h = in.landmark() == null ? h : Elementwise.add(t, h, in.landmark());
            h = down(t, h, time, context, in.adapterFeatures(), skips);
            h = mid(t, h, time, context);
            int blocks = downBlocks().size();
            if (in.adapterFeatures().size() > blocks) {
                Var feature = in.adapterFeatures().get(blocks);
                h = Arrays.equals(feature.shape(), h.shape()) ? Elementwise.add(t, h, feature) : h;
            }
            h = in.midResidual() == null ? h : Elementwise.add(t, h, in.midResidual());
            addResiduals(t, in.downResiduals(), skips);
            for (UNetBlock block : up) {
                h = block.up(t, h, time, context, skips);
            }
            return scope.keep(convOut.apply(t, normOut.apply(t, h, Activation.SILU)));
        }
    }

    private Map<BasicTransformerBlock, AttentionContext.Reference> references(ReferenceTokens r) {
        Map<BasicTransformerBlock, AttentionContext.Reference> all = new IdentityHashMap<>();
        if (r == null) {
            return all;
        }
        if (r.layers().size() != crossAttention.size()) {
            throw new IllegalArgumentException("reference tokens of "
                    + r.layers().size() + " layers, the network has " + crossAttention.size() + " self-attentions");
        }
        for (int i = 0; i < crossAttention.size(); i++) {
            all.put(
                    crossAttention.get(i),
                    new AttentionContext.Reference(r.layers().get(i), r.rows(), r.gates(), i));
        }
        return all;
    }

    private Map<BasicTransformerBlock, List<ImageKeys>> imageKeys(Tape t, List<ImagePrompt> prompts) {
        Map<BasicTransformerBlock, List<ImageKeys>> keys = new IdentityHashMap<>();
        for (ImagePrompt p : prompts) {
            if (p.adapter().layers() != crossAttention.size()) {
                throw new IllegalArgumentException(
                        "the image adapter has " + p.adapter().layers() + " layers, the network has "
                                + crossAttention.size() + " cross-attentions");
            }
            for (int i = 0; i < crossAttention.size(); i++) {
                BasicTransformerBlock block = crossAttention.get(i);
                Var mask = p.masks().isEmpty() ? null : p.masks().get(crossAttentionLevels.get(i));
                ImageKeys k = new ImageKeys(p.adapter().keys(t, i, p.tokens()), p.scale(), mask);
                keys.computeIfAbsent(block, b -> new ArrayList<>()).add(k);
            }
        }
        return keys;
    }

    /** Replaces skip connections by their sums with a ControlNet's residuals. */
    private static void addResiduals(Tape t, List<Var> residuals, Deque<Var> skips) {
        if (residuals.isEmpty()) {
            return;
        }
        if (residuals.size() != skips.size()) {
            throw new IllegalArgumentException(residuals.size() + " down residuals for " + skips.size()
                    + " skip connections; the ControlNet must have the UNet's blocks");
        }
        List<Var> plain = new ArrayList<>(skips);
        Collections.reverse(plain);
        skips.clear();
        for (int i = 0; i < plain.size(); i++) {
            skips.push(Elementwise.add(t, plain.get(i), residuals.get(i)));
        }
    }
}
