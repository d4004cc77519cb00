package org.ragdiff.cli.index;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.cli.ProgressLine;
import org.ragdiff.cli.model.DatabaseBuilder;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.ModelFolder;
import org.ragdiff.core.provenance.Provenance;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.data.pairs.GarmentStore;
import org.ragdiff.data.pairs.PhotoFolder;
import org.ragdiff.data.pairs.PhotoGarmentOptions;
import org.ragdiff.data.pairs.PhotoGarments;
import org.ragdiff.data.procedural.ProceduralGarments;
import org.ragdiff.retrieval.database.LuceneDatabase;
import org.ragdiff.retrieval.structurenet.StructureNetEncoder;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Garments from photos, flat-lays or the procedural model, embedded and put into a database. */
abstract class IndexFillCommand implements Callable<Integer> {
    private static final int MOST = 1_000_000;

    /** Where the garments come from: one of these. */
    static final class Source {
        @Option(
                names = "--photos",
                paramLabel = "DIR",
                description = "Photos of one garment each; those whose garment is found with confidence are cut out."
                        + " A table DIR.csv (path, label, kids, sender_id) beside the folder is read.")
        private Path photos;

        @Option(names = "--flats", paramLabel = "DIR", description = "Flat-lays on a white or transparent background.")
        private Path flats;

        @Option(names = "--synth", paramLabel = "N", description = "N procedural garments.")
        private Integer synth;
    }

    @ArgGroup(multiplicity = "1", heading = "Where the garments come from:%n")
    private Source source;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "Model whose structure encoder embeds the garments (default: the demo's).")
    private Path model;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Of procedural garments (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            defaultValue = "out/cache",
            description = "Where cut-outs of photos are kept (default: ${DEFAULT-VALUE}).")
    private Path cache;

    @Option(names = "--json", paramLabel = "FILE", description = "What was done, for machines.")
    private Path json;

    @Spec
    private CommandSpec spec;

    /** Folder of the database. */
    abstract Path folder();

    /** Whether what is there stays. */
    abstract boolean adding();

    /** The command in words, for provenance. */
    abstract String words();

    @Override
    public Integer call() throws IOException {
        long started = System.nanoTime();
        Path out = folder();
        OutputPaths.requireWritableFolder(out);
        OutputPaths.requireWritableFile(json);
        ModelFiles files = ModelFiles.orDemo(model).requireStructure();
        int side = ModelFolder.side(files);
        try (Kernels kernels = KernelProviders.defaultKernels();
                StructureNetEncoder encoder = StructureNetEncoder.load(files.structure(), kernels)) {
            GarmentStore store = store(side);
            boolean made = !Files.exists(out);
            OutputPaths.makeFolder(out);
            try {
                build(store, encoder, files, started);
            } catch (IOException | RuntimeException e) {
                if (made && !LuceneDatabase.exists(out)) {
                    remove(out);
                }
                throw e;
            }
        }
        return ExitCodes.DONE;
    }

    private void build(GarmentStore store, StructureNetEncoder encoder, ModelFiles files, long started)
            throws IOException {
        Path out = folder();
        boolean add = adding();
        try (LuceneDatabase database = add
                        ? LuceneDatabase.openForWriting(out, encoder.fingerprint())
                        : LuceneDatabase.create(out, encoder.dimension(), encoder.fingerprint());
                ProgressLine progress = ProgressLine.start("index", store.size())) {
            database.describe(provenance(store, files));
            new DatabaseBuilder(encoder).addAll(store, database, true, progress::stepTo);
            if (!add) {
                database.compact();
                database.commit();
            }
            report(store, database, (System.nanoTime() - started) / 1e9);
        }
    }

    /** A folder that was made here, with what the writer left in it. */
    private static void remove(Path folder) throws IOException {
        try (Stream<Path> left = Files.list(folder)) {
            for (Path file : left.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    private GarmentStore store(int side) throws IOException {
        if (source.synth != null) {
            if (source.synth < 1 || source.synth > MOST) {
                throw new BadInputException("--synth must be in 1.." + MOST + ", got " + source.synth);
            }
            return new ProceduralGarments(source.synth, side, seed);
        }
        if (source.photos != null) {
            OutputPaths.requireWritableFolder(cache);
            int photos = PhotoFolder.list(source.photos).size();
            try (ProgressLine progress = ProgressLine.start("photos", photos)) {
                return PhotoGarments.openOrPrepare(
                        source.photos,
                        PhotoGarmentOptions.defaults().withSide(side),
                        cache,
                        (done, all) -> progress.stepTo(done));
            }
        }
        try (ProgressLine progress = ProgressLine.start("flats", 0)) {
            FlatGarments flats = FlatGarments.read(source.flats, side, progress::stepTo);
            PrintWriter err = spec.commandLine().getErr();
            flats.leftOut().forEach(line -> err.println("left out: " + line));
            return flats;
        }
    }

    private Provenance provenance(GarmentStore store, ModelFiles files) throws IOException {
        String from = source.synth != null
                ? "--synth " + source.synth + " --seed " + seed
                : source.photos != null ? "--photos" : "--flats";
        return Provenance.of("structure-database", words() + " " + from, seed)
                .withDataHash(Sha256.of(store.fingerprint()))
                .withWeights("structure", Sha256.of(files.structure()));
    }

    private void report(GarmentStore store, LuceneDatabase database, double seconds) throws IOException {
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%d garments added, %d in %s, %.1f s%n",
                        store.size(),
                        database.count(),
                        folder(),
                        seconds);
        List<String> leftOut = store instanceof FlatGarments flats ? flats.leftOut() : List.of();
        OutputPaths.writeJson(
                json,
                new Summary(
                        folder().toString(),
                        store.fingerprint(),
                        store.size(),
                        database.count(),
                        database.encoderFingerprint(),
                        leftOut,
                        seconds));
    }

    /** What {@code --json} holds. */
    record Summary(
            String database,
            String garments,
            int added,
            int count,
            String encoder,
            List<String> leftOut,
            double seconds) {}
}
