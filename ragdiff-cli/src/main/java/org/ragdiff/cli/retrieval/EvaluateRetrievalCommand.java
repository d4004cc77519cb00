package org.ragdiff.cli.retrieval;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.CommandProvenance;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.cli.ProgressLine;
import org.ragdiff.cli.evaluate.DatabaseCache;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.ModelFolder;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.core.io.AtomicFiles;
import org.ragdiff.data.pairs.ArchiveScenery;
import org.ragdiff.data.pairs.GarmentArchive;
import org.ragdiff.data.pairs.GarmentStore;
import org.ragdiff.data.pairs.GarmentSubset;
import org.ragdiff.data.pairs.GroupSplit;
import org.ragdiff.data.pairs.PairSource;
import org.ragdiff.data.pairs.PhotoGarmentOptions;
import org.ragdiff.data.pairs.PhotoGarments;
import org.ragdiff.data.pairs.WildPairs;
import org.ragdiff.data.procedural.ProceduralGarments;
import org.ragdiff.data.wild.ProceduralScenery;
import org.ragdiff.data.wild.WildScenery;
import org.ragdiff.data.wild.WildViewOptions;
import org.ragdiff.retrieval.attributes.TrainedAttributeExtractor;
import org.ragdiff.retrieval.condense.Condensation;
import org.ragdiff.retrieval.database.ExactDatabase;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ragdiff evaluate-retrieval}: measures retrieval alone, nothing is generated. */
@Command(
        name = "evaluate-retrieval",
        description = {
            "Measures retrieval alone: landmarks, ranks and categories, beside baselines; nothing is generated.",
            "Photos are made of garments of held-out senders, the database of those of the others."
        },
        footer = {
            "",
            "Example:",
            "  ragdiff evaluate-retrieval --photos photos --views 8 --out retrieval.json --page retrieval.md"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class EvaluateRetrievalCommand implements Callable<Integer> {
    private static final int MOST_VIEWS = 1000;
    /** Procedural garments that are measured have seeds that training sets do not have. */
    private static final long HELD_OUT_SEED = 1L << 41;

    @Spec
    private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    private Source source;

    /** Where garments come from. */
    static final class Source {
        @Option(
                names = "--photos",
                paramLabel = "DIR",
                description = "Photos of garments, with an optional DIR.csv (path,label,kids,sender_id).")
        private Path photos;

        @Option(
                names = "--synth",
                paramLabel = "N",
                description = "N procedural garments, and as many others in the database.")
        private Integer synth;
    }

    @Option(
            names = "--views",
            paramLabel = "N",
            defaultValue = "8",
            description = "Photos of each garment. Default: ${DEFAULT-VALUE}")
    private int views;

    @Option(
            names = "--condense",
            paramLabel = "SHARE",
            description = "Also measure a database of the garments that stand best for this share of all.")
    private Double condense;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(names = "--model", paramLabel = "DIR", description = "Folder of weights. Default: models/demo")
    private Path model;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            defaultValue = "out/cache",
            description = "Default: ${DEFAULT-VALUE}")
    private Path cache;

    @Option(names = "--out", required = true, paramLabel = "FILE.json", description = "Results.")
    private Path out;

    @Option(names = "--page", paramLabel = "FILE.md", description = "The results as tables.")
    private Path page;

    /** Garments measured and those of the database, with what lies around them in photos. */
    private record Garments(GarmentStore measured, GarmentStore stored, WildScenery scenery, String words) {}

    @Override
    public Integer call() throws IOException {
        if (views < 1 || views > MOST_VIEWS || seed < 0 || source.synth != null && source.synth < 1) {
            throw new BadInputException("--views must be in 1.." + MOST_VIEWS
                    + ", --seed at least 0 and --synth at least 1, got " + views + ", " + seed + " and "
                    + source.synth);
        }
        if (condense != null && !(condense > 0 && condense <= 1)) {
            throw new BadInputException("--condense must be above 0 and at most 1, got " + condense);
        }
        OutputPaths.requireWritableFile(out);
        OutputPaths.requireWritableFile(page);
        try (ModelFolder opened = ModelFolder.open(ModelFiles.orDemo(model))) {
            Garments garments = source.photos != null ? photos(opened) : synth(opened);
            RetrievalResults results = measure(opened, garments);
            OutputPaths.writeJson(out, results);
            CommandProvenance.of("retrieval", spec, seed, results.weights()).writeBeside(out);
            String text = RetrievalPage.of(results, CommandProvenance.words(spec));
            if (page != null) {
                OutputPaths.makeFolderOf(page);
                AtomicFiles.write(page, text.getBytes(StandardCharsets.UTF_8));
            }
            spec.commandLine().getOut().print(text);
            spec.commandLine().getOut().println(out);
        }
        return ExitCodes.DONE;
    }

    private RetrievalResults measure(ModelFolder opened, Garments garments) throws IOException {
        StructureDatabase database;
        int stored = garments.stored().size();
        try (ProgressLine line = ProgressLine.start("Building the database", stored)) {
            database = new DatabaseCache(opened, cache).openOrBuild(garments.stored(), line::stepTo);
        }
        TrainedAttributeExtractor extractor =
                new TrainedAttributeExtractor(opened.encoder(), ModelFolder.ATTRIBUTE_CONFIDENCE);
        List<PhotoDescriptor> descriptors = new ArrayList<>();
        descriptors.add(new EncoderDescriptor(
                "StructureNet", opened.encoder(), extractor, opened.encoder().dimension()));
        if (opened.encoder().structureDimension() < opened.encoder().dimension()) {
            descriptors.add(new EncoderDescriptor(
                    "its structure part alone",
                    opened.encoder(),
                    extractor,
                    opened.encoder().structureDimension()));
        }
        descriptors.add(new ColourHistogram());
        descriptors.add(new MaskMoments());
        descriptors.add(new LatentDescriptor(opened.codec()));
        Gallery gallery = new Gallery(List.of(garments.stored(), garments.measured()), descriptors);
        PairSource pairs = new WildPairs(
                garments.measured(),
                garments.scenery(),
                WildViewOptions.defaults().withSide(opened.side()),
                seed);
        int count = Math.multiplyExact(garments.measured().size(), views);
        StructureDatabase condensed = condense == null ? null : condensed(database);
        List<ViewRow> rows;
        try (ProgressLine line = ProgressLine.start("Retrieving", count)) {
            rows = new RetrievalEvaluation(opened.encoder(), extractor, database, condensed, gallery, descriptors)
                    .run(pairs, count, line::stepTo);
        }
        Map<String, String> data = new LinkedHashMap<>();
        data.put("garments", garments.words());
        data.put("photos", "made, " + views + " of each garment, fingerprint " + pairs.fingerprint());
        data.put("database of the landmarks", stored + " garments");
        if (condensed != null) {
            data.put("condensed database", condensed.count() + " of them (k-medoids, seed 0)");
        }
        data.put("standard images that are ranked", gallery.size() + ", the own one among them");
        return RetrievalResults.of(rows, seed, opened.weights(), data);
    }

    private StructureDatabase condensed(StructureDatabase database) {
        List<StructureEntry> all = new ArrayList<>();
        database.entries().forEach(all::add);
        StructureDatabase small = new ExactDatabase(database.dimension(), database.encoderFingerprint());
        small.upsert(Condensation.condense(all, condense, 0));
        return small;
    }

    private Garments photos(ModelFolder opened) throws IOException {
        GarmentArchive archive;
        try (ProgressLine line = ProgressLine.start("Preparing photos", 0)) {
            archive = PhotoGarments.openOrPrepare(
                    source.photos, PhotoGarmentOptions.defaults().withSide(opened.side()), cache, (done, all) -> {
                        line.stepTo(done);
                    });
        }
        GarmentSubset measured = GroupSplit.heldOut(archive);
        GarmentSubset stored = GroupSplit.training(archive);
        if (measured.size() == 0 || stored.size() == 0) {
            throw new BadInputException("the garments in " + source.photos + " are all of "
                    + (measured.size() == 0 ? "training" : "held-out") + " senders; add photos of more senders");
        }
        return new Garments(
                measured, stored, new ArchiveScenery(archive, measured), "cut out of photos, of held-out senders");
    }

    private Garments synth(ModelFolder opened) {
        return new Garments(
                new ProceduralGarments(source.synth, opened.side(), HELD_OUT_SEED + seed),
                new ProceduralGarments(source.synth, opened.side(), HELD_OUT_SEED - 1 - seed),
                new ProceduralScenery(),
                "procedural");
    }
}
