package org.ragdiff.diffusion.unet;

import java.util.SplittableRandom;
import org.ragdiff.core.nn.Attention.KeyValue;
import org.ragdiff.core.nn.GroupNorm;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.diffusion.Positions;

/**
 * diffusers' Transformer2DModel with linear projections, one block deep: norm, {@code proj_in}, positions,
 * {@link TransformerBlock}, {@code proj_out}, plus the input. {@code proj_out} starts at zero.
 */
final class Transformer2d extends Module {
    private final GroupNorm norm;
    private final Linear projIn;
    private final TransformerBlock block;
    private final Linear projOut;
    private final int level;

    /**
     * @param level index of the resolution, which says whose reference tokens it reads
     * @param context channels of the structure tokens, or 0
     */
    Transformer2d(SplittableRandom random, UnetConfig config, int level, int channels, int inner, int context) {
        this.level = level;
        norm = child("norm", new GroupNorm(config.normGroups(), channels, 1e-6));
        projIn = child("proj_in", new Linear(random, channels, inner));
        block = child(
                "transformer_blocks.0",
                new TransformerBlock(
                        random,
                        inner,
                        context,
                        config.headChannels(),
                        config.feedForwardMultiplier(),
                        context == 0 || config.levels().get(level).ownTokens()));
        projOut = child("proj_out", Linear.zero(inner, channels));
    }

    int level() {
        return level;
    }

    TransformerBlock block() {
        return block;
    }

    /** [N, h, w, channels] to the same. */
    Var apply(Tape t, Var x, KeyValue structure, KeyValue reference, ReferenceRows rows) {
        return t.checkpoint(
                section -> run(section, x, structure, reference, rows),
                x,
                structure == null ? null : structure.key(),
                structure == null ? null : structure.value(),
                reference == null ? null : reference.key(),
                reference == null ? null : reference.value());
    }

    private Var run(Tape t, Var x, KeyValue structure, KeyValue reference, ReferenceRows rows) {
        try (Tape.Scope scope = t.scope()) {
            Var projected = projIn.apply(t, Shapes.tokens(t, norm.apply(t, x)));
            Var tokens = Positions.add(t, projected, (int) x.size(1), (int) x.size(2));
            t.forget(projected);
            tokens = block.apply(t, tokens, structure, reference, rows);
            Var out = projOut.apply(t, tokens);
            Var sum = Elementwise.add(t, x, Shapes.reshape(t, out, x.shape()));
            t.forget(out);
            return scope.keep(sum);
        }
    }
}
