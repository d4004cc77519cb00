package org.ragdiff.cli.index;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.cli.model.AttributeReading;
import org.ragdiff.cli.model.ExtractorOptions;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.cli.model.ModelFolder;
import org.ragdiff.cli.photo.GarmentCrop;
import org.ragdiff.cli.photo.GarmentPhoto;
import org.ragdiff.core.EntryFilter;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.StructureGuidance;
import org.ragdiff.core.StructureQuery;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.retrieval.database.LuceneDatabase;
import org.ragdiff.retrieval.structurenet.StructureNetEncoder;
import org.ragdiff.slle.SlleAggregator;
import org.ragdiff.slle.SlleOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ragdiff index query}. */
@Command(
        name = "query",
        description = "Finds the garments of a structure database that are built like the one in a photo.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  ragdiff index query --database database/ --image shirt.jpg",
            "  ragdiff index query --database database/ --image shirt.jpg -k 32 --json neighbours.json"
        })
final class IndexQueryCommand implements Callable<Integer> {
    @Option(names = "--database", paramLabel = "DIR", description = "The database (default: the model's own).")
    private Path directory;

    @Option(names = "--image", required = true, paramLabel = "FILE", description = "A photo of a garment.")
    private Path image;

    @Option(
            names = "-k",
            paramLabel = "N",
            defaultValue = "16",
            description = "Neighbours, 1 to 1000 (default: ${DEFAULT-VALUE}).")
    private int k;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "Model whose structure encoder embeds the photo (default: the demo's).")
    private Path model;

    @Mixin
    private ExtractorOptions extractor;

    @Option(names = "--json", paramLabel = "FILE", description = "The same, for machines.")
    private Path json;

    @Spec
    private CommandSpec spec;

    /** A garment found. */
    record Found(String id, double similarity, double weight, String category) {}

    /**
     * What {@code --json} holds.
     *
     * @param attributesFrom what read the photo's attributes
     */
    record Answer(
            String photo,
            Map<String, String> attributesFrom,
            List<Found> neighbours,
            double residual,
            double effectiveNeighbours,
            double outOfManifold) {}

    @Override
    public Integer call() throws IOException {
        if (k < 1 || k > 1000) {
            throw new BadInputException("-k must be in 1..1000, got " + k);
        }
        OutputPaths.requireWritableFile(json);
        ModelFiles files = ModelFiles.orDemo(model).requireStructure();
        GarmentPhoto photo = GarmentPhoto.read(image, Optional.of(new GarmentCrop()), ModelFolder.side(files));
        try (Kernels kernels = KernelProviders.defaultKernels();
                StructureNetEncoder encoder = StructureNetEncoder.load(files.structure(), kernels);
                LuceneDatabase database =
                        LuceneDatabase.open(directory == null ? files.database() : directory, encoder.fingerprint())) {
            AttributeReading reading = extractor.open(encoder);
            // As the pipeline does it.
            List<RgbImage> seen = List.of(photo.square());
            StructureQuery query = encoder.encodePhotos(
                            seen, reading.extractor().extract(seen))
                    .get(0);
            StructureGuidance guidance = new SlleAggregator(
                            SlleOptions.defaults().withNeighbours(k))
                    .aggregate(query, database.search(query.embedding(), k, EntryFilter.any()));
            Answer answer = answer(photo, reading, guidance);
            print(answer);
            reading.summary().ifPresent(spec.commandLine().getOut()::println);
            OutputPaths.writeJson(json, answer);
        }
        return ExitCodes.DONE;
    }

    private static Answer answer(GarmentPhoto photo, AttributeReading reading, StructureGuidance g) {
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < g.weights().length; i++) {
            Neighbour n = g.neighbours().get(i);
            found.add(new Found(
                    n.entry().id(),
                    n.similarity(),
                    g.weights()[i],
                    n.entry()
                            .attributes()
                            .category()
                            .name()
                            .toLowerCase(Locale.ROOT)
                            .replace('_', '-')));
        }
        return new Answer(
                photo.file().getFileName().toString(),
                reading.of(photo.square()),
                found,
                g.residual(),
                g.effectiveNeighbours(),
                g.outOfManifold());
    }

    private void print(Answer answer) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("%4s  %10s  %8s  %-12s  %s%n", "rank", "similarity", "weight", "category", "garment");
        for (int i = 0; i < answer.neighbours().size(); i++) {
            Found f = answer.neighbours().get(i);
            out.printf(
                    Locale.ROOT,
                    "%4d  %10.4f  %+8.4f  %-12s  %s%n",
                    i + 1,
                    f.similarity(),
                    f.weight(),
                    f.category(),
                    f.id());
        }
        out.printf(
                Locale.ROOT,
                "residual %.4f, effective neighbours %.2f, out of manifold %.3f%n",
                answer.residual(),
                answer.effectiveNeighbours(),
                answer.outOfManifold());
    }
}
