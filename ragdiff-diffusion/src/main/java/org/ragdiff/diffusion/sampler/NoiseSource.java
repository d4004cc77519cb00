package org.ragdiff.diffusion.sampler;

import java.util.SplittableRandom;
import org.ragdiff.diffusion.StepRandom;

/** Standard normal noise for the start and for stochastic steps. Stateful: one for each run. */
@FunctionalInterface
public interface NoiseSource {
    /** The next {@code count} values, row-major over the batch. */
    float[] next(int count);

    /** A stream of its own for every sample of a batch, so that batching does not change a sample. */
    static NoiseSource perSample(long[] seeds) {
        SplittableRandom[] streams = new SplittableRandom[seeds.length];
        for (int i = 0; i < seeds.length; i++) {
            streams[i] = StepRandom.of(seeds[i], 0, 0);
        }
        return count -> {
            if (count % streams.length != 0) {
                throw new IllegalArgumentException(
                        count + " values do not divide among " + streams.length + " samples");
            }
            int each = count / streams.length;
            float[] out = new float[count];
            for (int i = 0; i < streams.length; i++) {
                System.arraycopy(StepRandom.normals(streams[i], each), 0, out, i * each, each);
            }
            return out;
        };
    }
}
