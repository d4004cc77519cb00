package org.ragdiff.bench.network;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.plan.Graph;
import org.ragdiff.core.plan.GraphBuilder;
import org.ragdiff.core.plan.Operand;
import org.ragdiff.core.plan.Storage;
import org.ragdiff.core.tensor.Var;

/**
 * A network recorded for one size of its inputs, with standard normal values for them. Closing it closes the
 * network.
 */
public final class RecordedNetwork implements AutoCloseable {
    private static final String RESULT = "result";

    private final Runnable close;
    private final Graph graph;
    private final String output;
    private final Map<String, float[]> inputs = new LinkedHashMap<>();

    /** Applies a network to inputs that it takes from a builder. */
    @FunctionalInterface
    interface Forward {
        Var apply(GraphBuilder builder);
    }

    RecordedNetwork(Module module, Forward forward) {
        this(record(forward), RESULT, module::close);
    }

    /**
     * A graph that was recorded elsewhere.
     *
     * @param output the result's name
     * @param close of what owns the weights
     */
    RecordedNetwork(Graph graph, String output, Runnable close) {
        this.graph = graph;
        this.output = output;
        this.close = close;
        Random random = new Random(7);
        graph.inputs().forEach((name, o) -> inputs.put(name, normal(random, o)));
    }

    private static Graph record(Forward forward) {
        try (GraphBuilder builder = new GraphBuilder()) {
            builder.output(RESULT, forward.apply(builder));
            return builder.build();
        }
    }

    private static float[] normal(Random random, Operand o) {
        float[] values = new float[Math.toIntExact(o.length())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** What it computes. */
    public Graph graph() {
        return graph;
    }

    /** The name of its result among the graph's outputs. */
    public String output() {
        return output;
    }

    /** Values of the graph's inputs by name, row-major. */
    public Map<String, float[]> inputs() {
        return inputs;
    }

    /** Bytes of its weights in float32. */
    public long weightBytes() {
        return graph.storages().stream()
                .filter(s -> s.role() == Storage.Role.CONSTANT)
                .mapToLong(s -> s.floats() * Float.BYTES)
                .sum();
    }

    @Override
    public void close() {
        close.run();
    }
}
