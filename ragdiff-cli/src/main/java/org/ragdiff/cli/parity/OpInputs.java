package org.ragdiff.cli.parity;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.io.FloatMemory;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** The inputs of one case of ops-grad on a tape, with the gradients that they receive. */
final class OpInputs {
    private final Tape tape;
    private final FixtureTensors tensors;
    private final String prefix;
    private final Map<String, INDArray> gradients = new LinkedHashMap<>();
    private final Map<String, OpLayout> layouts = new LinkedHashMap<>();

    OpInputs(Tape tape, FixtureTensors tensors, String name) {
        this.tape = tape;
        this.tensors = tensors;
        this.prefix = name + ".in.";
    }

    Tape tape() {
        return tape;
    }

    boolean has(String input) {
        return tensors.has(prefix + input);
    }

    long[] shape(String input) throws IOException {
        return tensors.shape(prefix + input);
    }

    long[] shape(String input, int rank) throws IOException {
        return tensors.shape(prefix + input, rank);
    }

    /** A leaf in the fixture's own layout. */
    Var leaf(String input) throws IOException {
        return leaf(input, OpLayout.PLAIN);
    }

    /** The leaf, or null if the case has no such input. */
    Var leafOrNull(String input) throws IOException {
        return has(input) ? leaf(input) : null;
    }

    /** The leaf [n], or a constant of that length if the case has no such input. */
    Var leafOr(String input, float value, long n) throws IOException {
        if (has(input)) {
            return leaf(input);
        }
        float[] values = new float[Math.toIntExact(n)];
        Arrays.fill(values, value);
        return tape.constant(FloatMemory.array(values, n));
    }

    /** A leaf [rows, last dimension]. */
    Var rows(String input) throws IOException {
        return org.ragdiff.core.tensor.Shapes.reshape(tape, leaf(input), -1, lastOf(shape(input)));
    }

    private static long lastOf(long[] shape) {
        return shape.length == 0 ? 1 : shape[shape.length - 1];
    }

    /** A leaf [N, H, W, C]. */
    Var map(String input) throws IOException {
        shape(input, 4);
        return leaf(input, OpLayout.MAP);
    }

    /** A leaf [N, T, heads · D], or null if the case has no such input. */
    Var headsOrNull(String input) throws IOException {
        if (!has(input)) {
            return null;
        }
        shape(input, 4);
        return leaf(input, OpLayout.HEADS);
    }

    private Var leaf(String input, OpLayout layout) throws IOException {
        INDArray value;
        try (INDArray theirs = tensors.array(prefix + input)) {
            value = layout.ours(theirs);
        }
        INDArray gradient = Nd4j.zeros(DataType.FLOAT, value.shape());
        gradients.put(input, gradient);
        layouts.put(input, layout);
        return tape.leaf(value, gradient);
    }

    /** Values that have no gradient, such as labels. */
    int[] integers(String input) throws IOException {
        return Arrays.stream(tensors.values(prefix + input))
                .mapToInt(v -> (int) v)
                .toArray();
    }

    /** The gradient that an input received, in the fixture's order. */
    double[] gradient(String input, long[] shape) {
        INDArray g = gradients.get(input);
        if (g == null) {
            throw new FixtureException("there is a gradient of \"" + input + "\", which is not an input of the case");
        }
        return layouts.get(input).theirs(g, shape);
    }
}
