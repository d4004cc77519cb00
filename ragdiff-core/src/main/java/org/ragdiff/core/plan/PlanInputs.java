package org.ragdiff.core.plan;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a plan knows of its inputs: names and sizes, which were set, and whether a condition changed since
 * the last run. Not thread-safe.
 */
public final class PlanInputs {
    private final Graph graph;
    private final Set<String> missing;
    private boolean conditionsChanged = true;

    public PlanInputs(Graph graph) {
        this.graph = graph;
        this.missing = new HashSet<>(graph.inputs().keySet());
    }

    /**
     * To be called before values are copied.
     *
     * @throws IllegalArgumentException for an unknown name or another size
     */
    public Operand accept(String name, long length) {
        Operand o = graph.inputs().get(name);
        if (o == null) {
            throw new IllegalArgumentException("the plan has no input \"" + name + "\", it has "
                    + graph.inputs().keySet());
        }
        if (o.length() != length) {
            throw new IllegalArgumentException("input \"" + name + "\" takes " + o.length() + " values of shape "
                    + Arrays.toString(o.shape()) + ", got " + length);
        }
        missing.remove(name);
        conditionsChanged |= o.storage().role() == Storage.Role.CONDITION;
        return o;
    }

    /** As {@link #accept(String, long)}; the array has to be float32, open and contiguous. */
    public Operand accept(String name, INDArray values) {
        if (values.wasClosed() || values.dataType() != DataType.FLOAT || !isContiguous(values)) {
            throw new IllegalArgumentException("input \"" + name + "\" needs an open float32 array, contiguous in 'c' "
                    + "order, got "
                    + (values.wasClosed()
                            ? "a closed one"
                            : values.dataType() + " with strides " + Arrays.toString(values.stride())));
        }
        return accept(name, values.length());
    }

    private static boolean isContiguous(INDArray a) {
        long dense = 1;
        for (int d = a.rank() - 1; d >= 0; d--) {
            if (a.size(d) != 1 && a.stride(d) != dense) {
                return false;
            }
            dense *= a.size(d);
        }
        return true;
    }

    /**
     * To be called at the start of a run; true if what depends on conditions has to be computed.
     *
     * @throws IllegalStateException naming inputs that were never set
     */
    public boolean start() {
        if (!missing.isEmpty()) {
            throw new IllegalStateException("inputs " + missing + " were never set");
        }
        boolean changed = conditionsChanged;
        conditionsChanged = false;
        return changed;
    }

    /** @throws IllegalArgumentException for an unknown name */
    public Operand output(String name) {
        Operand o = graph.outputs().get(name);
        if (o == null) {
            throw new IllegalArgumentException("the plan has no output \"" + name + "\", it has "
                    + graph.outputs().keySet());
        }
        return o;
    }
}
