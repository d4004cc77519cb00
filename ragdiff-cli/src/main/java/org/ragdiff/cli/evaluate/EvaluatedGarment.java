package org.ragdiff.cli.evaluate;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ragdiff.core.GarmentAttributes.Category;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.diffusion.pipeline.GenerationResult;
import org.ragdiff.eval.GarmentResult;

/**
 * One garment of an evaluation. Immutable.
 *
 * @param pair photo and truth
 * @param full result of the full system, with its retrieval
 * @param ablated results from the same noise, by the suffix of their figures
 * @param figures by name
 */
public record EvaluatedGarment(
        GarmentPair pair, GenerationResult full, Map<String, GenerationResult> ablated, Map<String, Double> figures) {
    public EvaluatedGarment {
        ablated = Collections.unmodifiableMap(new LinkedHashMap<>(ablated));
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }

    /** With more figures, after those it has. */
    public EvaluatedGarment with(Map<String, Double> more) {
        Map<String, Double> all = new LinkedHashMap<>(figures);
        all.putAll(more);
        return new EvaluatedGarment(pair, full, ablated, all);
    }

    /** Its row. */
    public GarmentResult row() {
        Category c = pair.attributes().category();
        return new GarmentResult(pair.id(), c == Category.UNKNOWN ? null : Words.of(c), pair.hiddenShare(), figures);
    }
}
