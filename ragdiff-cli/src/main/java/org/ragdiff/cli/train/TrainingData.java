package org.ragdiff.cli.train;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.data.pairs.ArchiveScenery;
import org.ragdiff.data.pairs.GarmentArchive;
import org.ragdiff.data.pairs.GarmentStore;
import org.ragdiff.data.pairs.GarmentSubset;
import org.ragdiff.data.pairs.GroupSplit;
import org.ragdiff.data.pairs.JoinedGarments;
import org.ragdiff.data.pairs.KeptGarments;
import org.ragdiff.data.pairs.PhotoGarmentOptions;
import org.ragdiff.data.pairs.PhotoGarments;
import org.ragdiff.data.procedural.ProceduralGarments;
import org.ragdiff.data.wild.ProceduralScenery;
import org.ragdiff.data.wild.WildScenery;

/**
 * What a recipe trains on. Held-out senders of the photos are never part of it.
 *
 * @param photos folder of photos, or null for none; relative to the working directory
 * @param synthetic number of procedural garments
 * @param seed of the procedural garments
 * @param side of the pictures in pixels
 * @param cache folder for prepared photos; null for {@code out/cache}
 */
public record TrainingData(
        @JsonSetter(nulls = Nulls.SET) Path photos,
        int synthetic,
        long seed,
        int side,
        @JsonSetter(nulls = Nulls.SET) Path cache) {
    public TrainingData {
        if (synthetic < 0 || photos == null && synthetic == 0) {
            throw new IllegalArgumentException(
                    "data needs a folder of photos, a number of synthetic garments, or both; got photos " + photos
                            + " and synthetic " + synthetic);
        }
        if (side < 32 || side > 1024) {
            throw new IllegalArgumentException("side must be in 32..1024, got " + side);
        }
        cache = cache == null ? Path.of("out", "cache") : cache;
    }

    /**
     * Opened data.
     *
     * @param training garments to learn from
     * @param heldOut garments of held-out senders; of the procedural kind if there are no photos
     * @param scenery of the training senders alone
     * @param heldOutScenery of the held-out senders alone
     */
    record Opened(GarmentStore training, GarmentStore heldOut, WildScenery scenery, WildScenery heldOutScenery) {}

    @JsonIgnore
    Opened open(PhotoGarments.Progress progress) throws IOException {
        List<GarmentStore> training = new ArrayList<>();
        GarmentStore heldOut = new ProceduralGarments(256, side, ~seed);
        WildScenery scenery = new ProceduralScenery();
        WildScenery heldOutScenery = scenery;
        if (photos != null) {
            GarmentArchive archive = PhotoGarments.openOrPrepare(
                    photos, PhotoGarmentOptions.defaults().withSide(side), cache, progress);
            GarmentSubset own = GroupSplit.training(archive);
            GarmentSubset others = GroupSplit.heldOut(archive);
            if (own.size() == 0) {
                throw new BadInputException("all garments of " + photos + " are of held-out senders; add photos");
            }
            training.add(own);
            scenery = new ArchiveScenery(archive, own);
            if (others.size() > 0) {
                heldOut = others;
                heldOutScenery = new ArchiveScenery(archive, others);
            }
        }
        if (synthetic > 0) {
            training.add(new KeptGarments(new ProceduralGarments(synthetic, side, seed)));
        }
        return new Opened(new JoinedGarments(training), heldOut, scenery, heldOutScenery);
    }
}
