package org.ragdiff.diffusion.unet;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.ragdiff.core.nn.Attention.KeyValue;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.nn.GroupNorm;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.TimestepEmbedding;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * The denoiser of RAGDiffusion: a latent UNet (Rombach et al. 2022) with structure tokens in
 * cross-attention, a landmark guider behind {@code conv_in}, and a reference network whose tokens are read
 * in self-attention and whose finest map joins the guider's. Parameter names follow diffusers' UNet2DConditionModel. Applying it is thread-safe.
 */
public final class DenoisingUnet extends Module {
    private static final double EPS = 1e-5;

    private final UnetConfig config;
    private final Conv2d convIn;
    private final TimestepEmbedding timeEmbedding;
    private final StructureTokens structureTokens;
    private final LandmarkGuider guider;
    private final ReferenceNet referenceNet;
    private final PatternGuider patternGuider;
    private final List<UnetBlock> down = new ArrayList<>();
    private final UnetBlock mid;
    private final List<UnetBlock> up = new ArrayList<>();
    private final GroupNorm normOut;
    private final Conv2d convOut;
    private final List<Transformer2d> transformers = new ArrayList<>();

    /** New weights, a function of {@code random}; the output starts at zero. */
    public DenoisingUnet(SplittableRandom random, UnetConfig config) {
        this.config = config;
        List<UnetLevel> levels = config.levels();
        int last = levels.size() - 1;
        int first = levels.get(0).channels();
        convIn = child("conv_in", new Conv2d(random, config.latentChannels(), first, 3));
        timeEmbedding = child("time_embedding", new TimestepEmbedding(random, 64, config.timeChannels()));
        structureTokens = child("encoder_hid_proj", new StructureTokens(random, config));
        guider = child("landmark_guider", new LandmarkGuider(random, config.guiderChannels(), first));
        referenceNet = child("reference_net", new ReferenceNet(random, config));
        patternGuider = child("pattern_guider", new PatternGuider(config, first));
        Deque<Integer> skips = new ArrayDeque<>();
        skips.push(first);
        int in = first;
        for (int i = 0; i <= last; i++) {
            down.add(child("down_blocks." + i, UnetBlock.down(random, config, i, in, i == last)));
            in = levels.get(i).channels();
            for (int j = 0; j < config.layersPerBlock() + (i == last ? 0 : 1); j++) {
                skips.push(in);
            }
        }
        mid = child("mid_block", UnetBlock.mid(random, config));
        for (int i = last; i >= 0; i--) {
            List<Integer> joined = new ArrayList<>();
            for (int j = 0; j <= config.layersPerBlock(); j++) {
                joined.add(skips.pop());
            }
            up.add(child("up_blocks." + (last - i), UnetBlock.up(random, config, i, in, joined)));
            in = levels.get(i).channels();
        }
        normOut = child("conv_norm_out", new GroupNorm(config.normGroups(), first, EPS));
        convOut = child("conv_out", Conv2d.zero(first, config.latentChannels(), 3));
        down.forEach(b -> transformers.addAll(b.attentions()));
        transformers.addAll(mid.attentions());
        up.forEach(b -> transformers.addAll(b.attentions()));
    }

    public UnetConfig config() {
        return config;
    }

    /** Attention layers that read the reference and the structure, in order of use. */
    List<Transformer2d> transformers() {
        return Collections.unmodifiableList(transformers);
    }

    /** Codes of timesteps in [0, 1000), row-major. */
    float[] timeCode(double... timesteps) {
        return timeEmbedding.code(timesteps);
    }

    /** Length of a timestep's code. */
    int timeCodeChannels() {
        return timeEmbedding.codeChannels();
    }

    /** Projects the conditions; runs the reference network and the guider. */
    UnetCondition condition(Tape t, UnetInputs in) {
        StructureTokens.Result structure = structureTokens.apply(t, in.structure(), in.structureGiven());
        Var guidance = null;
        if (in.landmark() != null) {
            guidance = guider.apply(t, in.landmark(), in.batch(), in.landmarkSide(), in.height(), in.width());
            guidance = Rows.keepOnly(t, guidance, in.landmarkGiven());
        }
        ReferenceNet.Features references = in.reference() == null ? null : referenceNet.apply(t, in.reference());
        if (references != null) {
            Var pattern = patternGuider.apply(t, references.map(), in.rows());
            guidance = guidance == null ? pattern : joined(t, guidance, pattern);
        }
        return condition(t, structure, guidance, references, in.rows());
    }

    private static Var joined(Tape t, Var guidance, Var pattern) {
        Var sum = Elementwise.add(t, guidance, pattern);
        t.forget(guidance);
        t.forget(pattern);
        return sum;
    }

    /** The parts that conditions go through, for {@link RecordedTraining}. */
    StructureTokens structureTokens() {
        return structureTokens;
    }

    LandmarkGuider landmarkGuider() {
        return guider;
    }

    ReferenceNet referenceNet() {
        return referenceNet;
    }

    PatternGuider patternGuider() {
        return patternGuider;
    }

    /**
     * Projects keys and values.
     *
     * @param guidance [N, h, w, C] or null
     * @param references null if no row has one
     */
    UnetCondition condition(
            Tape t,
            StructureTokens.Result structure,
            Var guidance,
            ReferenceNet.Features references,
            ReferenceRows rows) {
        Map<Transformer2d, KeyValue> structureKeys = new IdentityHashMap<>();
        Map<Transformer2d, KeyValue> referenceKeys = new IdentityHashMap<>();
        for (Transformer2d transformer : transformers) {
            structureKeys.put(transformer, transformer.block().projectStructure(t, structure.tokens()));
            if (references != null) {
                Var tokens = references.tokens().get(transformer.level());
                referenceKeys.put(transformer, transformer.block().projectReference(t, tokens));
            }
        }
        return new UnetCondition(structure.time(), guidance, structureKeys, referenceKeys, rows);
    }

    /**
     * @param noisy [N, h, w, C], h and w multiples of {@link UnetConfig#sideMultiple()}
     * @param timeCode [N, {@link #timeCodeChannels}] of {@link #timeCode}
     * @return the prediction [N, h, w, C]
     */
    Var predict(Tape t, Var noisy, Var timeCode, UnetCondition condition) {
        Var time = Elementwise.add(t, timeEmbedding.apply(t, timeCode), condition.time());
        time = Elementwise.activate(t, Activation.SILU, time);
        Var h = convIn.apply(t, noisy);
        if (condition.guidance() != null) {
            Var guided = Elementwise.add(t, h, condition.guidance());
            t.forget(h);
            h = guided;
        }
        Deque<Var> skips = new ArrayDeque<>();
        skips.push(h);
        for (UnetBlock block : down) {
            h = block.forward(t, h, time, condition, skips);
        }
        h = mid.forward(t, h, time, condition, skips);
        for (UnetBlock block : up) {
            h = block.backUp(t, h, time, condition, skips);
        }
        return convOut.apply(t, normOut.apply(t, h, Activation.SILU));
    }
}
