package org.ragdiff.cli.generate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.cli.model.ModelOptions;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.GarmentAttributes.Category;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.diffusion.guidance.Stream;
import org.ragdiff.diffusion.pipeline.AttributeFilter;
import org.ragdiff.diffusion.pipeline.GenerationOptions;
import org.ragdiff.diffusion.pipeline.GenerationRequest;
import org.ragdiff.diffusion.pipeline.PipelineParts;
import org.ragdiff.slle.Aggregators;
import org.ragdiff.slle.CalibratedManifold;
import org.ragdiff.slle.ManifoldCalibration;
import org.ragdiff.slle.edit.EditedLandmark;
import org.ragdiff.slle.edit.LandmarkEdit;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options of what structure results follow: what is retrieved, what is known, and how it is changed. */
final class StructureOptions {
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
            names = "--aggregator",
            paramLabel = "NAME",
            defaultValue = Aggregators.DEFAULT,
            description = "How neighbours are fused: slle, slle-simplex, slle-nearest, slle-mask, slle-field,"
                    + " slle-mixed, top1, mean, softmax, decoded or none (default: ${DEFAULT-VALUE}).")
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

    String aggregator() {
        return aggregator;
    }

    /** The text of {@code --edit}, or null. */
    String editText() {
        return edit == null ? null : edit.text();
    }

    /** SHA-256 of the mask's file, or null. */
    String landmarkSha256() throws IOException {
        return landmark == null ? null : Sha256.of(landmark);
    }

    boolean attributesGiven() {
        return attributes != null;
    }

    /** The options with which conditions are dropped and which garments may be neighbours. */
    GenerationOptions toOptions(GenerationOptions o) {
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
    GenerationRequest template() throws IOException {
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

    /** The model's calibration if it has one of this aggregator, or null. */
    ManifoldCalibration calibration(ModelOptions model) throws IOException {
        Path file = model.files().manifold();
        if (!Files.exists(file)) {
            return null;
        }
        ManifoldCalibration c = ManifoldCalibration.read(file);
        return c.aggregator().equals(aggregator) ? c : null;
    }

    /** @param calibration of the scores, or null */
    PipelineParts parts(PipelineParts parts, ManifoldCalibration calibration) {
        PipelineParts out = calibration == null
                ? parts
                : parts.withAggregator(new CalibratedManifold(parts.aggregator(), calibration));
        return edit == null || landmark != null ? out : out.withAggregator(new EditedLandmark(out.aggregator(), edit));
    }
}
