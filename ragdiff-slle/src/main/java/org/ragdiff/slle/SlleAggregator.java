package org.ragdiff.slle;

import java.util.List;
import java.util.Objects;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.StructureAggregator;
import org.ragdiff.core.StructureGuidance;
import org.ragdiff.core.StructureQuery;

/**
 * SLLE: the query is reconstructed from its neighbours with weights of sum 1; ê is the renormalised
 * reconstruction, and the landmark comes from the same weights (RAGDiffusion, arXiv 2411.19528,
 * section 3.3; blending fields and solving on the decoded field are this project's). A blended
 * outline that encloses nothing gives way to the nearest entry's. Immutable and thread-safe.
 */
public final class SlleAggregator implements StructureAggregator {
    private final String name;
    private final SlleOptions options;
    private final Slle solver;

    public SlleAggregator(SlleOptions options) {
        this("slle", options);
    }

    public SlleAggregator(String name, SlleOptions options) {
        this.name = Objects.requireNonNull(name, "name");
        this.options = Objects.requireNonNull(options, "options");
        this.solver = new Slle(options.solver());
    }

    public SlleOptions options() {
        return options;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int neighbours() {
        return options.candidates();
    }

    @Override
    public StructureGuidance aggregate(StructureQuery query, List<Neighbour> neighbours) {
        EmbeddingBlend.check(query, neighbours);
        float[] e = query.embedding();
        List<Neighbour> used;
        Slle.Solution solution;
        double scale;
        if (options.space() == SlleOptions.Space.FIELD && query.field().isPresent()) {
            FieldReconstruction fields = FieldReconstruction.of(query.field().get(), neighbours, options);
            used = fields.nearest();
            solution = solver.solve(fields.query(), fields.rows());
            scale = Slle.norm(fields.query());
        } else {
            used = neighbours.subList(0, Math.min(options.neighbours(), neighbours.size()));
            double[][] rows = used.stream()
                    .map(n -> EmbeddingBlend.toDouble(n.entry().embedding()))
                    .toArray(double[][]::new);
            double[] target = EmbeddingBlend.toDouble(e);
            solution = solver.solve(target, rows);
            scale = Slle.norm(target);
        }
        double[] weights = solution.weights();
        double[] sum = EmbeddingBlend.sum(used, weights, e.length);
        float[] fused = EmbeddingBlend.unit(sum, used.get(0).entry().embedding());
        return new StructureGuidance(
                fused,
                landmark(query, used, weights, fused),
                used,
                weights,
                EmbeddingBlend.distance(e, sum),
                solution.effectiveNeighbours(),
                scale == 0 ? 1 : Math.min(1, solution.residual() / scale));
    }

    private SignedDistanceField landmark(StructureQuery query, List<Neighbour> used, double[] weights, float[] fused) {
        SignedDistanceField field =
                switch (options.landmark()) {
                    case NEAREST -> LandmarkBlend.nearest(used, fused);
                    case SDF_BLEND -> LandmarkBlend.fields(used, weights);
                    case MASK_AVERAGE -> LandmarkBlend.masks(used, weights);
                };
        if (LandmarkBlend.isEmpty(field)) {
            field = LandmarkBlend.nearest(used, fused);
        }
        return query.field().isPresent() && options.decodedShare() > 0
                ? LandmarkBlend.mix(field, query.field().get(), options.decodedShare())
                : field;
    }
}
