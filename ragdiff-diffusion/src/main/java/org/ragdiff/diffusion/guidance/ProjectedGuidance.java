package org.ragdiff.diffusion.guidance;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.ragdiff.diffusion.sampler.Linear;

/**
 * Guidance with {@link GuidanceProjection}: e + Σ (wₖ − 1) P(e(Sₖ) − e(Sₖ₋₁)), with e the estimate of the clean latents
 * under all conditions and Sₖ the conditions that {@link GuidancePlan} adds one after the other. Keeps averages over
 * the steps of one run: not thread-safe.
 */
final class ProjectedGuidance {
    /** Conditions added between two branches. */
    private record Term(int from, int to, double weight, double[] average) {}

    private final GuidanceScales scales;
    private final GuidanceProjection projection;
    private final int samples;
    private final int size;
    private final List<Set<Stream>> branches = new ArrayList<>();
    private final List<Term> terms = new ArrayList<>();
    private final double[] direction;
    private final double[] change;

    /** @param size elements of all samples */
    ProjectedGuidance(
            GuidanceScales scales, GuidanceProjection projection, Set<Stream> available, int samples, int size) {
        this.scales = scales;
        this.projection = projection;
        this.samples = samples;
        this.size = size;
        direction = new double[size / samples];
        change = new double[size / samples];
        Set<Stream> seen = EnumSet.noneOf(Stream.class);
        Set<Stream> before = Set.of();
        double scale = Double.NaN;
        for (Stream s : Stream.values()) {
            if (available.contains(s)) {
                if (scales.of(s) != scale) {
                    addTerm(before, seen, scale);
                    before = Set.copyOf(seen);
                    scale = scales.of(s);
                }
                seen.add(s);
            }
        }
        addTerm(before, seen, scale);
        index(seen);
    }

    private void addTerm(Set<Stream> from, Set<Stream> to, double scale) {
        if (!Double.isNaN(scale) && scale != 1) {
            terms.add(new Term(index(from), index(to), scale - 1, new double[size]));
        }
    }

    private int index(Set<Stream> streams) {
        if (!branches.contains(streams)) {
            branches.add(Set.copyOf(streams));
        }
        return branches.indexOf(streams);
    }

    /** Predictions to compute; the one with all conditions is the last. */
    List<Set<Stream>> branches() {
        return branches;
    }

    /**
     * The guided prediction.
     *
     * @param predictions of all branches one after the other; not modified
     * @param x latents that they were made for; not modified
     * @param clean how a prediction makes clean latents here
     * @param out overwritten
     */
    void combine(float[] predictions, float[] x, Linear clean, float[] out) {
        int all = (branches.size() - 1) * size;
        int each = size / samples;
        for (int s = 0; s < samples; s++) {
            int at = s * each;
            double norm = 0;
            for (int i = 0; i < each; i++) {
                direction[i] = clean.x() * x[at + i] + clean.prediction() * predictions[all + at + i];
                norm += direction[i] * direction[i];
                out[at + i] = predictions[all + at + i];
            }
            for (Term term : terms) {
                add(term, predictions, at, norm, clean.prediction(), out);
            }
        }
        if (scales.rescale() > 0) {
            Contrast.rescale(predictions, all, scales.rescale(), samples, out);
        }
    }

    private void add(Term term, float[] predictions, int at, double norm, double gain, float[] out) {
        int each = size / samples;
        double squares = 0;
        double along = 0;
        for (int i = 0; i < each; i++) {
            double d = gain * (predictions[term.to * size + at + i] - predictions[term.from * size + at + i]);
            double averaged = d + projection.momentum() * term.average[at + i];
            term.average[at + i] = averaged;
            change[i] = averaged;
            squares += averaged * averaged;
            along += averaged * direction[i];
        }
        double length = Math.sqrt(squares);
        double bound = projection.largest() > 0 && length > projection.largest() ? projection.largest() / length : 1;
        double less = norm > 0 ? (1 - projection.parallel()) * along / norm : 0;
        for (int i = 0; i < each; i++) {
            out[at + i] += (float) (term.weight * bound * (change[i] - less * direction[i]) / gain);
        }
    }
}
