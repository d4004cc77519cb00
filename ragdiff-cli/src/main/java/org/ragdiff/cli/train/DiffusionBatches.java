package org.ragdiff.cli.train;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.data.cache.FeatureCache;
import org.ragdiff.diffusion.StepRandom;
import org.ragdiff.diffusion.unet.DiffusionBatch;
import org.ragdiff.diffusion.unet.DiffusionBatchSource;

/** Random records of a feature cache, their landmarks jittered. Thread-safe. */
final class DiffusionBatches implements DiffusionBatchSource {
    private static final int CHOICE = 21;

    private final FeatureCache features;
    private final int cells;
    private final int channels;
    private final int referenceChannels;
    private final int dimension;
    private final double landmarkJitter;

    /**
     * @param features made by {@link DiffusionFeatures}
     * @param cells latent cells along a side
     * @param channels of the latents
     * @param referenceChannels of the photos' latents
     * @param dimension length of ê
     */
    DiffusionBatches(
            FeatureCache features,
            int cells,
            int channels,
            int referenceChannels,
            int dimension,
            double landmarkJitter) {
        this.features = features;
        this.cells = cells;
        this.channels = channels;
        this.referenceChannels = referenceChannels;
        this.dimension = dimension;
        this.landmarkJitter = landmarkJitter;
    }

    @Override
    public DiffusionBatch batch(long seed, long step, int size) {
        SplittableRandom random = StepRandom.of(seed, step, CHOICE);
        return of(size, random, i -> random.nextInt(features.count()));
    }

    /** All records from {@code from} on, at most {@code most} of them. */
    DiffusionBatch inOrder(int from, int most) {
        return of(Math.min(most, features.count() - from), StepRandom.of(from, 0, CHOICE), i -> from + i);
    }

    /** All records, in batches of at most {@code most}. */
    List<DiffusionBatch> all(int most) {
        List<DiffusionBatch> out = new ArrayList<>();
        for (int from = 0; from < features.count(); from += most) {
            out.add(inOrder(from, most));
        }
        return out;
    }

    private DiffusionBatch of(int size, SplittableRandom random, IntUnaryOperator records) {
        int latents = cells * cells * channels;
        int side = StandardFrame.FIELD_SIDE;
        float[] standard = new float[size * latents];
        int references = cells * cells * referenceChannels;
        float[] reference = new float[size * references];
        float[] structure = new float[size * dimension];
        float[] landmark = new float[size * side * side];
        float[] field = new float[side * side];
        for (int i = 0; i < size; i++) {
            int record = records.applyAsInt(i);
            features.read(record, DiffusionFeatures.STANDARD, standard, i * latents);
            features.read(record, DiffusionFeatures.REFERENCE, reference, i * references);
            features.read(record, DiffusionFeatures.STRUCTURE, structure, i * dimension);
            features.read(record, DiffusionFeatures.LANDMARK, field, 0);
            LandmarkJitter.apply(field, side, landmarkJitter, random, landmark, i * side * side);
        }
        return new DiffusionBatch(size, cells, cells, standard, reference, structure, landmark, side, null);
    }
}
