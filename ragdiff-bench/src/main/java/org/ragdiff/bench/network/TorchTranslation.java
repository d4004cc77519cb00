package org.ragdiff.bench.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ragdiff.bench.network.ScriptWriter.Value;
import org.ragdiff.core.plan.Graph;
import org.ragdiff.core.plan.Node;
import org.ragdiff.core.plan.Op;
import org.ragdiff.core.plan.Operand;
import org.ragdiff.core.plan.Slot;
import org.ragdiff.core.plan.Storage;

/**
 * A recorded network as a TorchScript function {@code forward(self, x: List[Tensor], w: List[Tensor]) ->
 * Tensor}: one operator of ATen for each operation of the network, as PyTorch's modules call them, in eager
 * order and without any fusion of ours.
 *
 * @param lines of the function, without its head
 * @param result the variable that it returns
 * @param inputs names, in the order of {@code x}; what has shape [N, H, W, C] here is a map [N, C, H, W] there
 * @param weights in the order of {@code w}
 */
public record TorchTranslation(String lines, String result, List<String> inputs, List<Weight> weights) {
    /**
     * A constant of the network.
     *
     * @param convolution whether it is a convolution's weight, which has a layout
     */
    public record Weight(Operand operand, boolean convolution) {}

    /**
     * Translates.
     *
     * @param graph as recorded, not fused
     * @param output the result's name, returned in the shape that it has here
     */
    public static TorchTranslation of(Graph graph, String output, TorchLayout layout) {
        return of(graph, output, layout, "w");
    }

    /** @param variable the list that weights are read from */
    static TorchTranslation of(Graph graph, String output, TorchLayout layout, String variable) {
        ScriptWriter writer = new ScriptWriter(layout);
        List<String> inputs = new ArrayList<>(graph.inputs().keySet());
        for (int i = 0; i < inputs.size(); i++) {
            Operand o = graph.inputs().get(inputs.get(i));
            writer.define(o.storage(), new Value(writer.line("x[" + i + "]"), o.rank() == 4, o.shape()));
        }
        List<Weight> weights = weights(graph);
        for (int i = 0; i < weights.size(); i++) {
            Operand o = weights.get(i).operand();
            writer.define(o.storage(), Value.rows(variable + "[" + i + "]", o.shape()));
        }
        OperationScript operations = new OperationScript(writer);
        JoinedChannels joined = new JoinedChannels(writer);
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Op.CopyChannels copy) {
                joined.add(node, copy);
            } else {
                operations.add(node);
            }
        }
        String result = writer.rows(graph.outputs().get(output));
        return new TorchTranslation(writer.text(), result, inputs, weights);
    }

    /** The function. */
    public String script() {
        return "def forward(self, x: List[Tensor], w: List[Tensor]) -> Tensor:\n" + lines + "  return " + result + "\n";
    }

    private static List<Weight> weights(Graph graph) {
        Map<Storage, Weight> out = new HashMap<>();
        List<Weight> ordered = new ArrayList<>();
        for (Node node : graph.nodes()) {
            node.in().forEach((slot, o) -> {
                if (o.storage().role() == Storage.Role.CONSTANT && !out.containsKey(o.storage())) {
                    boolean convolution = node.op() instanceof Op.Conv2d && slot == Slot.W;
                    Weight w = new Weight(o, convolution);
                    if (!o.isWhole()) {
                        throw new IllegalArgumentException("a part of a constant is read first: " + node);
                    }
                    out.put(o.storage(), w);
                    ordered.add(w);
                }
            });
        }
        return List.copyOf(ordered);
    }
}
