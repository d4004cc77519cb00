package org.ragdiff.retrieval.structurenet;

import java.util.SplittableRandom;
import org.ragdiff.core.nn.Initializer;
import org.ragdiff.core.nn.Linear;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.nn.Parameter;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Normalizations;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * Tells garments of one structure apart: one linear map, for photos and standard images alike, of their {@link
 * ColourDistribution} to a unit vector.
 */
final class AppearanceNet extends Module {
    private final Linear map;
    private final Parameter logitScale;
    private final Parameter logitBias;

    AppearanceNet(SplittableRandom random, AppearanceConfig config) {
        map = child("colour_map", Linear.withoutBias(random, config.cells(), config.dimension()));
        logitScale = parameter("logit_scale", Initializer.constant((float) Math.log(1 / 0.07)), 1);
        // SigLIP's start (Zhai et al. 2023): nearly all pairs are none.
        logitBias = parameter("logit_bias", Initializer.constant(-10), 1);
    }

    /**
     * @param distributions rows of {@link ColourDistribution}, [N, bins³]
     * @return [N, dimension], unit rows
     */
    Var embed(Tape t, Var distributions) {
        return Normalizations.unitRows(t, map.apply(t, distributions));
    }

    /** Replaces the map. @param rows [dimension, bins³] */
    void setMap(float[] rows) {
        HostArrays.write(map.parameters().get("weight").value(), rows);
    }

    Var logitScale(Tape t) {
        return logitScale.on(t);
    }

    Var logitBias(Tape t) {
        return logitBias.on(t);
    }
}
