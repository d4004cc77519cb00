package org.ragdiff.slle;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.ragdiff.core.StructureAggregator;

/** Aggregators by name, with default settings, for the command line and configuration files. */
public final class Aggregators {
    /** Used where nothing else is asked for: of those that read the database, the best landmarks when held out. */
    public static final String DEFAULT = "slle-mixed";

    private static final Map<String, Supplier<StructureAggregator>> BY_NAME = new TreeMap<>(Map.ofEntries(
            entry("none", QueryAlone::none),
            entry("decoded", QueryAlone::decoded),
            entry("top1", WeightedBaseline::top1),
            entry("mean", () -> WeightedBaseline.mean(16)),
            entry("softmax", () -> WeightedBaseline.softmax(16, 0.05)),
            slle("slle", SlleOptions.defaults()),
            slle(
                    "slle-simplex",
                    SlleOptions.defaults().withSolver(SolverOptions.defaults().withNonNegative(true))),
            slle("slle-nearest", SlleOptions.defaults().withLandmark(SlleOptions.Landmark.NEAREST)),
            slle("slle-mask", SlleOptions.defaults().withLandmark(SlleOptions.Landmark.MASK_AVERAGE)),
            slle("slle-field", SlleOptions.fieldDefaults()),
            slle("slle-mixed", SlleOptions.fieldDefaults().withDecodedShare(0.5))));

    private Aggregators() {}

    private static Map.Entry<String, Supplier<StructureAggregator>> slle(String name, SlleOptions options) {
        return entry(name, () -> new SlleAggregator(name, options));
    }

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
    public static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }
}
