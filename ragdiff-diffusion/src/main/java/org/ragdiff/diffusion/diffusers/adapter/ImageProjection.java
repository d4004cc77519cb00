package org.ragdiff.diffusion.diffusers.adapter;

import java.util.SplittableRandom;
import org.ragdiff.core.nn.LayerNorm;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** IP-Adapter's plain projection: one pooled embedding of an image to a few tokens. */
final class ImageProjection extends Module implements TokenProjection {
    private final Linear proj;
    private final LayerNorm norm;
    private final int tokens;
    private final int channels;

    ImageProjection(SplittableRandom random, int embedding, int tokens, int channels) {
        this.tokens = tokens;
        this.channels = channels;
        proj = child("proj", new Linear(random, embedding, tokens * channels));
        norm = child("norm", new LayerNorm(channels, 1e-5));
    }

    @Override
    public Module module() {
        return this;
    }

    /** [M, E] to [M, tokens, channels]. */
    @Override
    public Var apply(Tape t, Var images) {
        return norm.apply(t, Shapes.reshape(t, proj.apply(t, images), images.size(0), tokens, channels));
    }
}
