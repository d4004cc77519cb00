package org.ragdiff.bench.network;

import org.ragdiff.core.plan.Graph;
import org.ragdiff.core.plan.Node;
import org.ragdiff.core.plan.Op;
import org.ragdiff.core.plan.Operand;
import org.ragdiff.core.plan.Slot;

/** Floating-point operations of a network's products, two for each; everything else is not counted. */
public final class GraphFlops {
    private GraphFlops() {}

    /** The sum over all operations, conditions among them. */
    public static double of(Graph graph) {
        return graph.nodes().stream().mapToDouble(GraphFlops::of).sum();
    }

    /** Of one operation; 0 if it is no product. */
    public static double of(Node n) {
        Op op = n.op();
        Operand w = n.in(Slot.W);
        if (op instanceof Op.Conv2d) {
            return 2.0 * n.out().length() * w.length() / w.size(0);
        } else if (op instanceof Op.Linear) {
            return 2.0 * n.in(Slot.X).length() * w.size(0);
        } else if (op instanceof Op.Matmul m) {
            Operand x = n.in(Slot.X);
            return 2.0 * n.out().length() * x.size(m.transposeA() ? x.rank() - 2 : x.rank() - 1);
        } else if (op instanceof Op.Attention) {
            Operand q = n.in(Slot.X);
            Operand reference = n.in(Slot.K_REF);
            long keys = n.in(Slot.K).size(1) + (reference == null ? 0 : reference.size(1));
            return 4.0 * q.length() * keys;
        }
        return 0;
    }
}
