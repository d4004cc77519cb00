package org.ragdiff.core.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** Another objective with a change: all methods forward to it unless they are overridden. */
public abstract class ForwardingObjective implements Objective {
    private final Objective inner;

    protected ForwardingObjective(Objective inner) {
        this.inner = Objects.requireNonNull(inner, "inner");
    }

    @Override
    public Module module() {
        return inner.module();
    }

    @Override
    public Module trained() {
        return inner.trained();
    }

    @Override
    public Var loss(Tape tape, long step, Metrics metrics) {
        return inner.loss(tape, step, metrics);
    }

    @Override
    public Map<String, String> metadata() {
        return inner.metadata();
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
    public void validate(long step, Metrics metrics) {
        inner.validate(step, metrics);
    }

    @Override
    public void inspect(long step, Path weights, Metrics metrics) throws IOException {
        inner.inspect(step, weights, metrics);
    }
}
