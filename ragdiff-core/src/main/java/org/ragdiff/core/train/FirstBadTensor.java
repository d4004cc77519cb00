package org.ragdiff.core.train;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.nn.Parameter;
import org.ragdiff.core.tensor.CheckedKernels;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;
import org.ragdiff.core.tensor.Var;

/**
 * Says where a step of a training went wrong: runs it once more with all operands of all operations checked, in the
 * order in which they run, and names the first tensor that is not finite. Slow; for a run that has failed.
 */
final class FirstBadTensor {
    /** How the answer begins if a step is finite when it runs again. */
    static final String NONE = "none: ";

    private final Objective objective;
    private final Kernels kernels;
    /** What is known of memory, by its address. */
    private final Map<Long, String> names = new HashMap<>();

    private final Set<Long> seen = new HashSet<>();
    private String last = "";
    private boolean backward;

    FirstBadTensor(Objective objective, Kernels kernels) {
        this.objective = objective;
        this.kernels = kernels;
        objective.module().parameters().forEach((name, p) -> {
            names.put(address(p.value()), name);
            if (p.grad() != null) {
                names.put(address(p.grad()), "the gradient of " + name);
            }
        });
    }

    /**
     * @param step as {@link Objective#loss} gets it
     * @param pool for the pass
     * @return such as {@code parameter conv_in.weight [8, 3, 3, 3] holds NaN in element 5}
     */
    String of(long step, TensorPool pool, boolean checkpointing) {
        String parameter = firstParameter();
        if (parameter != null) {
            return parameter;
        }
        objective.module().parameters().values().stream()
                .filter(p -> p.gradient() != null)
                .forEach(p -> p.gradient().clear());
        try (Tape tape = Tape.training(watched(), pool, checkpointing)) {
            Var loss = objective.loss(tape, step, new Metrics());
            if (!Double.isFinite(loss.item())) {
                return "none of the operations; a target or a weight of the loss is not finite, or the loss is too large";
            }
            // All values so far were finite, and their memory may come back as that of gradients.
            seen.clear();
            backward = true;
            tape.backward(loss);
            return NONE + "the same step is finite when it runs again";
        } catch (Found e) {
            return e.getMessage() + (backward ? ", in the backward pass" : ", in the forward pass");
        } catch (RuntimeException e) {
            return "unknown, since the step failed when it ran again (" + e.getMessage() + ")";
        }
    }

    private String firstParameter() {
        for (Map.Entry<String, Parameter> e : objective.module().parameters().entrySet()) {
            String bad = nonFinite(e.getValue().value());
            if (bad != null) {
                return "parameter " + e.getKey() + " " + bad;
            }
        }
        return null;
    }

    /** Shape, value and place of the first element that is not finite, or null. */
    static String nonFinite(INDArray a) {
        long at = HostArrays.firstNonFinite(a, 0, a.length());
        if (at < 0) {
            return null;
        }
        float[] value = new float[1];
        HostArrays.read(a, at, value, 0, 1);
        return Arrays.toString(a.shape()) + " holds " + value[0] + " in element " + at;
    }

    /** Kernels whose operands are checked, and whose complaints say which parameters took part. */
    private Kernels watched() {
        CheckedKernels checked = new CheckedKernels(kernels, true);
        return (Kernels) Proxy.newProxyInstance(
                Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class}, (proxy, method, args) -> {
                    try {
                        Object result = method.invoke(checked, args);
                        remember(args);
                        return result;
                    } catch (InvocationTargetException e) {
                        if (e.getCause() instanceof IllegalArgumentException
                                || e.getCause() instanceof ArithmeticException) {
                            throw new Found(describe(args, e.getCause()));
                        }
                        throw e.getCause();
                    }
                });
    }

    private void remember(Object[] args) {
        for (INDArray a : arrays(args)) {
            seen.add(address(a));
            last = names.getOrDefault(address(a), last);
        }
    }

    private String describe(Object[] args, Throwable complaint) {
        List<String> parameters = new ArrayList<>();
        INDArray bad = null;
        for (INDArray a : arrays(args)) {
            String name = names.get(address(a));
            if (name != null) {
                parameters.add(name);
            }
            bad = bad == null && nonFinite(a) != null ? a : bad;
        }
        // Operands come before results, and what no operation has touched came from outside.
        boolean input = complaint instanceof IllegalArgumentException
                && bad != null
                && !seen.contains(address(bad))
                && !names.containsKey(address(bad));
        String where = parameters.isEmpty()
                ? (last.isEmpty() ? "" : " (after what reads " + last + ")")
                : " (with " + String.join(", ", parameters) + ")";
        return (!input ? "" : backward ? "a gradient of the loss: " : "an input of the step: ")
                + complaint.getMessage()
                + where;
    }

    private static List<INDArray> arrays(Object[] args) {
        List<INDArray> out = new ArrayList<>();
        for (Object arg : args == null ? new Object[0] : args) {
            if (arg instanceof INDArray a) {
                out.add(a);
            } else if (arg instanceof List<?> list) {
                list.stream().filter(INDArray.class::isInstance).forEach(a -> out.add((INDArray) a));
            }
        }
        return out;
    }

    private static long address(INDArray a) {
        return a.data().pointer().address() + a.offset() * Float.BYTES;
    }

    /** Ends the pass at the first bad tensor. */
    private static final class Found extends RuntimeException {
        Found(String message) {
            super(message);
        }
    }
}
