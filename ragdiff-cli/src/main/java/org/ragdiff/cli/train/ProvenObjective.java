package org.ragdiff.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.core.train.ForwardingObjective;
import org.ragdiff.core.train.Metrics;
import org.ragdiff.core.train.Objective;

/** An objective whose weights say how they were made. */
final class ProvenObjective extends ForwardingObjective {
    private final Objective inner;
    private final Provenance provenance;
    private final int samples;
    private final Inspection inspection;

    private ProvenObjective(Objective inner, Provenance provenance, int samples, Inspection inspection) {
        super(inner);
        this.inner = inner;
        this.provenance = provenance;
        this.samples = samples;
        this.inspection = inspection;
    }

    /** As {@link Objective#inspect}. */
    interface Inspection {
        void inspect(long step, Path weights, Metrics metrics) throws IOException;
    }

    /**
     * @param network such as {@code vae}
     * @param recipe file that was read
     * @param data fingerprint of the garments
     * @param seed of the training
     */
    static ProvenObjective of(Objective inner, String network, Path recipe, String data, long seed) throws IOException {
        return of(inner, provenance(network, recipe, data, seed));
    }

    /** What {@link #of(Objective, String, Path, String, long)} says. */
    static Provenance provenance(String network, Path recipe, String data, long seed) throws IOException {
        return Provenance.of(network + "-weights", "ragdiff train " + network + " --config " + recipe, seed)
                .withConfigHash(Sha256.of(recipe))
                .withDataHash(Sha256.of(data));
    }

    static ProvenObjective of(Objective inner, Provenance provenance) {
        return new ProvenObjective(inner, provenance, inner.samples(), (step, weights, metrics) -> {});
    }

    /** The same, of which one loss is of so many samples. */
    ProvenObjective withSamples(int newSamples) {
        return new ProvenObjective(inner, provenance, newSamples, inspection);
    }

    /** The same, whose checkpoints are looked at. */
    ProvenObjective withInspection(Inspection newInspection) {
        return new ProvenObjective(inner, provenance, samples, newInspection);
    }

    @Override
    public int samples() {
        return samples;
    }

    @Override
    public Map<String, String> metadata() {
        Map<String, String> meta = new LinkedHashMap<>(super.metadata());
        meta.putAll(provenance.toMetadata());
        return meta;
    }

    @Override
    public void inspect(long step, Path weights, Metrics metrics) throws IOException {
        super.inspect(step, weights, metrics);
        inspection.inspect(step, weights, metrics);
    }
}
