package org.ragdiff.core.plan;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one inference pass of a network computes, recorded by {@link GraphBuilder}: operations in order,
 * over storages. Immutable, but for the contents of constants.
 *
 * @param inputs of roles INPUT and CONDITION, by name
 */
public record Graph(
        List<Storage> storages, List<Node> nodes, Map<String, Operand> inputs, Map<String, Operand> outputs) {
    public Graph {
        storages = List.copyOf(storages);
        nodes = List.copyOf(nodes);
        inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
        outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    }

    Graph withNodes(List<Node> changed) {
        return new Graph(storages, changed, inputs, outputs);
    }

    boolean isOutput(Storage storage) {
        return outputs.values().stream().anyMatch(o -> o.storage() == storage);
    }
}
