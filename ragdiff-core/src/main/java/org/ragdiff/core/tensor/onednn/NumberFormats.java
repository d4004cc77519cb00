package org.ragdiff.core.tensor.onednn;

import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import org.ragdiff.core.plan.Graph;
import org.ragdiff.core.plan.Node;
import org.ragdiff.core.plan.Op;
import org.ragdiff.core.plan.Operand;
import org.ragdiff.core.plan.Slot;
import org.ragdiff.core.plan.Storage;

/**
 * Which values of a graph lie in memory as bfloat16: those that only products read as factors. Sums,
 * residuals, normalisations' inputs, inputs and outputs of the graph stay float32.
 */
final class NumberFormats {
    private final Set<Storage> low;

    private NumberFormats(Set<Storage> low) {
        this.low = low;
    }

    static NumberFormats of(Graph graph, boolean bf16) {
        if (!bf16) {
            return new NumberFormats(Collections.emptySet());
        }
        Set<Storage> low = new HashSet<>();
        Set<Storage> high = new HashSet<>();
        graph.inputs().values().forEach(o -> high.add(o.storage()));
        graph.outputs().values().forEach(o -> high.add(o.storage()));
        for (Node node : graph.nodes()) {
            node.in().forEach((slot, o) -> (isFactor(node.op(), slot) ? low : high).add(o.storage()));
            if (!canWriteLow(node)) {
                high.add(node.out().storage());
            }
        }
        low.removeAll(high);
        low.removeIf(s -> s.role() != Storage.Role.COMPUTED);
        return new NumberFormats(low);
    }

    private static boolean isFactor(Op op, Slot slot) {
        boolean product = op instanceof Op.Conv2d || op instanceof Op.Linear;
        return product && slot == Slot.X || op instanceof Op.Attention;
    }

    private static boolean canWriteLow(Node node) {
        Op op = node.op();
        return op instanceof Op.Conv2d
                || op instanceof Op.Linear
                || op instanceof Op.GroupNorm
                || op instanceof Op.LayerNorm
                || op instanceof Op.Attention;
    }

    boolean isLow(Storage s) {
        return low.contains(s);
    }

    boolean isLow(Operand o) {
        return low.contains(o.storage());
    }
}
