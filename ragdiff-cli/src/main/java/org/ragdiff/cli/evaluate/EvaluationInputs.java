package org.ragdiff.cli.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.model.ModelFolder;
import org.ragdiff.core.RgbImage;
import org.ragdiff.data.pairs.ArchiveScenery;
import org.ragdiff.data.pairs.GarmentArchive;
import org.ragdiff.data.pairs.GarmentStore;
import org.ragdiff.data.pairs.GarmentSubset;
import org.ragdiff.data.pairs.GroupSplit;
import org.ragdiff.data.pairs.PairFile;
import org.ragdiff.data.pairs.PairSource;
import org.ragdiff.data.pairs.PhotoGarmentOptions;
import org.ragdiff.data.pairs.PhotoGarments;
import org.ragdiff.data.pairs.WildPairs;
import org.ragdiff.data.procedural.ProceduralGarments;
import org.ragdiff.data.wild.ProceduralScenery;
import org.ragdiff.data.wild.WildViewOptions;
import org.ragdiff.retrieval.database.DatabaseContents;
import org.ragdiff.retrieval.database.LuceneDatabase;

/**
 * Turns what the command line names into {@link EvaluationData}, at the model's side. Photos and databases are
 * prepared once and kept in a cache folder. Not thread-safe.
 */
public final class EvaluationInputs {
    /**
     * Seeds of held-out procedural garments start here; those of training sets are below.
     */
    public static final long HELD_OUT_SEED = 1L << 40;

    private static final int MOST_FITTED = 200;

    private final ModelFolder model;
    private final Path cache;
    private final long seed;
    private final PreparationListener listener;

    /** Hears how far preparation is. May be called from several threads. */
    @FunctionalInterface
    public interface PreparationListener {
        /**
         * @param what is being done, in words
         */
        void progressed(String what, int done, int all);
    }

    /**
     * @param seed of views and procedural garments, at least 0
     */
    public EvaluationInputs(ModelFolder model, Path cache, long seed, PreparationListener listener) {
        this.model = Objects.requireNonNull(model, "model");
        this.cache = Objects.requireNonNull(cache, "cache");
        this.listener = Objects.requireNonNull(listener, "listener");
        if (seed < 0 || seed >= HELD_OUT_SEED) {
            throw new IllegalArgumentException("seed must be in [0, 2^40), got " + seed);
        }
        this.seed = seed;
    }

    /** Pairs of a table. A baseline codec is fitted on their own standards, which favours it. */
    public EvaluationData pairs(Path table, DatabaseChoice choice) throws IOException {
        PairFile pairs = PairFile.open(table);
        List<RgbImage> fitted = new ArrayList<>();
        int n = pairs.garments();
        for (int i = 0; i < Math.min(n, MOST_FITTED); i++) {
            fitted.add(pairs.pair((long) i * n / Math.min(n, MOST_FITTED)).standard());
        }
        return data(pairs, database(choice), fitted, "table", "the measured garments themselves");
    }

    /**
     * Garments cut out of a folder's photos, in made photos with other senders' floors and clothes.
     *
     * @param heldOut only senders that training leaves out; always so if the database is of the same folder
     */
    public EvaluationData photos(Path folder, boolean heldOut, DatabaseChoice choice) throws IOException {
        GarmentArchive archive = archive(folder);
        boolean same = choice.isOf(folder);
        GarmentSubset queries =
                same || heldOut ? GroupSplit.heldOut(archive) : GarmentSubset.where(archive, "all", i -> true);
        if (queries.size() == 0) {
            throw new BadInputException(
                    "none of the " + archive.size() + " garments in " + folder
                            + " is of a held-out sender; add photos of more senders, or build the database from another folder");
        }
        Optional<GarmentStore> training = Optional.empty();
        if (same || heldOut && choice.photos().isEmpty()) {
            training = Optional.of(GroupSplit.training(archive));
        } else if (choice.photos().isPresent()) {
            training = Optional.of(archive(choice.photos().get()));
        }
        PairSource pairs = new WildPairs(
                queries,
                new ArchiveScenery(archive, queries),
                WildViewOptions.defaults().withSide(model.side()),
                seed);
        LuceneDatabase database = choice.photos().isPresent() ? built(training.orElseThrow()) : database(choice);
        return data(
                pairs,
                database,
                standards(training.orElse(queries)),
                same || heldOut ? "photos of held-out senders" : "photos",
                training.isPresent() ? "training garments" : "the measured garments themselves");
    }

    /** Procedural garments that no training set holds. */
    public EvaluationData synth(int count, DatabaseChoice choice) throws IOException {
        GarmentStore heldOut = new ProceduralGarments(count, model.side(), HELD_OUT_SEED + seed);
        PairSource pairs = new WildPairs(
                heldOut, new ProceduralScenery(), WildViewOptions.defaults().withSide(model.side()), seed);
        GarmentStore others = new ProceduralGarments(MOST_FITTED, model.side(), seed);
        return data(pairs, database(choice), standards(others), "procedural", "other procedural garments");
    }

    private GarmentArchive archive(Path folder) throws IOException {
        return PhotoGarments.openOrPrepare(
                folder,
                PhotoGarmentOptions.defaults().withSide(model.side()),
                cache,
                (done, all) -> listener.progressed("Preparing photos", done, all));
    }

    private LuceneDatabase database(DatabaseChoice choice) throws IOException {
        if (choice.photos().isPresent()) {
            return built(archive(choice.photos().get()));
        }
        return choice.directory().isPresent()
                ? model.database(choice.directory().get())
                : model.database();
    }

    private LuceneDatabase built(GarmentStore store) throws IOException {
        return new DatabaseCache(model, cache)
                .openOrBuild(store, done -> listener.progressed("Building the database", done, store.size()));
    }

    /** Evenly spaced, not too many. */
    private static List<RgbImage> standards(GarmentStore store) {
        int n = Math.min(store.size(), MOST_FITTED);
        List<RgbImage> out = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            out.add(store.get((int) ((long) i * store.size() / n)).standard());
        }
        return out;
    }

    private static EvaluationData data(
            PairSource pairs, LuceneDatabase database, List<RgbImage> fitted, String kind, String fittedOn)
            throws IOException {
        Map<String, String> description = new LinkedHashMap<>();
        description.put("garments", kind);
        description.put("pairs", pairs.fingerprint());
        description.put("database", DatabaseContents.sha256(database));
        description.put("databaseEntries", Integer.toString(database.count()));
        description.put("pcaFittedOn", fittedOn);
        return new EvaluationData(pairs, database, fitted, description);
    }
}
