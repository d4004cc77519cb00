package org.ragdiff.cli.train;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;
import org.ragdiff.core.train.Metrics;
import org.ragdiff.core.train.Objective;
import org.ragdiff.diffusion.unet.DenoisingUnet;

/** A denoiser's objective that is validated on held-out pairs. */
final class FineTuningObjective implements Objective {
    private final Objective inner;
    private final DenoisingUnet unet;
    private final HeldOutLoss heldOut;
    private final Kernels kernels;
    private final Provenance provenance;

    /** @param inner of {@code unet} */
    FineTuningObjective(
            Objective inner, DenoisingUnet unet, HeldOutLoss heldOut, Kernels kernels, Provenance provenance) {
        this.inner = inner;
        this.unet = unet;
        this.heldOut = heldOut;
        this.kernels = kernels;
        this.provenance = provenance;
    }

    @Override
    public Module module() {
        return inner.module();
    }

    @Override
    public Var loss(Tape tape, long step, Metrics metrics) {
        return inner.loss(tape, step, metrics);
    }

    @Override
    public Map<String, String> metadata() {
        Map<String, String> meta = new LinkedHashMap<>(inner.metadata());
        meta.putAll(provenance.toMetadata());
        return meta;
    }

    @Override
    public void validate(long step, Metrics metrics) {
        metrics.put("heldOutLoss", heldOut.of(unet, kernels));
    }
}
