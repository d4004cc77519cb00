package org.ragdiff.core.nn;

import com.fasterxml.jackson.databind.JsonNode;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** A vision transformer that was trained elsewhere, such as CLIP's. Applying it is thread-safe and does not change it. */
public abstract class ImageTower extends Module {
    /** All that {@link ImageTowers#unset} needs to make another one of this shape; says nothing of where it came from. */
    public abstract JsonNode shape();

    /** Pixels a side of the pictures that its position table is for. */
    public abstract int side();

    /** Pixels a side of what becomes one token. */
    public abstract int patchSize();

    /** Channels of a token. */
    public abstract int tokenWidth();

    /** Length of the features of a whole picture. */
    public abstract int pooledWidth();

    /**
     * Sees pictures, which it prepares as it was trained to; for pictures of other sides than {@link #side} positions
     * are interpolated.
     *
     * @param pictures [N, H, W, 3] in [-1, 1]; not modified
     * @throws IllegalArgumentException if they have other channels or a side shorter than {@link #patchSize}
     */
    public abstract Features apply(Tape t, Var pictures);

    /**
     * What a tower sees.
     *
     * @param tokens [N, H / patch, W / patch, tokenWidth], rounded down; a class token is not among them
     * @param pooled [N, pooledWidth]
     */
    public record Features(Var tokens, Var pooled) {}
}
