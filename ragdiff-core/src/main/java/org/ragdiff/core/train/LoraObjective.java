package org.ragdiff.core.train;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ragdiff.core.nn.LoraAdapters;
import org.ragdiff.core.nn.Module;

/**
 * Trains low-rank adapters towards another objective, whose network stays as it is: no gradients, moments or averages
 * of its weights are kept, and checkpoints and weights hold the adapters alone.
 */
public final class LoraObjective extends ForwardingObjective {
    private final LoraAdapters adapters;

    /** @param adapters attached to the objective's network */
    public LoraObjective(Objective inner, LoraAdapters adapters) {
        super(inner);
        this.adapters = adapters;
    }

    @Override
    public Module module() {
        return adapters;
    }

    @Override
    public Module trained() {
        return adapters;
    }

    @Override
    public Map<String, String> metadata() {
        Map<String, String> meta = new LinkedHashMap<>(super.metadata());
        meta.putAll(adapters.metadata());
        return meta;
    }
}
