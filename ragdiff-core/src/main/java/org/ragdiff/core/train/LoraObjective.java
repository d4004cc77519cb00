package org.ragdiff.core.train;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ragdiff.core.nn.LoraAdapters;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * Trains low-rank adapters towards another objective, whose network stays as it is: no gradients, moments or averages
 * of its weights are kept, and checkpoints and weights hold the adapters alone.
 */
public final class LoraObjective implements Objective {
    private final Objective inner;
    private final LoraAdapters adapters;

    /** @param adapters attached to the objective's network */
    public LoraObjective(Objective inner, LoraAdapters adapters) {
        this.inner = inner;
        this.adapters = adapters;
    }

    @Override
    public Module module() {
        return adapters;
    }

    @Override
    public Var loss(Tape tape, long step, Metrics metrics) {
        return inner.loss(tape, step, metrics);
    }

    @Override
    public int samples() {
        return inner.samples();
    }

    @Override
    public boolean resumesExactlyAfter(long losses) {
        return inner.resumesExactlyAfter(losses);
    }

    @Override
    public Map<String, String> metadata() {
        Map<String, String> meta = new LinkedHashMap<>(inner.metadata());
        meta.putAll(adapters.metadata());
        return meta;
    }

    @Override
    public void validate(long step, Metrics metrics) {
        inner.validate(step, metrics);
    }
}
