package org.ragdiff.diffusion.refine;

import java.util.List;
import org.ragdiff.core.LandmarkEvidence;
import org.ragdiff.core.LandmarkRefiner;
import org.ragdiff.core.SignedDistanceField;

/** Leaves landmarks as the database gives them, as in the paper. Stateless. */
public final class Unrefined implements LandmarkRefiner {
    @Override
    public String fingerprint() {
        return "unrefined";
    }

    @Override
    public List<SignedDistanceField> refine(List<LandmarkEvidence> evidence) {
        return evidence.stream().map(LandmarkEvidence::landmark).toList();
    }

    @Override
    public void close() {}
}
