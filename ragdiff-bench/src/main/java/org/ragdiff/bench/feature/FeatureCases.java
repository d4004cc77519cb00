package org.ragdiff.bench.feature;

import java.util.List;
import org.ragdiff.bench.CaseSpec;
import org.ragdiff.bench.Work;

/** The rows of distances between sets of features. */
public final class FeatureCases {
    private FeatureCases() {}

    /** All rows. */
    public static List<CaseSpec> list() {
        return List.of(
                frechet(2_000, 256, CaseSpec.Effort.SHORT, true),
                frechet(10_000, 2_048, CaseSpec.Effort.VERY_LONG, false));
    }

    private static CaseSpec frechet(int samples, int dimension, CaseSpec.Effort effort, boolean quick) {
        return new CaseSpec(
                "frechet distance",
                samples + " x " + dimension + " f64",
                Work.uncounted(),
                effort,
                quick,
                () -> new FrechetCase(samples, dimension));
    }
}
