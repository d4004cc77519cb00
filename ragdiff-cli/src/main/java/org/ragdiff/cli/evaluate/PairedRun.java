package org.ragdiff.cli.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.ragdiff.core.LandmarkEvidence;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StructureGuidance;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.diffusion.pipeline.FlatLayPipeline;
import org.ragdiff.diffusion.pipeline.GenerationOptions;
import org.ragdiff.diffusion.pipeline.GenerationRequest;
import org.ragdiff.diffusion.pipeline.GenerationResult;
import org.ragdiff.diffusion.pipeline.Retrieval;
import org.ragdiff.diffusion.sampler.StepListener;

/**
 * Generates each garment of a batch by the full system and by its ablations, from the same noise and the same
 * reading of the photo, and scores all. A garment itself and its whole group are left out of its search.
 * Thread-safe if the pipeline is.
 */
public final class PairedRun {
    private final FlatLayPipeline pipeline;
    private final GenerationOptions options;
    private final List<Ablation> ablations;
    private final ProtocolScorer scorer;
    private final LandmarkComparison landmarks;

    public PairedRun(
            FlatLayPipeline pipeline, GenerationOptions options, List<Ablation> ablations, ProtocolScorer scorer) {
        this.pipeline = Objects.requireNonNull(pipeline, "pipeline");
        this.options = Objects.requireNonNull(options, "options");
        this.ablations = List.copyOf(ablations);
        this.scorer = Objects.requireNonNull(scorer, "scorer");
        this.landmarks = new LandmarkComparison(
                pipeline.parts().database(), pipeline.parts().encoder().structureDimension());
    }

    public FlatLayPipeline pipeline() {
        return pipeline;
    }

    public ProtocolScorer scorer() {
        return scorer;
    }

    /**
     * @param from position of the batch's first pair among all; the noise of position i is of seed
     *     {@code options.seed() + i}
     */
    public List<EvaluatedGarment> run(List<GarmentPair> batch, long from) {
        long[] seeds = LongStream.range(0, batch.size())
                .map(i -> options.seed() + from + i)
                .toArray();
        List<GenerationRequest> requests = batch.stream()
                .map(p -> GenerationRequest.of(p.wild()).withAllowed(LandmarkComparison.others(p)))
                .toList();
        List<Retrieval> found = pipeline.retrieve(requests, options);
        List<GenerationResult> full = pipeline.generate(found, seeds, options, StepListener.NONE);
        Map<Ablation, List<GenerationResult>> others = new LinkedHashMap<>();
        for (Ablation a : ablations) {
            others.put(a, generate(a, batch, found, seeds));
        }
        List<EvaluatedGarment> out = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            GarmentPair pair = batch.get(i);
            Map<String, Double> figures =
                    new LinkedHashMap<>(scorer.compare(full.get(i).image(), pair));
            Map<String, GenerationResult> ablated = new LinkedHashMap<>();
            for (Map.Entry<Ablation, List<GenerationResult>> e : others.entrySet()) {
                GenerationResult result = e.getValue().get(i);
                ablated.put(e.getKey().suffix(), result);
                scorer.compare(result.image(), pair)
                        .forEach((name, value) -> figures.put(name + e.getKey().suffix(), value));
            }
            figures.putAll(retrievalFigures(pair, found.get(i)));
            out.add(new EvaluatedGarment(pair, full.get(i), ablated, figures));
        }
        return out;
    }

    private List<GenerationResult> generate(Ablation a, List<GarmentPair> batch, List<Retrieval> found, long[] seeds) {
        if (a.dropsRetrieval()) {
            return pipeline.generate(found, seeds, options.withoutRetrieval(), StepListener.NONE);
        }
        List<Retrieval> changed = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            Retrieval r = found.get(i);
            StructureGuidance g =
                    landmarks.guidance(a.aggregator(), r.query(), LandmarkComparison.others(batch.get(i)));
            LandmarkEvidence evidence = LandmarkEvidence.of(r.aligned(), r.query(), g);
            SignedDistanceField landmark =
                    pipeline.parts().refiner().refine(List.of(evidence)).get(0);
            changed.add(new Retrieval(r.photo(), r.attributes(), r.query(), g, landmark, r.aligned()));
        }
        return pipeline.generate(changed, seeds, options, StepListener.NONE);
    }

    private Map<String, Double> retrievalFigures(GarmentPair pair, Retrieval retrieval) {
        Map<String, Double> out = new LinkedHashMap<>(
                landmarks.figures(pair, retrieval, pipeline.parts().aggregator().name()));
        StructureGuidance g = retrieval.guidance();
        out.put("residual", g.residual());
        out.put("effectiveNeighbours", g.effectiveNeighbours());
        out.put("outOfManifold", g.outOfManifold());
        return out;
    }
}
