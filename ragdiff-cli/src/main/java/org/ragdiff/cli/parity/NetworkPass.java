package org.ragdiff.cli.parity;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.tensor.Var;

/** An inference pass of a network over a fixture's tensors. Not thread-safe; to be closed. */
final class NetworkPass implements AutoCloseable {
    private final FixtureTensors tensors;
    private final Deviation deviation;
    private final TensorPool pool = new TensorPool();
    private final Tape tape;
    private final List<INDArray> inputs = new ArrayList<>();

    NetworkPass(Kernels kernels, FixtureTensors tensors, Deviation deviation) {
        this.tensors = tensors;
        this.deviation = deviation;
        this.tape = Tape.inference(kernels, pool);
    }

    Tape tape() {
        return tape;
    }

    FixtureTensors tensors() {
        return tensors;
    }

    boolean has(String name) {
        return tensors.has(name);
    }

    /** A map, [N, C, H, W] in the fixture, as [N, H, W, C]. */
    Var map(String name) throws IOException {
        tensors.shape(name, 4);
        try (INDArray theirs = tensors.array(name)) {
            return keep(OpLayout.MAP.ours(theirs));
        }
    }

    /** A tensor as it lies in the fixture. */
    Var plain(String name) throws IOException {
        return keep(tensors.array(name));
    }

    /** Values that were prepared from the fixture's. */
    Var array(float[] values, long... shape) {
        INDArray a = tape.allocate(shape);
        HostArrays.write(a, values);
        return tape.constant(a);
    }

    private Var keep(INDArray a) {
        inputs.add(a);
        return tape.constant(a);
    }

    /** Compares a map with the fixture's float64 result, if it has one. */
    void compareMap(String name, Var got) throws IOException {
        compare(name, OpLayout.MAP.theirs(got.value(), tensors.shape(name, 4)));
    }

    /** As {@link #compareMap} for values in the fixture's order, whatever their shape. */
    void compare(String name, Var got) throws IOException {
        compare(name, Deviation.widen(HostArrays.read(got.value())));
    }

    private void compare(String name, double[] got) throws IOException {
        deviation.add(name, got, tensors.values(tensors.has(name + "_f64") ? name + "_f64" : name));
    }

    @Override
    public void close() {
        tape.close();
        pool.close();
        inputs.forEach(INDArray::close);
    }
}
