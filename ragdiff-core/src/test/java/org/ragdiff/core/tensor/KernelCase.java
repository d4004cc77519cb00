package org.ragdiff.core.tensor;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An operation of {@link Kernels} on particular operands, with its backward operations where it has any.
 *
 * @param given what is read, and what an operation updates in place
 * @param written shapes of what is written: {@code out}, and {@code gradX} where {@code x} is given
 * @param operations the forward operation first; later ones may read what earlier ones wrote
 * @param products whether low precision may be used inside
 */
public record KernelCase(
        String name,
        Map<String, INDArray> given,
        Map<String, long[]> written,
        List<Operation> operations,
        boolean products) {
    private static final Kernels DEFINITION = new ScalarKernels();

    /** Calls one method of the kernels on named operands; a name that there is not gives null. */
    public interface Body {
        void run(Kernels kernels, Function<String, INDArray> operand);
    }

    /** @param writes names of the operands that it writes */
    public record Operation(String method, Body body, Set<String> writes) {
        /** Names of the operands that it reads or writes. */
        public Set<String> operands(KernelCase of) {
            Set<String> used = new TreeSet<>();
            Map<String, INDArray> all = of.expected();
            body.run(DEFINITION, n -> {
                used.add(n);
                return writes.contains(n) && all.get(n) != null ? all.get(n).dup('c') : all.get(n);
            });
            return used;
        }
    }

    /** The operands, outputs among them, as plain loops compute them. */
    public Map<String, INDArray> expected() {
        return run(DEFINITION);
    }

    /** The operands after all operations on these kernels. */
    public Map<String, INDArray> run(Kernels kernels) {
        Map<String, INDArray> all = new LinkedHashMap<>(given);
        for (Operation o : operations) {
            all = run(kernels, o, all);
        }
        return all;
    }

    /** The operands after one operation, with outputs of its own that hold NaN before. */
    public Map<String, INDArray> run(Kernels kernels, Operation operation, Map<String, INDArray> operands) {
        Map<String, INDArray> own = before(operation, operands);
        operation.body().run(kernels, own::get);
        return own;
    }

    /** The operands as an operation is to find them. */
    public Map<String, INDArray> before(Operation operation, Map<String, INDArray> operands) {
        Map<String, INDArray> own = new LinkedHashMap<>(operands);
        for (String w : operation.writes()) {
            if (given.containsKey(w)) {
                own.put(w, given.get(w).dup('c'));
            } else if (written.containsKey(w)) {
                own.put(w, notNumbers(written.get(w)));
            }
        }
        return own;
    }

    static INDArray notNumbers(long... shape) {
        INDArray a = Nd4j.createUninitialized(DataType.FLOAT, shape);
        float[] values = new float[(int) a.length()];
        Arrays.fill(values, Float.NaN);
        HostArrays.write(a, values);
        return a;
    }

    /** Whether scalar loops over it take no time. */
    boolean isSmall() {
        return given.values().stream().mapToLong(INDArray::length).sum() < 2000;
    }

    @Override
    public String toString() {
        return name;
    }
}
