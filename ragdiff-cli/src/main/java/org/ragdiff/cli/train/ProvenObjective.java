package org.ragdiff.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.core.train.Metrics;
import org.ragdiff.core.train.Objective;

/** An objective whose weights say how they were made. */
final class ProvenObjective implements Objective {
    private final Objective inner;
    private final Provenance provenance;
    private final int samples;

    private ProvenObjective(Objective inner, Provenance provenance, int samples) {
        this.inner = inner;
        this.provenance = provenance;
        this.samples = samples;
    }

    /**
     * @param network such as {@code vae}
     * @param recipe file that was read
     * @param data fingerprint of the garments
     * @param seed of the training
     */
    static ProvenObjective of(Objective inner, String network, Path recipe, String data, long seed) throws IOException {
        return new ProvenObjective(
                inner,
                Provenance.of(network + "-weights", "ragdiff train " + network + " --config " + recipe, seed)
                        .withConfigHash(Sha256.of(recipe))
                        .withDataHash(Sha256.of(data)),
                inner.samples());
    }

    /** The same, of which one loss is of so many samples. */
    ProvenObjective withSamples(int newSamples) {
        return new ProvenObjective(inner, provenance, newSamples);
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
    public int samples() {
        return samples;
    }

    @Override
    public boolean resumesExactlyAfter(long losses) {
        return inner.resumesExactlyAfter(losses);
    }

    @Override
    public Map<String, String> metadata() {
        Map<String, String> meta = new LinkedHashMap<>(inner.metadata());
        meta.putAll(provenance.toMetadata());
        return meta;
    }

    @Override
    public void validate(long step, Metrics metrics) {
        inner.validate(step, metrics);
    }
}
