package org.ragdiff.bench.network;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.ragdiff.core.nn.Module;
import org.ragdiff.core.plan.Graph;
import org.ragdiff.core.plan.GraphBuilder;
import org.ragdiff.core.plan.Operand;
import org.ragdiff.core.tensor.Var;

/**
 * A network recorded for one size of its inputs, with standard normal values for them. Closing it closes the
 * network.
 */
public final class RecordedNetwork implements AutoCloseable {
    static final String RESULT = "result";

    private final Module module;
    private final Graph graph;
    private final Map<String, float[]> inputs = new LinkedHashMap<>();

    /** Applies a network to inputs that it takes from a builder. */
    @FunctionalInterface
    interface Forward {
        Var apply(GraphBuilder builder);
    }

    RecordedNetwork(Module module, Forward forward) {
        this.module = module;
        try (GraphBuilder builder = new GraphBuilder()) {
            builder.output(RESULT, forward.apply(builder));
            graph = builder.build();
        }
        Random random = new Random(7);
        graph.inputs().forEach((name, o) -> inputs.put(name, normal(random, o)));
    }

    private static float[] normal(Random random, Operand o) {
        float[] values = new float[Math.toIntExact(o.length())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** What it computes; its only output is {@code result}. */
    public Graph graph() {
        return graph;
    }

    /** Values of the graph's inputs by name, row-major. */
    public Map<String, float[]> inputs() {
        return inputs;
    }

    /** Bytes of its weights in float32. */
    public long weightBytes() {
        return module.parameters().values().stream()
                .mapToLong(p -> p.value().length() * Float.BYTES)
                .sum();
    }

    @Override
    public void close() {
        module.close();
    }
}
