package org.ragdiff.cli.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ragdiff.cli.evaluate.EvaluatedGarment;
import org.ragdiff.cli.evaluate.PairedRun;
import org.ragdiff.cli.evaluate.ProtocolScorer;
import org.ragdiff.cli.model.ModelFolder;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.pairs.PairSource;
import org.ragdiff.diffusion.pipeline.FlatLayPipeline;
import org.ragdiff.diffusion.pipeline.GenerationOptions;
import org.ragdiff.eval.Protocol;
import org.ragdiff.slle.Aggregators;

/** Figures of a model on held-out pairs: of all, and of a few generated results from fixed noise. Stateless. */
final class HeldOutFigures {
    /** Name of the denoiser's loss among the figures. */
    static final String LOSS = "heldOutLoss";

    /** Name of the mean IoU of corrected landmarks. */
    static final String LANDMARK_IOU = "landmarkIou";

    private static final List<String> OF_RESULTS = List.of("silhouetteIou", "ssim", "deltaE");
    private static final int BATCH = 4;

    private HeldOutFigures() {}

    /**
     * @param figures by name
     * @param pairs that were generated
     * @param results of those pairs
     */
    record Measured(Map<String, Double> figures, List<GarmentPair> pairs, List<RgbImage> results) {}

    /**
     * @param database searched without the pair's own group
     * @param count pairs to generate, from position 0 on; at most all
     * @param ofAll figures of all pairs, computed before
     */
    static Measured of(
            ModelFolder model, StructureDatabase database, PairSource heldOut, int count, Map<String, Double> ofAll) {
        FlatLayPipeline pipeline = new FlatLayPipeline(model.parts(database, Aggregators.DEFAULT));
        PairedRun run = new PairedRun(
                pipeline, GenerationOptions.defaults().withSeed(1), List.of(), new ProtocolScorer(Protocol.V1));
        int n = Math.min(count, heldOut.garments());
        List<GarmentPair> pairs = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            pairs.add(heldOut.pair(i));
        }
        List<EvaluatedGarment> garments = new ArrayList<>();
        for (int from = 0; from < n; from += BATCH) {
            garments.addAll(run.run(pairs.subList(from, Math.min(n, from + BATCH)), from));
        }
        Map<String, Double> figures = new LinkedHashMap<>(ofAll);
        for (String name : OF_RESULTS) {
            figures.put(
                    name,
                    garments.stream()
                            .mapToDouble(g -> g.figures().get(name))
                            .average()
                            .orElseThrow());
        }
        return new Measured(
                figures, pairs, garments.stream().map(g -> g.full().image()).toList());
    }
}
