package org.ragdiff.cli.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.ragdiff.eval.feature.Features;

/**
 * Feature vectors of a stream in bounded memory: all of them up to a number, beyond it a sample in which each has the
 * same chance (Vitter, "Random sampling with a reservoir", 1985, algorithm R). A function of the order and the seed.
 * Not thread-safe.
 */
final class FeatureSample {
    private final int most;
    private final SplittableRandom random;
    private final List<double[]> rows = new ArrayList<>();
    private long seen;

    FeatureSample(int most, long seed) {
        this.most = most;
        this.random = new SplittableRandom(seed);
    }

    void add(Features features) {
        for (int i = 0; i < features.count(); i++) {
            seen++;
            if (rows.size() < most) {
                rows.add(features.row(i));
            } else {
                long place = random.nextLong(seen);
                if (place < most) {
                    rows.set((int) place, features.row(i));
                }
            }
        }
    }

    Features features() {
        return Features.ofRows(rows.toArray(double[][]::new));
    }
}
