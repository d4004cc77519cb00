package org.ragdiff.cli.ablate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.CommandProvenance;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.cli.ProgressLine;
import org.ragdiff.cli.model.DatabaseBuilder;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.ModelFolder;
import org.ragdiff.cli.retrieval.ExpansionMeasure;
import org.ragdiff.cli.retrieval.ExpansionResults;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.io.AtomicFiles;
import org.ragdiff.data.pairs.GarmentStore;
import org.ragdiff.data.pairs.PairSource;
import org.ragdiff.data.pairs.WildPairs;
import org.ragdiff.data.procedural.ProceduralCategory;
import org.ragdiff.data.procedural.ProceduralGarments;
import org.ragdiff.data.wild.ProceduralScenery;
import org.ragdiff.data.wild.WildViewOptions;
import org.ragdiff.retrieval.attributes.TrainedAttributeExtractor;
import org.ragdiff.retrieval.database.ExactDatabase;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ragdiff ablate expansion}: the database learns a kind of garment, the networks do not. */
@Command(
        name = "expansion",
        description = {
            "Measures landmarks of garments of a kind that training never saw, from the database as it is and after"
                    + " others of that kind were added to a copy of it; nothing is trained, nothing is generated.",
            "Garments of the usual mix are measured beside, for what the addition costs them."
        },
        footer = {"", "Example:", "  ragdiff ablate expansion --add 500 --out expansion.json --page expansion.md"},
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class ExpansionCommand implements Callable<Integer> {
    private static final int MOST = 100_000;
    /** Training sets and databases have smaller seeds. */
    private static final long HELD_OUT_SEED = 1L << 42;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            defaultValue = "KIMONO",
            description = "Of procedural garments. All but the default are in the mix that the demo model was"
                    + " trained on. Default: ${DEFAULT-VALUE}; ${COMPLETION-CANDIDATES}")
    private ProceduralCategory kind;

    @Option(names = "--add", paramLabel = "N", defaultValue = "500", description = "Default: ${DEFAULT-VALUE}")
    private int added;

    @Option(
            names = "--garments",
            paramLabel = "N",
            defaultValue = "96",
            description = "Measured of the kind, and of the mix. Default: ${DEFAULT-VALUE}")
    private int garments;

    @Option(
            names = "--views",
            paramLabel = "N",
            defaultValue = "2",
            description = "Photos of each garment. Default: ${DEFAULT-VALUE}")
    private int views;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(names = "--model", paramLabel = "DIR", description = "Folder of weights. Default: models/demo")
    private Path model;

    @Option(names = "--database", paramLabel = "DIR", description = "What is added to. Default: the model's own")
    private Path database;

    @Option(names = "--out", required = true, paramLabel = "FILE.json", description = "Results.")
    private Path out;

    @Option(names = "--page", paramLabel = "FILE.md", description = "The results as tables.")
    private Path page;

    @Override
    public Integer call() throws IOException {
        if (Math.min(Math.min(added, garments), views) < 1 || Math.max(Math.max(added, garments), views) > MOST) {
            throw new BadInputException("--add, --garments and --views must be in 1.." + MOST + ", got " + added + ", "
                    + garments + " and " + views);
        }
        if (seed < 0 || seed > MOST) {
            throw new BadInputException("--seed must be in 0.." + MOST + ", got " + seed);
        }
        OutputPaths.requireWritableFile(out);
        OutputPaths.requireWritableFile(page);
        try (ModelFolder opened = ModelFolder.open(ModelFiles.orDemo(model))) {
            ExpansionResults results = measure(opened);
            OutputPaths.writeJson(out, results);
            CommandProvenance.of("expansion", spec, seed, results.weights()).writeBeside(out);
            String text = results.toMarkdown(CommandProvenance.words(spec));
            if (page != null) {
                OutputPaths.makeFolderOf(page);
                AtomicFiles.write(page, text.getBytes(StandardCharsets.UTF_8));
            }
            spec.commandLine().getOut().print(text);
            spec.commandLine().getOut().println(out);
        }
        return ExitCodes.DONE;
    }

    private ExpansionResults measure(ModelFolder opened) throws IOException {
        StructureDatabase base = database == null ? opened.database() : opened.database(database);
        ExactDatabase before = copy(base);
        ExactDatabase kindAlone = new ExactDatabase(base.dimension(), base.encoderFingerprint());
        try (ProgressLine line = ProgressLine.start("Adding garments", added)) {
            new DatabaseBuilder(opened.encoder())
                    .addAll(of(opened, added, HELD_OUT_SEED + 2 * seed), kindAlone, false, line::stepTo);
        }
        ExactDatabase after = copy(base);
        after.upsert(kindAlone.entries());
        ExpansionMeasure measure = new ExpansionMeasure(
                opened.encoder(),
                new TrainedAttributeExtractor(opened.encoder(), ModelFolder.ATTRIBUTE_CONFIDENCE),
                before,
                after,
                kindAlone);
        int photos = Math.multiplyExact(garments, views);
        Map<String, ExpansionMeasure.Rows> rows = new LinkedHashMap<>();
        try (ProgressLine line = ProgressLine.start("Retrieving", 2 * photos)) {
            rows.put(
                    kind.name().toLowerCase(Locale.ROOT),
                    measure.run(
                            pairs(opened, of(opened, garments, HELD_OUT_SEED + 2 * seed + 1)), photos, line::stepTo));
            rows.put(
                    "the mix",
                    measure.run(
                            pairs(opened, new ProceduralGarments(garments, opened.side(), HELD_OUT_SEED - 1 - seed)),
                            photos,
                            n -> line.stepTo(photos + n)));
        }
        return ExpansionResults.of(rows, seed, opened.weights(), before.count(), added, kind.name());
    }

    private GarmentStore of(ModelFolder opened, int count, long drawn) {
        return ProceduralGarments.of(kind, count, opened.side(), drawn);
    }

    private PairSource pairs(ModelFolder opened, GarmentStore store) {
        return new WildPairs(
                store, new ProceduralScenery(), WildViewOptions.defaults().withSide(opened.side()), seed);
    }

    private static ExactDatabase copy(StructureDatabase base) {
        ExactDatabase copy = new ExactDatabase(base.dimension(), base.encoderFingerprint());
        base.entries().forEach(e -> copy.upsert(List.of(e)));
        return copy;
    }
}
