package org.ragdiff.diffusion.diffusers.vae;

import java.util.List;
import org.ragdiff.core.nn.ResnetBlock;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** One of the layers that follow each other, none of which reads more than the one before made. */
@FunctionalInterface
interface Step {
    Var apply(Tape t, Var x);

    /** A resnet without a time embedding. */
    static Step of(ResnetBlock r) {
        return (t, x) -> r.apply(t, x, null);
    }

    /**
     * All steps. In inference, each map is given back once the next exists: at full resolution a single one
     * takes hundreds of megabytes.
     *
     * @param x [N, H, W, C] allocated by the tape
     */
    static Var run(Tape t, List<Step> steps, Var x) {
        Var h = x;
        for (Step step : steps) {
            Var next = step.apply(t, h);
            if (!t.isTraining()) {
                t.free(h.value());
            }
            h = next;
        }
        return h;
    }
}
