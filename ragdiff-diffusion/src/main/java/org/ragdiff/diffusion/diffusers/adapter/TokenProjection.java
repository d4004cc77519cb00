package org.ragdiff.diffusion.diffusers.adapter;

import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** Features of images to tokens for cross-attention. */
interface TokenProjection {
    /** Its weights. */
    Module module();

    /** Features of M images, [M, E] or [M, L, E], to tokens [M, T, D]. */
    Var apply(Tape t, Var images);
}
