package org.ragdiff.core.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** What is trained, and towards what. */
public interface Objective {
    /** Holds all trainable parameters. */
    Module module();

    /** The part of {@link #module} that is trained, all of it by default; the rest stays as it is. */
    default Module trained() {
        return module();
    }

    /**
     * The scalar loss of one step. Batch, noise and dropout must be functions of the step alone (and of
     * the objective's own seed): that makes a run resumable.
     *
     * @param step counted from 0; each loss of a step that accumulates several has a number of its own
     * @param metrics receives the loss's parts
     */
    Var loss(Tape tape, long step, Metrics metrics);

    /** Configuration and provenance, stored with the weights. */
    Map<String, String> metadata();

    /** Samples that one loss is of, such as images of a batch; 0, the default, if that says nothing. */
    default int samples() {
        return 0;
    }

    /**
     * Whether a run that goes on from here takes the course of one that was not stopped, as it does by default.
     * Checkpoints by the clock wait for it; those by steps do not.
     *
     * @param losses computed so far
     */
    default boolean resumesExactlyAfter(long losses) {
        return true;
    }

    /**
     * Figures on held-out data, computed with the module's present weights; empty by default.
     *
     * @param step steps done
     */
    default void validate(long step, Metrics metrics) {}

    /**
     * Figures of what a checkpoint holds, such as of pictures that it makes; nothing by default.
     *
     * @param step steps done
     * @param weights file with the averaged weights, just written
     */
    default void inspect(long step, Path weights, Metrics metrics) throws IOException {}
}
