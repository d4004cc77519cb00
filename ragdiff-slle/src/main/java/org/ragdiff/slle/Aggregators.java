package org.ragdiff.slle;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.ragdiff.core.StructureAggregator;

/** Aggregators by name, with default settings, for the command line and configuration files. */
public final class Aggregators {
    /** Used where nothing else is asked for: of those that read the database, the best landmarks when held out. */
    public static final String DEFAULT = "slle-field";

    private static final Map<String, Supplier<StructureAggregator>> BY_NAME = new TreeMap<>(Map.of(
            "none", QueryAlone::none,
            "decoded", QueryAlone::decoded,
            "top1", WeightedBaseline::top1,
            "mean", () -> WeightedBaseline.mean(16),
            "softmax", () -> WeightedBaseline.softmax(16, 0.05),
            "slle", () -> new SlleAggregator(SlleOptions.defaults()),
            "slle-simplex",
                    () -> new SlleAggregator(
                            "slle-simplex",
                            SlleOptions.defaults()
                                    .withSolver(SolverOptions.defaults().withNonNegative(true))),
            "slle-nearest",
                    () -> new SlleAggregator(
                            "slle-nearest", SlleOptions.defaults().withLandmark(SlleOptions.Landmark.NEAREST)),
            "slle-mask",
                    () -> new SlleAggregator(
                            "slle-mask", SlleOptions.defaults().withLandmark(SlleOptions.Landmark.MASK_AVERAGE)),
            "slle-field", () -> new SlleAggregator("slle-field", SlleOptions.fieldDefaults())));

    private Aggregators() {}

    /**
     * @throws IllegalArgumentException for an unknown name, with the list of known ones
     */
    public static StructureAggregator byName(String name) {
        Supplier<StructureAggregator> maker = BY_NAME.get(name);
        if (maker == null) {
            throw new IllegalArgumentException("unknown aggregator \"" + name + "\", expected one of " + names());
        }
        return maker.get();
    }

    /** The known names, sorted. */
    public static java.util.List<String> names() {
        return java.util.List.copyOf(BY_NAME.keySet());
    }
}
