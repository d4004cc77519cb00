package org.ragdiff.diffusion;

import org.ragdiff.core.tensor.Shapes;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** Folds squares of pixels into channels and back (space-to-depth, depth-to-space), differentiably. */
public final class Patches {
    private Patches() {}

    /** [N, H, W, C] to [N, H/p, W/p, p·p·C]; channels in the order (dy, dx, c). */
    public static Var fold(Tape t, Var x, int p) {
        return p == 1 ? x : rearrange(t, x, p, true);
    }

    /** The inverse of {@link #fold}. */
    public static Var unfold(Tape t, Var x, int p) {
        return p == 1 ? x : rearrange(t, x, p, false);
    }

    private static Var rearrange(Tape t, Var x, int p, boolean fold) {
        long n = x.size(0);
        long h = x.size(1);
        long w = x.size(2);
        long c = x.size(3);
        if (fold && (h % p != 0 || w % p != 0)) {
            throw new IllegalArgumentException("image of " + w + "x" + h + " does not divide into patches of " + p);
        }
        long[] shape =
                fold ? new long[] {n, h / p, w / p, p * p * c} : new long[] {n, h * p, w * p, c / ((long) p * p)};
        long rows = fold ? n * h / p : n * h;
        long columns = fold ? w / p : w;
        long run = fold ? p * c : c / p;
        Var parts = fold ? Shapes.reshape(t, x, rows, p, columns, run) : Shapes.reshape(t, x, rows, columns, p, run);
        return Shapes.reshape(t, Shapes.swapMiddle(t, parts), shape);
    }
}
