package org.ragdiff.cli.train;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.GarmentAttributes.Category;
import org.ragdiff.data.dataset.Dataset;
import org.ragdiff.data.dataset.LeftOut;
import org.ragdiff.data.pairs.ArchiveScenery;
import org.ragdiff.data.pairs.GarmentArchive;
import org.ragdiff.data.pairs.GarmentStore;
import org.ragdiff.data.pairs.GarmentSubset;
import org.ragdiff.data.pairs.GroupSplit;
import org.ragdiff.data.pairs.KeptGarments;
import org.ragdiff.data.pairs.PhotoGarmentOptions;
import org.ragdiff.data.pairs.PhotoGarments;
import org.ragdiff.data.procedural.ProceduralGarments;
import org.ragdiff.data.wild.ProceduralScenery;
import org.ragdiff.data.wild.WildScenery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a recipe trains on. Held-out groups of photos and data sets are never part of it.
 *
 * @param photos folder of photos, or null for none; relative to the working directory
 * @param dataset a data set, or null for none; may be missing
 * @param synthetic number of procedural garments
 * @param seed of the procedural garments
 * @param side of the pictures in pixels
 * @param cache folder for prepared photos; null for {@code out/cache}
 * @param exclude categories of photos and procedural garments that training does not see; may be missing
 */
public record TrainingData(
        @JsonSetter(nulls = Nulls.SET) Path photos,
        @JsonProperty(defaultValue = "null") @JsonSetter(nulls = Nulls.SET) DatasetRecipe dataset,
        int synthetic,
        long seed,
        int side,
        @JsonSetter(nulls = Nulls.SET) Path cache,
        @JsonProperty(defaultValue = "null") @JsonSetter(nulls = Nulls.SET) List<Category> exclude) {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingData.class);

    public TrainingData {
        if (synthetic < 0 || photos == null && dataset == null && synthetic == 0) {
            throw new IllegalArgumentException(
                    "data needs a folder of photos, a dataset, or a number of synthetic garments; got photos " + photos
                            + ", dataset " + dataset + " and synthetic " + synthetic);
        }
        if (side < 32 || side > 1024) {
            throw new IllegalArgumentException("side must be in 32..1024, got " + side);
        }
        exclude = exclude == null ? List.of() : List.copyOf(exclude);
        if (dataset != null && !exclude.isEmpty()) {
            throw new IllegalArgumentException("exclude " + exclude
                    + " is for photos and synthetic garments: the pairs of a dataset have no categories");
        }
        cache = cache == null ? Path.of("out", "cache") : cache;
    }

    /**
     * Opened data.
     *
     * @param own what is trained on; scenery is of the training senders alone
     * @param others held-out senders and groups, with their scenery; procedural garments where the data hold none out
     */
    record Opened(TrainingPairs own, TrainingPairs others) {
        /** Garments to learn from whose photos are made; refused if there are none. */
        GarmentStore training() {
            return own.withoutPhotos();
        }

        /** Held-out garments, with photos or without. */
        GarmentStore heldOut() {
            return others.garments();
        }

        /** Of the photos that are made of {@link #training}. */
        WildScenery scenery() {
            return own.scenery();
        }

        /** Of the held-out senders alone. */
        WildScenery heldOutScenery() {
            return others.scenery();
        }
    }

    @JsonIgnore
    Opened open(PhotoGarments.Progress progress) throws IOException {
        List<GarmentStore> made = new ArrayList<>();
        GarmentStore heldOut = new ProceduralGarments(256, side, ~seed);
        WildScenery scenery = new ProceduralScenery();
        WildScenery heldOutScenery = scenery;
        Dataset photographed = null;
        Dataset heldOutPhotographed = null;
        if (photos != null) {
            GarmentArchive archive = PhotoGarments.openOrPrepare(
                    photos, PhotoGarmentOptions.defaults().withSide(side), cache, progress);
            GarmentSubset own = exclude.isEmpty()
                    ? GroupSplit.training(archive)
                    : GarmentSubset.where(
                            archive,
                            "training without " + exclude,
                            i -> !GroupSplit.isHeldOut(archive.group(i))
                                    && seen(archive.get(i).attributes()));
            GarmentSubset others = GroupSplit.heldOut(archive);
            if (own.size() == 0) {
                throw new BadInputException("all garments of " + photos + " are of held-out senders; add photos");
            }
            made.add(own);
            scenery = new ArchiveScenery(archive, own);
            if (others.size() > 0) {
                heldOut = others;
                heldOutScenery = new ArchiveScenery(archive, others);
            }
        }
        if (dataset != null) {
            Dataset all = dataset.open(side);
            report(all);
            Dataset own = all.training();
            Dataset others = all.heldOut();
            if (own.size() == 0) {
                throw new BadInputException("all garments of " + dataset.root() + " are of held-out groups; add some");
            }
            if (all.hasPhotos()) {
                photographed = own;
                heldOutPhotographed = others.size() > 0 ? others : null;
            } else {
                made.add(own);
            }
            if (photos == null && others.size() > 0) {
                heldOut = others;
            }
        }
        if (synthetic > 0) {
            ProceduralGarments mix = new ProceduralGarments(synthetic, side, seed);
            made.add(new KeptGarments(
                    exclude.isEmpty()
                            ? mix
                            : GarmentSubset.where(mix, "without " + exclude, i -> seen(mix.attributes(i)))));
        }
        return new Opened(
                new TrainingPairs(made, photographed, scenery),
                heldOutPhotographed == null
                        ? new TrainingPairs(List.of(heldOut), null, heldOutScenery)
                        : new TrainingPairs(List.of(), heldOutPhotographed, heldOutScenery));
    }

    private boolean seen(GarmentAttributes attributes) {
        return !exclude.contains(attributes.category());
    }

    private static void report(Dataset all) {
        LOG.info(
                "{}: {} pairs, {} left out",
                all.name(),
                all.files().size(),
                all.leftOut().size());
        all.leftOut().stream()
                .filter(l -> l.reason() == LeftOut.Reason.MISSING || l.reason() == LeftOut.Reason.UNREADABLE)
                .forEach(l -> LOG.warn("left out: {}: {}", l.name(), l.detail()));
    }
}
