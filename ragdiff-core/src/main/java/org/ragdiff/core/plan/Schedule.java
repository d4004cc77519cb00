package org.ragdiff.core.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * A graph's operations in the order in which a plan runs them: once for each set of conditions, and at each
 * run; with their places in memory. Immutable.
 *
 * @param prologue what depends on conditions and constants alone
 * @param body the rest
 */
public record Schedule(Graph graph, List<Node> prologue, List<Node> body, ArenaLayout arena) {
    public Schedule {
        prologue = List.copyOf(prologue);
        body = List.copyOf(body);
    }

    /** The graph's operations as they are, divided and laid out. */
    public static Schedule of(Graph graph) {
        boolean[] varies = new boolean[graph.storages().size()];
        for (Storage s : graph.storages()) {
            varies[s.id()] = s.role() == Storage.Role.INPUT;
        }
        // A storage that is written in parts varies if one part does; one more round for each such chain.
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Node node : graph.nodes()) {
                int out = node.out().storage().id();
                if (!varies[out]
                        && node.in().values().stream()
                                .anyMatch(o -> varies[o.storage().id()])) {
                    varies[out] = true;
                    changed = true;
                }
            }
        }
        List<Node> prologue = new ArrayList<>();
        List<Node> body = new ArrayList<>();
        for (Node node : graph.nodes()) {
            (varies[node.out().storage().id()] ? body : prologue).add(node);
        }
        return new Schedule(graph, prologue, body, ArenaLayout.of(graph, new Lifetimes(graph, prologue, body)));
    }
}
