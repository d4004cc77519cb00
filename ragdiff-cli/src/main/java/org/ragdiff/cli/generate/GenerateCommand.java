package org.ragdiff.cli.generate;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.ExitCodes;
import org.ragdiff.cli.OutputPaths;
import org.ragdiff.cli.model.AttributeReading;
import org.ragdiff.cli.model.ExtractorOptions;
import org.ragdiff.cli.model.ModelFolder;
import org.ragdiff.cli.model.ModelOptions;
import org.ragdiff.cli.photo.GarmentCrop;
import org.ragdiff.cli.photo.PictureList;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.diffusion.pipeline.FlatLayPipeline;
import org.ragdiff.diffusion.pipeline.GenerationOptions;
import org.ragdiff.diffusion.pipeline.GenerationRequest;
import org.ragdiff.diffusion.pipeline.StartImage;
import org.ragdiff.slle.ManifoldCalibration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ragdiff generate}. */
@Command(
        name = "generate",
        description = {
            "Turns photos of garments into flat-lays.",
            "Writes NAME.png and NAME.json for each photo; the PNG's text chunks and the JSON hold what is needed to"
                    + " make it again. Photos are recognised by their content: JPEG, PNG, WebP, GIF or BMP. Of two"
                    + " photos that differ only in their ending, such as a.jpg and a.png, the flat-lays are"
                    + " a.jpg.png and a.png.png.",
            "Exit code: 0 done; 1 some photos of a folder could not be used (they are listed, the rest is done);"
                    + " 2 wrong use or bad input."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  ragdiff generate --image shirt.jpg --out flat.png",
            "  ragdiff generate --image photos/ --out out/ --contact-sheet out/sheet.png",
            "  ragdiff generate --image dress.webp --out out/ --attributes category=dress,sleeve=long --seed 7",
            "  ragdiff generate --image shirt.jpg --out flat.png --landmark mask.png --guidance-landmark 2",
            "  ragdiff generate --image shirt.jpg --out flat.png --edit hem=-0.1,sleeve=+0.1,mirror",
            "  ragdiff generate --image shirt.jpg --out flat.png --image-to-image draft.png --strength 0.5 --seeds 1,2,3",
            "  ragdiff generate --image photos/ --out out/ --attribute-extractor llm --llm-cache answers/",
            "  ragdiff generate --image shirt.jpg --out flat.png --negative other.jpg --guidance 3"
        })
public final class GenerateCommand implements Callable<Integer> {
    /** What is done to a photo before the networks see it. */
    enum Crop {
        /** A square around the garment where its mask is sure. */
        AUTO,
        /** All of the photo. */
        NONE
    }

    @Option(
            names = "--image",
            required = true,
            paramLabel = "FILE|DIR",
            description = "A photo, or a folder whose photos are all worked on.")
    private Path image;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE.png|DIR",
            description = "The flat-lay's file for a single photo, or the folder of the results; made if missing.")
    private Path out;

    @Mixin
    private ModelOptions model;

    @Mixin
    private SamplingOptions sampling;

    @Mixin
    private RunOptions runs;

    @Mixin
    private StructureOptions structure;

    @Mixin
    private NegativeOptions negative;

    @Mixin
    private ExtractorOptions extractor;

    @Option(
            names = "--crop",
            paramLabel = "auto|none",
            defaultValue = "AUTO",
            description = "auto cuts a square around the garment where it is found with confidence; none uses the"
                    + " whole photo (default: auto).")
    private Crop crop;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "4",
            description = "Photos generated together, 1 to 64 (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--background",
            paramLabel = "white|transparent|#RRGGBB",
            defaultValue = "white",
            converter = Background.Converter.class,
            description = "What lies behind the garment in the files; transparent writes pictures with an alpha"
                    + " channel (default: ${DEFAULT-VALUE}).")
    private Background background;

    @Option(
            names = "--contact-sheet",
            paramLabel = "FILE.png",
            description = "One picture with photo, landmark and flat-lay of each.")
    private Path contactSheet;

    @Option(names = "--json", paramLabel = "FILE", description = "What was done, for machines.")
    private Path json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        long started = System.nanoTime();
        if (batch < 1 || batch > 64) {
            throw new BadInputException("--batch must be in 1..64, got " + batch);
        }
        GenerationOptions options = options();
        PictureList pictures = PictureList.of(image);
        List<OutputPlan> plans = OutputPlan.of(pictures, out, runs.seeds());
        OutputPaths.requireWritableFile(contactSheet);
        OutputPaths.requireWritableFile(json);
        GenerationRequest template = structure.template();
        try (ModelFolder opened = ModelFolder.open(model.files())) {
            StructureDatabase database = model.database(opened);
            ManifoldCalibration calibration = structure.calibration(model);
            AttributeReading reading = extractor.open(opened.encoder());
            GenerationRun run = new GenerationRun(
                    new FlatLayPipeline(structure
                            .parts(opened.parts(database, structure.aggregator()), calibration)
                            .withExtractor(reading.extractor())),
                    options,
                    crop == Crop.AUTO ? Optional.of(new GarmentCrop()) : Optional.empty(),
                    template,
                    new Manifest.Common(
                            structure.aggregator(),
                            opened.side(),
                            structure.landmarkSha256(),
                            structure.editText(),
                            calibration == null ? null : calibration.probability(calibration.threshold()),
                            structure.attributesGiven() ? photo -> Map.of("extractor", "given") : reading::of,
                            new Manifest.Database(database.count(), database.encoderFingerprint()),
                            opened.weights(),
                            steering()),
                    runs::onStep,
                    background);
            run.run(plans, batch);
            if (!pictures.folder() && !run.failures().isEmpty()) {
                throw run.failures().get(0).reason();
            }
            return finish(run, reading, (System.nanoTime() - started) / 1e9);
        }
    }

    /** What the manifest says of images and masks that steer beside the photo, or null. */
    private Manifest.Steering steering() throws IOException {
        Path start = runs.imageFile();
        Manifest.Steering s = new Manifest.Steering(
                start == null ? null : Sha256.of(start),
                start == null ? null : runs.strength(),
                negative.photoSha256(),
                negative.landmarkSha256(),
                runs.stopAfter());
        return s.equals(new Manifest.Steering(null, null, null, null, null)) ? null : s;
    }

    private GenerationOptions options() throws IOException {
        GenerationOptions o = sampling.toOptions();
        Optional<RgbImage> start = runs.image();
        if (start.isPresent()) {
            o = o.withStart(new StartImage(start.get(), runs.strength()));
        }
        return structure.toOptions(o.withNegative(negative.conditions()));
    }

    private int finish(GenerationRun run, AttributeReading reading, double seconds) throws IOException {
        PrintWriter print = spec.commandLine().getOut();
        if (contactSheet != null && !run.done().isEmpty()) {
            OutputPaths.makeFolderOf(contactSheet);
            ImageFiles.writePng(contactSheet, GenerationSummary.sheet(run.done()), Map.of());
        }
        OutputPaths.writeJson(json, GenerationSummary.of(run, reading.usage().orElse(null), seconds));
        print.println(GenerationSummary.line(run, out, seconds));
        reading.summary().ifPresent(print::println);
        if (run.failures().isEmpty()) {
            return ExitCodes.DONE;
        }
        PrintWriter err = spec.commandLine().getErr();
        err.printf(
                "ragdiff: %d of %d photos could not be used:%n",
                run.failures().size(), run.failures().size() + run.done().size());
        run.failures().forEach(f -> err.println("  " + f.message()));
        return ExitCodes.FAILED;
    }
}
