package org.ragdiff.slle;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.ragdiff.core.Neighbour;
import org.ragdiff.core.StructureAggregator;
import org.ragdiff.core.StructureGuidance;
import org.ragdiff.core.StructureQuery;

/**
 * Baselines whose weights do not look at how the neighbours lie to each other: the best entry alone,
 * the mean of k, the softmax of k similarities. Fields are blended. Immutable and thread-safe.
 */
public final class WeightedBaseline implements StructureAggregator {
    private final String name;
    private final int neighbours;
    private final double temperature;

    private WeightedBaseline(String name, int neighbours, double temperature) {
        if (neighbours < 1) {
            throw new IllegalArgumentException("neighbours must be at least 1, got " + neighbours);
        }
        if (!(temperature > 0)) {
            throw new IllegalArgumentException("temperature must be positive, got " + temperature);
        }
        this.name = Objects.requireNonNull(name, "name");
        this.neighbours = neighbours;
        this.temperature = temperature;
    }

    /** The best entry alone. */
    public static WeightedBaseline top1() {
        return new WeightedBaseline("top1", 1, Double.POSITIVE_INFINITY);
    }

    /** 1/k each. */
    public static WeightedBaseline mean(int k) {
        return new WeightedBaseline("mean", k, Double.POSITIVE_INFINITY);
    }

    /**
     * wᵢ ∝ exp(similarityᵢ / temperature).
     *
     * @param temperature positive
     */
    public static WeightedBaseline softmax(int k, double temperature) {
        return new WeightedBaseline("softmax", k, temperature);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int neighbours() {
        return neighbours;
    }

    @Override
    public StructureGuidance aggregate(StructureQuery query, List<Neighbour> candidates) {
        EmbeddingBlend.check(query, candidates);
        List<Neighbour> used = candidates.subList(0, Math.min(neighbours, candidates.size()));
        double best = used.stream().mapToDouble(Neighbour::similarity).max().getAsDouble();
        double[] weights = used.stream()
                .mapToDouble(n -> Math.exp((n.similarity() - best) / temperature))
                .toArray();
        double total = Arrays.stream(weights).sum();
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= total;
        }
        float[] e = query.embedding();
        double[] sum = EmbeddingBlend.sum(used, weights, e.length);
        double residual = EmbeddingBlend.distance(e, sum);
        double norm = Slle.norm(EmbeddingBlend.toDouble(e));
        return new StructureGuidance(
                EmbeddingBlend.unit(sum, used.get(0).entry().embedding()),
                LandmarkBlend.fields(used, weights),
                used,
                weights,
                residual,
                Slle.effectiveNeighbours(weights),
                norm == 0 ? 1 : Math.min(1, residual / norm));
    }
}
