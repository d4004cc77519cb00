package org.ragdiff.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** {@link CheckedKernels} refuses every operand of every operation when it is not what it must be, by name. */
class OperandRefusalTest {
    private static final Kernels CHECKED = new CheckedKernels(new ScalarKernels(), false);
    private static final Set<String> OPTIONAL = Set.of("bias", "gradBias", "average");
    /** Operands whose second size nothing else determines. */
    private static final Set<String> FREE = Set.of("copyChannels source", "copyChannels target", "sumTokens x");

    /** For each method the case with the most operands, one by one. */
    static Stream<Arguments> operands() {
        return calls().values().stream().flatMap(a -> {
            KernelCase c = (KernelCase) a.get()[0];
            KernelCase.Operation o = (KernelCase.Operation) a.get()[1];
            return o.operands(c).stream().map(name -> Arguments.of(o.method(), name, c, o));
        });
    }

    private static Map<String, Arguments> calls() {
        Map<String, Arguments> largest = new LinkedHashMap<>();
        Map<String, Integer> counts = new LinkedHashMap<>();
        // The cases with stride 2 also take a map that is larger by one.
        KernelCases.all().stream()
                .filter(c -> c.isSmall() && !c.name().contains(" 2, 0, 0"))
                .forEach(c -> {
                    for (KernelCase.Operation o : c.operations()) {
                        Map<String, INDArray> all = c.expected();
                        int present = (int) o.operands(c).stream()
                                .filter(n -> all.get(n) != null)
                                .count();
                        if (present > counts.getOrDefault(o.method(), 0)) {
                            counts.put(o.method(), present);
                            largest.put(o.method(), Arguments.of(c, o));
                        }
                    }
                });
        return largest;
    }

    @Test
    void allOperationsAreCovered() {
        Set<String> methods = Stream.of(Kernels.class.getDeclaredMethods())
                .filter(m -> !m.isSynthetic() && m.getParameterCount() > 0)
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        methods.remove("compile");
        methods.remove("sumOfSquares");
        methods.remove("sumOfAllSquares");
        assertThat(new TreeSet<>(calls().keySet())).isEqualTo(methods);
    }

    private static INDArray vector() {
        return Nd4j.ones(DataType.FLOAT, 3);
    }

    @Test
    void theSumOfSquaresChecksItsOperandToo() {
        assertThatThrownBy(() -> CHECKED.sumOfSquares(null)).hasMessageContaining("sumOfSquares: x is null");
        assertThatThrownBy(() -> CHECKED.sumOfSquares(vector().castTo(DataType.DOUBLE)))
                .hasMessageContaining("sumOfSquares: x is DOUBLE");
        assertThatThrownBy(() -> CHECKED.sumOfSquares(closed(vector()))).hasMessageContaining("x is closed");
        assertThatThrownBy(() -> CHECKED.sumOfSquares(strided(vector()))).hasMessageContaining("x [3] has strides");
        assertThatThrownBy(() -> CHECKED.sumOfAllSquares(List.of(vector(), closed(vector()))))
                .hasMessageContaining("x is closed");
    }

    /** Runs the operation with one operand changed. */
    private static void refuse(KernelCase c, KernelCase.Operation o, String name, INDArray changed, String naming) {
        Map<String, INDArray> operands = c.before(o, c.expected());
        operands.put(name, changed);
        refuse(o, operands, naming);
    }

