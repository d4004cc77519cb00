package org.ragdiff.core.tensor.onednn;

import java.util.IdentityHashMap;
import java.util.Map;
import org.ragdiff.core.plan.Graph;
import org.ragdiff.core.plan.Node;
import org.ragdiff.core.plan.Op;
import org.ragdiff.core.plan.Operand;
import org.ragdiff.core.plan.Slot;
import org.ragdiff.core.plan.Storage;

/** How much memory plans take for weights in their primitives' layouts, known before they are compiled. Stateless. */
public final class PackedWeights {
    private PackedWeights() {}

    /**
     * Bytes of matrices and kernels in float32. Layouts that round few channels up take more.
     *
     * @param graph after {@link org.ragdiff.core.plan.Fusions}
     */
    public static long bytes(Graph graph) {
        Map<Storage, Long> bytes = new IdentityHashMap<>();
        for (Node node : graph.nodes()) {
            for (Operand o : node.in().values()) {
                if (o.storage().role() == Storage.Role.CONSTANT && o.shape().length > 1) {
                    bytes.merge(o.storage(), o.storage().floats() * Float.BYTES * ninths(node) / 9, Math::max);
                }
            }
        }
        return bytes.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Of a weight's size. */
    private static int ninths(Node node) {
        if (node.op() instanceof Op.Conv2d conv) {
            boolean wider = conv.upsampled() || WinogradTiles.suit(node.in(Slot.X), node.in(Slot.W), conv.geometry());
            return wider ? 16 : 9;
        }
        return 9;
    }
}
