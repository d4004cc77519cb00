package org.ragdiff.cli.evaluate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.ragdiff.diffusion.guidance.GuidanceInterval;
import org.ragdiff.diffusion.guidance.GuidanceProjection;
import org.ragdiff.diffusion.pipeline.GenerationOptions;

/** Settings of a run as they are recorded. Stateless. */
public final class EvaluationSettings {
    private EvaluationSettings() {}

    /**
     * @param aggregator name of the full system's
     */
    public static Map<String, Object> of(GenerationOptions options, String aggregator, List<Ablation> ablations) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("sampler", options.sampler());
        out.put("steps", options.steps());
        out.put("guidance", options.guidance().scales());
        if (!options.guidance().interval().equals(GuidanceInterval.ALL)) {
            out.put("guidanceInterval", options.guidance().interval());
        }
        if (!options.guidance().projection().equals(GuidanceProjection.NONE)) {
            out.put("guidanceProjection", options.guidance().projection());
        }
        out.put("patternTransfer", options.pattern().share());
        out.put("landmarkMatte", options.finish().matte().share());
        out.put("silhouetteFusion", options.silhouette().share());
        out.put("aggregator", aggregator);
        out.put("attributeFilter", Words.of(options.attributeFilter()));
        out.put("fit", Words.of(options.fit()));
        out.put("ablations", ablations.stream().map(Ablation::aggregator).collect(Collectors.joining(",")));
        out.put("noRetrieval", "structure and landmark streams dropped at sampling, the same weights");
        out.put("recall", "own standard image among the database's entries and those of all garments measured");
        return out;
    }
}
