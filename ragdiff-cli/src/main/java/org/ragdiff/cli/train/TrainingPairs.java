package org.ragdiff.cli.train;

import java.util.ArrayList;
import java.util.List;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.data.dataset.Dataset;
import org.ragdiff.data.pairs.GarmentStore;
import org.ragdiff.data.pairs.JoinedGarments;
import org.ragdiff.data.pairs.JoinedPairs;
import org.ragdiff.data.pairs.MirroredGarments;
import org.ragdiff.data.pairs.MirroredPairs;
import org.ragdiff.data.pairs.PairSource;
import org.ragdiff.data.pairs.WildPairs;
import org.ragdiff.data.wild.WildScenery;
import org.ragdiff.data.wild.WildViewOptions;

/**
 * Garments of one side of the split: those whose photos are made, and those of a data set that come with photos.
 * Immutable.
 *
 * @param made stores of garments without photos; may be empty if there are others
 * @param photographed garments with photos, or null
 * @param scenery of the made photos
 */
record TrainingPairs(List<GarmentStore> made, Dataset photographed, WildScenery scenery) {
    TrainingPairs {
        made = List.copyOf(made);
        if (made.isEmpty() && photographed == null) {
            throw new IllegalArgumentException("there are no garments");
        }
    }

    /** All garments. */
    GarmentStore garments() {
        List<GarmentStore> all = new ArrayList<>(made);
        if (photographed != null) {
            all.add(photographed);
        }
        return new JoinedGarments(all);
    }

    /**
     * Those whose photos are made.
     *
     * @throws BadInputException if there are none
     */
    GarmentStore withoutPhotos() {
        if (made.isEmpty()) {
            throw new BadInputException(
                    "this training makes its photos; give data.photos, data.synthetic or a dataset" + " of kind flats");
        }
        return new JoinedGarments(made);
    }

    /** Pairs of all garments. */
    PairSource pairs(WildViewOptions views, long seed) {
        return joined(
                made.isEmpty() ? null : new WildPairs(withoutPhotos(), scenery, views, seed),
                photographed == null ? null : photographed.pairs(seed),
                seed);
    }

    /** Pairs of all garments and of their mirror images. */
    PairSource mirroredPairs(WildViewOptions views, long seed) {
        return joined(
                made.isEmpty() ? null : new WildPairs(new MirroredGarments(withoutPhotos()), scenery, views, seed),
                photographed == null ? null : new MirroredPairs(photographed.pairs(seed)),
                seed);
    }

    private static PairSource joined(PairSource first, PairSource second, long seed) {
        if (first == null || second == null) {
            return first == null ? second : first;
        }
        return new JoinedPairs(List.of(first, second), seed);
    }
}
