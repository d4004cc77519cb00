package org.ragdiff.core.plan;

import java.util.Arrays;
import java.util.List;

/**
 * From which operation of a list to which each storage holds something: the memory of two storages may be
 * the same if these ranges do not meet. Inputs, outputs and what a later list reads hold for ever.
 */
final class Lifetimes {
    private static final int FOREVER = Integer.MAX_VALUE;

    private final int[] first;
    private final int[] last;

    /**
     * @param prologue operations that run once for many runs of {@code body}; they come first
     */
    Lifetimes(Graph graph, List<Node> prologue, List<Node> body) {
        int n = graph.storages().size();
        first = new int[n];
        last = new int[n];
        Arrays.fill(first, FOREVER);
        Arrays.fill(last, -1);
        int at = 0;
        for (Node node : prologue) {
            see(node, at++);
        }
        int[] ofPrologue = first.clone();
        for (Node node : body) {
            for (Operand o : node.in().values()) {
                if (ofPrologue[o.storage().id()] < FOREVER) {
                    last[o.storage().id()] = FOREVER;
                }
            }
            see(node, at++);
        }
        graph.inputs().values().forEach(o -> hold(o.storage(), 0));
        graph.outputs()
                .values()
                .forEach(o -> hold(o.storage(), first[o.storage().id()]));
    }

    private void see(Node node, int at) {
        node.in().values().forEach(o -> use(o.storage(), at));
        use(node.out().storage(), at);
    }

    private void use(Storage s, int at) {
        first[s.id()] = Math.min(first[s.id()], at);
        last[s.id()] = Math.max(last[s.id()], at);
    }

    private void hold(Storage s, int from) {
        first[s.id()] = Math.min(first[s.id()], from);
        last[s.id()] = FOREVER;
    }

    /** Whether it needs memory of the plan at all. */
    boolean isUsed(Storage s) {
        return s.role() != Storage.Role.CONSTANT && last[s.id()] >= 0;
    }

    boolean meet(Storage a, Storage b) {
        return first[a.id()] <= last[b.id()] && first[b.id()] <= last[a.id()];
    }
}
