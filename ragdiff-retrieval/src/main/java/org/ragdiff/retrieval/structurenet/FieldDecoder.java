package org.ragdiff.retrieval.structurenet;

import java.util.SplittableRandom;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Elementwise;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * Embedding to the canonical signed distance field, shared by both towers: the dense target without which
 * the contrastive loss alone learns next to nothing from a few thousand garments.
 */
final class FieldDecoder extends Module {
    private final Linear in;
    private final Linear out;
    private final float gain;

    FieldDecoder(SplittableRandom random, int dimension, int hidden, int cells) {
        in = child("in", new Linear(random, dimension, hidden));
        out = child("out", new Linear(random, hidden, cells));
        // Components of a unit vector are about 1/√d; layers expect about 1.
        gain = (float) Math.sqrt(dimension);
    }

    /** @param embedding [N, dimension] unit rows; returns [N, cells] in the order of {@link FieldPatches} */
    Var apply(Tape t, Var embedding) {
        Var h = in.apply(t, Elementwise.scale(t, gain, embedding));
        return out.apply(t, Elementwise.activate(t, Activation.SILU, h));
    }
}
