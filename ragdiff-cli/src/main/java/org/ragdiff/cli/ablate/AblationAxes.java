package org.ragdiff.cli.ablate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.DoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.ragdiff.cli.model.ModelFiles;
import org.ragdiff.core.image.SquarePhoto;
import org.ragdiff.diffusion.guidance.GuidanceScales;
import org.ragdiff.diffusion.guidance.Stream;
import org.ragdiff.diffusion.pipeline.AttributeFilter;
import org.ragdiff.diffusion.pipeline.GenerationOptions;
import org.ragdiff.diffusion.pipeline.LandmarkMatte;
import org.ragdiff.diffusion.pipeline.PatternTransfer;
import org.ragdiff.diffusion.pipeline.SilhouetteFusion;
import org.ragdiff.diffusion.sampler.Samplers;
import org.ragdiff.slle.Aggregators;

/** The axes by name: those built in, and those found by {@link ServiceLoader}. Stateless. */
final class AblationAxes {
    private static final List<AblationAxis> BUILT_IN = List.of(
            axis("aggregator", Aggregators.names(), (v, name) -> v.withAggregator(Aggregators.byName(name))),
            axis(
                    "aligner",
                    names(Variant.Alignment.class),
                    (v, name) -> v.withAlignment(constant(Variant.Alignment.class, name))),
            axis(
                    "refiner",
                    names(Variant.Refinement.class),
                    (v, name) -> v.withRefinement(constant(Variant.Refinement.class, name))),
            axis("sampler", List.of(), AblationAxes::sampler),
            number("steps", (o, x) -> o.withSteps(whole("steps", x))),
            number("pattern-transfer", (o, x) -> o.withPattern(new PatternTransfer(x))),
            number("landmark-matte", (o, x) -> o.withMatte(new LandmarkMatte(x))),
            number("silhouette-fusion", (o, x) -> o.withSilhouette(new SilhouetteFusion(x))),
            guidance("guidance", x -> s -> new GuidanceScales(x, x, x, s.rescale())),
            guidance("guidance-reference", x -> s -> new GuidanceScales(x, s.structure(), s.landmark(), s.rescale())),
            guidance("guidance-structure", x -> s -> new GuidanceScales(s.reference(), x, s.landmark(), s.rescale())),
            guidance("guidance-landmark", x -> s -> new GuidanceScales(s.reference(), s.structure(), x, s.rescale())),
            guidance("guidance-rescale", x -> s -> s.withRescale(x)),
            axis("drop", List.of(), AblationAxes::drop),
            constants("attribute-filter", AttributeFilter.class, GenerationOptions::withAttributeFilter),
            constants("fit", SquarePhoto.Fit.class, GenerationOptions::withFit),
            axis("model", List.of(), (v, folder) -> v.withModel(new ModelFiles(Path.of(folder)).requireWeights())),
            axis("database", List.of(), (v, folder) -> v.withDatabase(Path.of(folder))));

    private AblationAxes() {}

    private record Named(String name, List<String> values, BiFunction<Variant, String, Variant> change)
            implements AblationAxis {
        @Override
        public Variant apply(Variant variant, String value) {
            return change.apply(variant, value);
        }
    }

    /** All axes; the names are distinct. */
    static List<AblationAxis> all() {
        List<AblationAxis> out = new ArrayList<>(BUILT_IN);
        ServiceLoader.load(AblationAxis.class).forEach(out::add);
        Set<String> names = new LinkedHashSet<>();
        for (AblationAxis a : out) {
            if (!names.add(a.name())) {
                throw new IllegalStateException(
                        "two axes are called \"" + a.name() + "\"; rename the one of " + a.getClass());
            }
        }
        return out;
    }

    /**
     * A variant with a value for each axis, in the map's order.
     *
     * @throws IllegalArgumentException for an unknown axis or value; the message lists what there is
     */
    static Variant apply(Variant start, Map<String, String> values) {
        List<AblationAxis> axes = all();
        Variant out = start;
        for (Map.Entry<String, String> e : values.entrySet()) {
            AblationAxis axis = axes.stream()
                    .filter(a -> a.name().equals(e.getKey()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("unknown axis \"" + e.getKey()
                            + "\", expected one of "
                            + axes.stream().map(AblationAxis::name).toList()));
            try {
                out = axis.apply(out, e.getValue());
            } catch (IllegalArgumentException refused) {
                throw new IllegalArgumentException("axis " + e.getKey() + ": " + refused.getMessage(), refused);
            }
        }
        return out;
    }

    private static AblationAxis axis(String name, List<String> values, BiFunction<Variant, String, Variant> change) {
        return new Named(name, values, change);
    }

    private static AblationAxis number(String name, BiFunction<GenerationOptions, Double, GenerationOptions> change) {
        return axis(name, List.of(), (v, text) -> {
            try {
                return v.withOptions(change.apply(v.options(), Double.parseDouble(text)));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("\"" + text + "\" is no number", e);
            }
        });
    }

    private static int whole(String name, double x) {
        if (x != Math.rint(x) || Math.abs(x) > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(name + " is a whole number, got " + x);
        }
        return (int) x;
    }

    private static AblationAxis guidance(String name, DoubleFunction<UnaryOperator<GuidanceScales>> change) {
        return number(
                name,
                (o, x) -> o.withGuidance(change.apply(x).apply(o.guidance().scales())));
    }

    private static Variant sampler(Variant v, String name) {
        Samplers.require(name);
        return v.withOptions(v.options().withSampler(name.toLowerCase(Locale.ROOT)));
    }

    /** {@code nothing}, or streams joined by +. */
    private static Variant drop(Variant v, String text) {
        Set<Stream> dropped = new LinkedHashSet<>();
        if (!text.equals("nothing")) {
            for (String name : text.split("\\+", -1)) {
                dropped.add(constant(Stream.class, name));
            }
        }
        return v.withOptions(v.options().withDropped(dropped));
    }

    private static <E extends Enum<E>> AblationAxis constants(
            String name, Class<E> type, BiFunction<GenerationOptions, E, GenerationOptions> change) {
        return axis(name, names(type), (v, text) -> v.withOptions(change.apply(v.options(), constant(type, text))));
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String text) {
        return Arrays.stream(type.getEnumConstants())
                .filter(e -> name(e).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown value \"" + text + "\", expected one of "
                        + names(type)
                        + (type == Stream.class ? ", several joined by +, or nothing" : "")));
    }

    private static List<String> names(Class<? extends Enum<?>> type) {
        return Arrays.stream(type.getEnumConstants()).map(AblationAxes::name).collect(Collectors.toList());
    }

    private static String name(Enum<?> e) {
        return e.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
