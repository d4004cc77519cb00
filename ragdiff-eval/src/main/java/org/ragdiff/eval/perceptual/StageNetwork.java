package org.ragdiff.eval.perceptual;

import java.util.List;

/** A {@link Backbone} with weights. Thread-safe until closed. */
public interface StageNetwork extends AutoCloseable {
    Backbone backbone();

    /**
     * @param inputs maps of three channels, all of one size, scaled as the weights ask for
     * @return the stages of each, in order of the layers
     * @throws IllegalArgumentException if sizes differ or are too small for the layers
     */
    List<List<FeatureMap>> stages(List<FeatureMap> inputs);

    @Override
    void close();
}
