package org.ragdiff.diffusion.refine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ragdiff.core.BinaryRegions;
import org.ragdiff.core.LandmarkEvidence;
import org.ragdiff.core.LandmarkRefiner;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.plan.Graph;
import org.ragdiff.core.plan.GraphBuilder;
import org.ragdiff.core.plan.Plan;
import org.ragdiff.core.plan.PlanCache;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.Fingerprints;

/** A trained {@link RefinerNet}. Landmarks of photos that do not lie in the standard frame stay. Thread-safe. */
public final class LearnedRefiner implements LandmarkRefiner {
    private static final int CHUNK = 8;
    private static final String IN = "evidence";
    private static final String OUT = "corrections";

    private final RefinerNet net;
    private final String fingerprint;
    private final PlanCache<Integer> plans;

    /**
     * @param net closed with this; its weights must not change any more
     * @param kernels not closed
     */
    public LearnedRefiner(RefinerNet net, Kernels kernels) {
        this.net = net;
        this.fingerprint = Fingerprints.of(net.config().toString(), net.state());
        this.plans = new PlanCache<>(n -> kernels.compile(record(net, n)));
    }

    private static Graph record(RefinerNet net, int n) {
        try (GraphBuilder b = new GraphBuilder()) {
            b.output(
                    OUT,
                    net.apply(
                            b.tape(), b.input(IN, n, RefinerInputs.SIDE, RefinerInputs.SIDE, RefinerInputs.CHANNELS)));
            return b.build();
        }
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public List<SignedDistanceField> refine(List<LandmarkEvidence> evidence) {
        List<LandmarkEvidence> seen =
                evidence.stream().filter(e -> e.photo().inFrame()).toList();
        List<SignedDistanceField> refined = new ArrayList<>();
        for (int from = 0; from < seen.size(); from += CHUNK) {
            refined.addAll(chunk(seen.subList(from, Math.min(seen.size(), from + CHUNK))));
        }
        List<SignedDistanceField> out = new ArrayList<>();
        int next = 0;
        for (LandmarkEvidence e : evidence) {
            SignedDistanceField own = e.landmark();
            out.add(e.photo().inFrame() ? refined.get(next++).resize(own.side()) : own);
        }
        return out;
    }

    private List<SignedDistanceField> chunk(List<LandmarkEvidence> evidence) {
        float[] field = RefinerInputs.landmarks(
                evidence.stream().map(LandmarkEvidence::landmark).toList());
        try (PlanCache<Integer>.Lease lease = plans.borrow(evidence.size())) {
            Plan plan = lease.plan();
            plan.set(IN, RefinerInputs.of(evidence));
            plan.run();
            float[] corrections = HostArrays.read(plan.output(OUT));
            for (int i = 0; i < field.length; i++) {
                field[i] += corrections[i];
            }
        }
        List<SignedDistanceField> out = new ArrayList<>();
        for (int i = 0; i < evidence.size(); i++) {
            out.add(ofOnePiece(RefinerInputs.field(field, i * RefinerInputs.CELLS)));
        }
        return out;
    }

    /** A garment is one piece: what lies beside the largest is outside, as far as it is from that. */
    static SignedDistanceField ofOnePiece(SignedDistanceField field) {
        int side = field.side();
        boolean[] inside = field.toSilhouette().toArray();
        boolean[] kept = BinaryRegions.keepLarge(inside, side, side, 1);
        if (Arrays.equals(kept, inside)) {
            return field;
        }
        float[] out = field.toArray();
        float[] far = SignedDistanceField.of(new Silhouette(side, side, kept)).toArray();
        for (int i = 0; i < out.length; i++) {
            // Within a cell of the largest piece's outline the field says exactly where it is.
            out[i] = Math.max(out[i], far[i] - 1f / side);
        }
        return new SignedDistanceField(side, out);
    }

    @Override
    public void close() {
        plans.close();
        net.close();
    }
}
