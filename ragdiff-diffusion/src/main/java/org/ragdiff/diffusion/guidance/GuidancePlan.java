package org.ragdiff.diffusion.guidance;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Which predictions a guided step is made of. Conditions are added one after the other, each step of the
 * way with its own scale (Brooks et al. 2023, InstructPix2Pix, equation 3): e(∅) + w₁ (e(1) − e(∅)) +
 * w₂ (e(1,2) − e(1)) + … Predictions whose factors cancel are not computed: one scale for all leaves the
 * two of classifier-free guidance (Ho and Salimans 2022), scales of 1 the conditional one. Immutable.
 */
public final class GuidancePlan {
    /**
     * A prediction and its factor.
     *
     * @param streams that it sees
     */
    public record Branch(Set<Stream> streams, double factor) {
        public Branch {
            streams = Set.copyOf(streams);
        }
    }

    private final List<Branch> branches;
    private final int conditional;
    private final double rescale;

    private GuidancePlan(List<Branch> branches, int conditional, double rescale) {
        this.branches = branches;
        this.conditional = conditional;
        this.rescale = rescale;
    }

    /** @param available streams that are given; the others are absent everywhere */
    public static GuidancePlan of(GuidanceScales scales, Set<Stream> available) {
        List<Branch> branches = new ArrayList<>();
        Set<Stream> seen = EnumSet.noneOf(Stream.class);
        double scale = 1;
        for (Stream s : Stream.values()) {
            if (available.contains(s)) {
                add(branches, seen, scale - scales.of(s));
                seen.add(s);
                scale = scales.of(s);
            }
        }
        boolean rescaled = scales.rescale() > 0 && !branches.isEmpty();
        if (scale != 0 || branches.isEmpty() || rescaled) {
            branches.add(new Branch(seen, scale));
        }
        return new GuidancePlan(List.copyOf(branches), branches.size() - 1, rescaled ? scales.rescale() : 0);
    }

    private static void add(List<Branch> branches, Set<Stream> seen, double factor) {
        if (factor != 0) {
            branches.add(new Branch(seen, factor));
        }
    }

    /** Predictions to compute; the one with all conditions is the last, if it counts. */
    public List<Branch> branches() {
        return branches;
    }

    /**
     * The guided prediction.
     *
     * @param predictions of all branches one after the other, each {@code samples} latents; not modified
     * @param out {@code samples} latents, overwritten
     */
    public void combine(float[] predictions, int samples, float[] out) {
        int count = predictions.length / branches.size();
        if (out.length != count) {
            throw new IllegalArgumentException("out has " + out.length + " values, a branch has " + count);
        }
        for (int i = 0; i < count; i++) {
            double sum = 0;
            for (int b = 0; b < branches.size(); b++) {
                sum += branches.get(b).factor() * predictions[b * count + i];
            }
            out[i] = (float) sum;
        }
        if (rescale > 0) {
            Contrast.rescale(predictions, conditional * count, rescale, samples, out);
        }
    }
}
