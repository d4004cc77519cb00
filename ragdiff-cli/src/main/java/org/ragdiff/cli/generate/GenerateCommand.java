package org.ragdiff.cli.generate;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.GarmentAttributes.Category;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.diffusion.guidance.Stream;
import org.ragdiff.diffusion.pipeline.AttributeFilter;
import org.ragdiff.diffusion.pipeline.FlatLayPipeline;
import org.ragdiff.diffusion.pipeline.GenerationOptions;
import org.ragdiff.diffusion.pipeline.GenerationRequest;
import org.ragdiff.diffusion.pipeline.NegativeConditions;
import org.ragdiff.diffusion.pipeline.PipelineParts;
import org.ragdiff.diffusion.pipeline.StartImage;
import org.ragdiff.eval.report.ContactSheet;
import org.ragdiff.retrieval.attributes.llm.LlmUsage;
import org.ragdiff.slle.Aggregators;
import org.ragdiff.slle.CalibratedManifold;
import org.ragdiff.slle.ManifoldCalibration;
import org.ragdiff.slle.edit.EditedLandmark;
import org.ragdiff.slle.edit.LandmarkEdit;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

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
    private static final int SHEET_CELL = 128;

    /** What is done to a photo before the networks see it. */
    enum Crop {
        /** A square around the garment where its mask is sure. */
        AUTO,
        /** All of the photo. */
        NONE
    }

    /** The text of {@code --edit}. */
    static final class EditText implements ITypeConverter<LandmarkEdit> {
        @Override
        public LandmarkEdit convert(String text) {
            try {
                return LandmarkEdit.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
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
    private ExtractorOptions extractor;

    @Option(
            names = "--negative",
            paramLabel = "PHOTO",
            description = "Photo of what guidance is to lead away from: its pattern and its structure.")
    private Path negative;

    @Option(
            names = "--negative-landmark",
            paramLabel = "MASK",
            description = "Silhouette that guidance is to lead away from; drawn as for --landmark.")
    private Path negativeLandmark;

    @Option(
            names = "--aggregator",
            paramLabel = "NAME",
            defaultValue = Aggregators.DEFAULT,
            description = "How neighbours are fused: slle, slle-simplex, slle-nearest, slle-mask, slle-field, top1,"
                    + " mean, softmax, decoded or none (default: ${DEFAULT-VALUE}).")
    private String aggregator;

    @Option(
            names = "--landmark",
            paramLabel = "MASK",
            description = "Silhouette to follow in place of the retrieved one: a square picture, black on white or"
                    + " white on black, whose longer side of the garment covers nine tenths.")
    private Path landmark;

    @Option(
            names = "--edit",
            paramLabel = "hem=N,sleeve=N,mirror",
            converter = EditText.class,
            description = "Changes the retrieved silhouette, or that of --landmark: hem and sleeves longer, below 0"
                    + " shorter, by a share of the frame's side; left and right exchanged.")
    private LandmarkEdit edit;

    @Option(
            names = "--attributes",
            paramLabel = "NAME=VALUE,...",
            description = "What is known of the garment: category, sleeve, neckline, length, closure, fit; in place"
                    + " of what is read off the photo.")
    private String attributes;

    @Option(
            names = "--filter",
            paramLabel = "none|category",
            description = "Which garments of the database may be neighbours (default: category if --attributes names"
                    + " one, else none).")
    private AttributeFilter filter;

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
        GenerationRequest template = template();
        try (ModelFolder opened = ModelFolder.open(model.files())) {
            StructureDatabase database = model.database(opened);
            ManifoldCalibration calibration = calibration();
            AttributeReading reading = extractor.open(opened.encoder());
            GenerationRun run = new GenerationRun(
                    new FlatLayPipeline(parts(opened, database, calibration).withExtractor(reading.extractor())),
                    options,
                    crop == Crop.AUTO ? Optional.of(new GarmentCrop()) : Optional.empty(),
                    template,
                    new Manifest.Common(
                            aggregator,
                            opened.side(),
                            landmark == null ? null : Sha256.of(landmark),
                            edit == null ? null : edit.text(),
                            calibration == null ? null : calibration.probability(calibration.threshold()),
                            attributes == null ? reading::of : photo -> Map.of("extractor", "given"),
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

    /** The model's calibration if it has one of this aggregator, or null. */
    private ManifoldCalibration calibration() throws IOException {
        Path file = model.files().manifold();
        if (!Files.exists(file)) {
            return null;
        }
        ManifoldCalibration c = ManifoldCalibration.read(file);
        return c.aggregator().equals(aggregator) ? c : null;
    }

    private PipelineParts parts(ModelFolder opened, StructureDatabase database, ManifoldCalibration calibration) {
        PipelineParts parts = opened.parts(database, aggregator);
        if (calibration != null) {
            parts = parts.withAggregator(new CalibratedManifold(parts.aggregator(), calibration));
        }
        return edit == null || landmark != null
                ? parts
                : parts.withAggregator(new EditedLandmark(parts.aggregator(), edit));
    }

    /** What the manifest says of images and masks that steer beside the photo, or null. */
    private Manifest.Steering steering() throws IOException {
        Path image = runs.imageFile();
        if (image == null && negative == null && negativeLandmark == null && runs.stopAfter() == null) {
            return null;
        }
        return new Manifest.Steering(
                image == null ? null : Sha256.of(image),
                image == null ? null : runs.strength(),
                negative == null ? null : Sha256.of(negative),
                negativeLandmark == null ? null : Sha256.of(negativeLandmark),
                runs.stopAfter());
    }

    private GenerationOptions options() throws IOException {
        GenerationOptions o = sampling.toOptions();
        Optional<RgbImage> start = runs.image();
        if (start.isPresent()) {
            o = o.withStart(new StartImage(start.get(), runs.strength()));
        }
        NegativeConditions away = NegativeConditions.NONE;
        if (negative != null) {
            away = away.withPhoto(ImageFiles.read(negative));
        }
        if (negativeLandmark != null) {
            away = away.withLandmark(LandmarkMask.read(negativeLandmark));
        }
        o = o.withNegative(away);
        if (!Aggregators.names().contains(aggregator)) {
            throw new BadInputException(
                    "unknown aggregator " + aggregator + ", expected one of " + Aggregators.names());
        }
        Set<Stream> dropped = EnumSet.noneOf(Stream.class);
        if (aggregator.equals("none")) {
            dropped.add(Stream.STRUCTURE);
            if (landmark == null) {
                if (edit != null) {
                    throw new BadInputException("--edit needs a silhouette to change: --aggregator none has none,"
                            + " give --landmark or another aggregator");
                }
                dropped.add(Stream.LANDMARK);
            }
        }
        boolean known = attributes != null && AttributeText.parse(attributes).category() != Category.UNKNOWN;
        AttributeFilter asked = filter != null ? filter : known ? AttributeFilter.CATEGORY : AttributeFilter.NONE;
        return o.withDropped(dropped).withAttributeFilter(asked);
    }

    /** What every photo's request holds beside the photo. */
    private GenerationRequest template() throws IOException {
        Optional<GarmentAttributes> known = Optional.ofNullable(attributes).map(AttributeText::parse);
        Optional<SignedDistanceField> field =
                landmark == null ? Optional.empty() : Optional.of(edited(LandmarkMask.read(landmark)));
        GenerationRequest none = GenerationRequest.of(RgbImage.wrap(1, 1, new byte[3]));
        return new GenerationRequest(none.photo(), known, field, none.allowed(), none.seed());
    }

    private SignedDistanceField edited(SignedDistanceField given) {
        try {
            return edit == null ? given : edit.apply(given);
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--edit of " + landmark + ": " + e.getMessage(), e);
        }
    }

    private int finish(GenerationRun run, AttributeReading reading, double seconds) throws IOException {
        PrintWriter print = spec.commandLine().getOut();
        if (contactSheet != null && !run.done().isEmpty()) {
            OutputPaths.makeFolderOf(contactSheet);
            ImageFiles.writePng(contactSheet, sheet(run.done()), Map.of());
        }
        OutputPaths.writeJson(json, Summary.of(run, reading.usage().orElse(null), seconds));
        if (run.done().size() == 1) {
            GenerationRun.Done d = run.done().get(0);
            Manifest m = d.manifest();
            print.printf(
                    Locale.ROOT,
                    "%s: %s, %d neighbours, residual %.3f, %.1f s%n",
                    d.plan().png(),
                    m.attributes().get("category"),
                    m.neighbours().size(),
                    m.residual(),
                    seconds);
        } else {
            print.printf(Locale.ROOT, "%d flat-lays in %s, %.1f s%n", run.done().size(), out, seconds);
        }
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

    private static RgbImage sheet(List<GenerationRun.Done> done) {
        List<RgbImage> cells = new ArrayList<>();
        for (GenerationRun.Done d : done) {
            cells.addAll(List.of(d.photo(), d.landmark(), d.flatLay()));
        }
        int across = done.size() <= 8 ? 1 : done.size() <= 24 ? 2 : 4;
        return ContactSheet.grid(cells, 3 * across, SHEET_CELL);
    }

    /**
     * What {@code --json} holds.
     *
     * @param llm null where no language model was asked
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Summary(double seconds, List<Written> flatLays, List<Refused> failures, LlmUsage llm) {
        record Written(String photo, String png, String manifest) {}

        record Refused(String photo, String reason) {}

        static Summary of(GenerationRun run, LlmUsage llm, double seconds) {
            return new Summary(
                    seconds,
                    run.done().stream()
                            .map(d -> new Written(
                                    d.plan().photo().toString(),
                                    d.plan().png().toString(),
                                    d.plan().manifest().toString()))
                            .toList(),
                    run.failures().stream()
                            .map(f -> new Refused(f.photo().toString(), f.message()))
                            .toList(),
                    llm);
        }
    }
}
