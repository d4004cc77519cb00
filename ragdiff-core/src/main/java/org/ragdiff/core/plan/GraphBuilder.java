package org.ragdiff.core.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.CheckedKernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/**
 * Records what a network computes: apply it to {@link #tape()} on values from {@link #input} and {@link
 * #condition}, name the results with {@link #output}, and {@link #build}. Nothing is computed meanwhile, so
 * the network must work through the tape and its kernels alone and not look at values. Arrays that come from
 * elsewhere (weights, tables) become constants. Not thread-safe.
 *
 * <pre>{@code
 * try (GraphBuilder b = new GraphBuilder()) {
 *     Var y = network.apply(b.tape(), b.input("x", 1, 32, 32, 4));
 *     b.output("y", y);
 *     Plan plan = kernels.compile(b.build());
 * }
 * }</pre>
 */
public final class GraphBuilder implements AutoCloseable {
    private final UntouchedArrays arrays = new UntouchedArrays();
    private final List<Storage> storages = new ArrayList<>();
    /** By the address of the first element. */
    private final Map<Long, Storage> byAddress = new HashMap<>();

    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Operand> inputs = new LinkedHashMap<>();
    private final Map<String, Operand> outputs = new LinkedHashMap<>();
    private final Tape tape =
            Tape.inference(new CheckedKernels(new RecordingKernels(this::operand, nodes::add), false), arrays);

    /** For the network to be applied to. */
    public Tape tape() {
        return tape;
    }

    /** A value that changes with each run. */
    public Var input(String name, long... shape) {
        return input(name, Storage.Role.INPUT, shape);
    }

    /** A value that is set once for many runs. */
    public Var condition(String name, long... shape) {
        return input(name, Storage.Role.CONDITION, shape);
    }

    private Var input(String name, Storage.Role role, long... shape) {
        INDArray a = arrays.take(shape);
        Storage s = add(a, role);
        if (inputs.putIfAbsent(name, new Operand(s, 0, shape)) != null) {
            throw new IllegalArgumentException("there is an input named " + name + " already");
        }
        return tape.constant(a);
    }

    /** Names a result; the same value may have several names. */
    public void output(String name, Var value) {
        Operand o = operand(value.value());
        if (outputs.putIfAbsent(name, o) != null) {
            throw new IllegalArgumentException("there is an output named " + name + " already");
        }
    }

    /** What was recorded. Constants have to stay open as long as plans are compiled of it. */
    public Graph build() {
        if (outputs.isEmpty()) {
            throw new IllegalStateException("the graph has no output; name one with output(name, value)");
        }
        return new Graph(storages, needed(), inputs, outputs);
    }

    /** The operations that outputs depend on. */
    private List<Node> needed() {
        boolean[] wanted = new boolean[storages.size()];
        outputs.values().forEach(o -> wanted[o.storage().id()] = true);
        List<Node> kept = new ArrayList<>();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            if (wanted[node.out().storage().id()]) {
                node.in().values().forEach(o -> wanted[o.storage().id()] = true);
                kept.add(0, node);
            }
        }
        return kept;
    }

    private Storage add(INDArray a, Storage.Role role) {
        INDArray constant = role == Storage.Role.CONSTANT ? a : null;
        Storage s = new Storage(storages.size(), role, a.data().length(), constant);
        storages.add(s);
        byAddress.put(a.data().pointer().address(), s);
        return s;
    }

    private Operand operand(INDArray a) {
        if (a == null) {
            return null;
        }
        Storage s = byAddress.get(a.data().pointer().address());
        if (s == null) {
            s = add(a, arrays.owns(a) ? Storage.Role.COMPUTED : Storage.Role.CONSTANT);
        }
        return new Operand(s, a.offset(), a.shape());
    }

    /** Frees what recording needed; graphs stay valid. */
    @Override
    public void close() {
        tape.close();
        arrays.close();
    }
}