    private static void refuse(KernelCase.Operation o, Map<String, INDArray> operands, String naming) {
        assertThatThrownBy(() -> o.body().run(CHECKED, operands::get), "%s of %s", o.method(), shapes(operands))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(o.method() + ": ")
                .hasMessageContaining(naming);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("operands")
    void wrongOperandsAreRefused(String method, String name, KernelCase c, KernelCase.Operation o) {
        INDArray good = c.before(o, c.expected()).get(name);
        assertThat(good).as("%s of %s is given in %s", name, method, c).isNotNull();
        if (!OPTIONAL.contains(name)) {
            refuse(c, o, name, null, name);
        }
        refuse(c, o, name, good.castTo(DataType.DOUBLE), name + " is DOUBLE");
        refuse(c, o, name, good.castTo(DataType.BFLOAT16), name + " is BFLOAT16");
        refuse(c, o, name, closed(good), name + " is closed");
        if (good.length() > 1) {
            refuse(c, o, name, strided(good), name + " " + Arrays.toString(good.shape()) + " has strides");
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("operands")
    void wrongShapesAreRefused(String method, String name, KernelCase c, KernelCase.Operation o) {
        long[] shape = c.before(o, c.expected()).get(name).shape();
        for (int d = 0; d < shape.length; d++) {
            if (d == 1 && FREE.contains(method + " " + name)) {
                continue;
            }
            long[] other = shape.clone();
            other[d]++;
            // Another operand may be named: which of two that do not fit is wrong, nobody knows.
            refuse(c, o, name, Nd4j.zeros(DataType.FLOAT, other), "");
        }
        long[] higher = new long[shape.length + 1];
        System.arraycopy(shape, 0, higher, 1, shape.length);
        higher[0] = 1;
        refuse(c, o, name, Nd4j.zeros(DataType.FLOAT, higher), "");
        refuse(c, o, name, Nd4j.empty(DataType.FLOAT), "");
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("operands")
    void outputsMustNotShareMemory(String method, String name, KernelCase c, KernelCase.Operation o) {
        if (!o.writes().contains(name)) {
            return;
        }
        Map<String, INDArray> operands = c.before(o, c.expected());
        INDArray out = operands.get(name);
        for (String other : o.operands(c)) {
            INDArray with = operands.get(other);
            boolean may = KernelCases.IN_PLACE.getOrDefault(method, Set.of()).contains(other);
            if (!other.equals(name) && !may && with.length() == out.length()) {
                Map<String, INDArray> shared = new LinkedHashMap<>(operands);
                shared.put(name, with.reshape('c', out.shape()));
                refuse(o, shared, "shares memory with");
            }
        }
    }

    /** One element further: not even operations in place may do that. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("operands")
    void outputsMustNotOverlapInputs(String method, String name, KernelCase c, KernelCase.Operation o) {
        if (o.writes().contains(name)) {
            return;
        }
        for (String output : o.writes()) {
            Map<String, INDArray> operands = new LinkedHashMap<>(c.before(o, c.expected()));
            INDArray in = operands.get(name);
            INDArray out = operands.get(output);
            if (in.length() == 1) {
                continue;
            }
            INDArray memory = Nd4j.zeros(DataType.FLOAT, Math.max(in.length(), out.length()) + 1);
            operands.put(name, part(memory, 0, in));
            operands.put(output, part(memory, 1, out));
            refuse(o, operands, "shares memory with");
        }
    }

    private static INDArray part(INDArray memory, long from, INDArray like) {
        return memory.get(NDArrayIndex.interval(from, from + like.length())).reshape('c', like.shape());
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("operands")
    void checkedModeRefusesNaN(String method, String name, KernelCase c, KernelCase.Operation o) {
        boolean partOnly = method.equals("copyChannels");
        if (o.writes().contains(name) || partOnly) {
            return;
        }
        Kernels finite = new CheckedKernels(new ScalarKernels(), true);
        Map<String, INDArray> operands = new LinkedHashMap<>(c.before(o, c.expected()));
        INDArray nan = operands.get(name).dup('c');
        nan.data().put(nan.length() - 1, Float.NaN);
        operands.put(name, nan);
        assertThatThrownBy(() -> o.body().run(finite, operands::get))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(method + ": " + name)
                .hasMessageContaining("holds NaN");
    }

    private static String shapes(Map<String, INDArray> operands) {
        return operands.entrySet().stream()
                .map(e -> e.getKey() + " "
                        + (e.getValue() == null
                                ? null
                                : Arrays.toString(e.getValue().shape())))
                .collect(Collectors.joining(", "));
    }

    private static INDArray closed(INDArray a) {
        INDArray copy = a.dup('c');
        copy.close();
        return copy;
    }

    /** The same shape with a gap after each element. */
    private static INDArray strided(INDArray a) {
        long[] wide = Arrays.copyOf(a.shape(), a.rank() + 1);
        wide[a.rank()] = 2;
        INDArrayIndex[] first = new INDArrayIndex[wide.length];
        Arrays.fill(first, NDArrayIndex.all());
        first[a.rank()] = NDArrayIndex.point(0);
        return Nd4j.zeros(DataType.FLOAT, wide).get(first);
    }
}
