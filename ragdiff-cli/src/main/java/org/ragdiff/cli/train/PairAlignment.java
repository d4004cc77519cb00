package org.ragdiff.cli.train;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.ragdiff.core.AlignedPhoto;
import org.ragdiff.core.PhotoAligner;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.diffusion.align.Correspondences;
import org.ragdiff.diffusion.align.PhotoWarp;
import org.ragdiff.diffusion.align.SplineWarpFit;

/** How the photos of pairs are aligned for training. */
interface PairAlignment {
    /** Of what {@link #align} does. */
    String fingerprint();

    /** @param seeds one for each pair */
    List<AlignedPhoto> align(List<GarmentPair> pairs, long[] seeds);

    /** As it is done for photos of which nothing is known. */
    static PairAlignment by(PhotoAligner aligner) {
        return new PairAlignment() {
            @Override
            public String fingerprint() {
                return aligner.fingerprint();
            }

            @Override
            public List<AlignedPhoto> align(List<GarmentPair> pairs, long[] seeds) {
                return aligner.align(pairs.stream().map(GarmentPair::wild).toList());
            }
        };
    }

    /**
     * By the positions that made photos know, bent as an aligner errs.
     *
     * @param jitter standard deviation of the bending, as a share of the frame
     */
    static PairAlignment known(double jitter) {
        return new PairAlignment() {
            @Override
            public String fingerprint() {
                return "known positions, jitter " + jitter;
            }

            @Override
            public List<AlignedPhoto> align(List<GarmentPair> pairs, long[] seeds) {
                return IntStream.range(0, pairs.size())
                        .parallel()
                        .mapToObj(i -> align(pairs.get(i), seeds[i]))
                        .toList();
            }

            private AlignedPhoto align(GarmentPair pair, long seed) {
                int cells = pair.wild().width() / 2;
                Correspondences truth = AlignmentPairs.truth(pair, cells);
                SplittableRandom random = new SplittableRandom(seed);
                double deviation = 2 * jitter * random.nextDouble();
                Correspondences bent = new Correspondences(
                        cells,
                        LandmarkJitter.bent(truth.x(), cells, deviation, random),
                        LandmarkJitter.bent(truth.y(), cells, deviation, random),
                        truth.weight());
                return PhotoWarp.align(pair.wild(), bent, SplineWarpFit.defaults());
            }
        };
    }
}
