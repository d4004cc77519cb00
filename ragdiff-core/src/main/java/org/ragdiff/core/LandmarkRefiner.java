package org.ragdiff.core;

import java.util.List;

/** Corrects retrieved landmarks by what the photos show: the hard guidance's last step. Thread-safe. */
public interface LandmarkRefiner extends AutoCloseable {
    /** Of configuration and weights. */
    String fingerprint();

    /** @return a landmark for each, of its landmark's side */
    List<SignedDistanceField> refine(List<LandmarkEvidence> evidence);

    @Override
    void close();
}
