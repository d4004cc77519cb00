package org.ragdiff.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.ragdiff.data.cache.FeatureCache;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.pairs.GarmentStore;
import org.ragdiff.data.pairs.PairSource;

/**
 * Garments that a denoiser is not trained on.
 *
 * @param features of all
 * @param shown pairs of the first records
 */
record HeldOutSamples(FeatureCache features, List<GarmentPair> shown) {
    private static final int SAMPLES = 64;
    private static final int SHOWN = 8;

    /**
     * @param pairs of other garments than the training's
     * @param garments of the training, which make up the database
     * @param out folder of the training
     */
    static HeldOutSamples of(DiffusionFeatures maker, PairSource pairs, GarmentStore garments, Path out)
            throws IOException {
        int n = Math.min(SAMPLES, pairs.garments());
        FeatureCache features = maker.openOrCompute(out.resolve("heldout.bin"), pairs, n, garments, (done, all) -> {});
        return new HeldOutSamples(
                features,
                IntStream.range(0, Math.min(SHOWN, n)).mapToObj(pairs::pair).toList());
    }
}
