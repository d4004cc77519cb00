package org.ragdiff.core.nn;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.HostAccess;

/**
 * A network or a part of one: a tree of modules with named parameters, in PyTorch's sense. Applying a
 * module to a tape does not change it, so that one module serves many threads in inference.
 */
public abstract class Module implements AutoCloseable {
    private final Map<String, Parameter> own = new LinkedHashMap<>();
    private final Map<String, Module> children = new LinkedHashMap<>();
    private boolean frozen;

    /**
     * Registers a part; the name may hold dots, as in {@code resnets.0}, or be empty for a part whose
     * parameters are named as if they were this module's own.
     */
    protected final <M extends Module> M child(String name, M module) {
        if (children.putIfAbsent(name, module) != null) {
            throw new IllegalArgumentException("there is a child named " + name + " already");
        }
        return module;
    }

    /** Registers a parameter. */
    protected final Parameter parameter(String name, Initializer initializer, long... shape) {
        Parameter p = new Parameter(shape);
        if (initializer != Initializer.UNSET) {
            initializer.fill(p.value());
        }
        if (own.putIfAbsent(name, p) != null) {
            throw new IllegalArgumentException("there is a parameter named " + name + " already");
        }
        return p;
    }

    /** All parameters by their full names, in order of registration. */
    public final Map<String, Parameter> parameters() {
        Map<String, Parameter> all = new LinkedHashMap<>();
        collect("", all);
        return Collections.unmodifiableMap(all);
    }

    /** All parts of a type by their full names, in order of registration. */
    public final <M extends Module> Map<String, M> parts(Class<M> type) {
        Map<String, M> found = new LinkedHashMap<>();
        collectParts("", type, found);
        return Collections.unmodifiableMap(found);
    }

    private <M extends Module> void collectParts(String prefix, Class<M> type, Map<String, M> found) {
        children.forEach((n, m) -> {
            if (type.isInstance(m)) {
                found.put(prefix + n, type.cast(m));
            }
            m.collectParts(n.isEmpty() ? prefix : prefix + n + ".", type, found);
        });
    }

    private void collect(String prefix, Map<String, Parameter> all) {
        own.forEach((n, p) -> all.put(prefix + n, p));
        children.forEach((n, m) -> m.collect(n.isEmpty() ? prefix : prefix + n + ".", all));
    }

    /** Number of scalar weights. */
    public final long size() {
        return parameters().values().stream().mapToLong(Parameter::length).sum();
    }

    /** Makes all parameters trainable, or frozen; those of a part that {@link #freeze} was called of stay frozen. */
    public final void requireGrad(boolean required) {
        if (!frozen) {
            own.values().forEach(p -> p.requireGrad(required));
            children.values().forEach(m -> m.requireGrad(required));
        }
    }

    /** Keeps all parameters as they are, for good: whatever trains a network that this is a part of passes it over. */
    public final void freeze() {
        requireGrad(false);
        frozen = true;
    }

    /** The values by name: views, to be saved. */
    public final Map<String, INDArray> state() {
        Map<String, INDArray> state = new LinkedHashMap<>();
        parameters().forEach((n, p) -> state.put(n, p.value()));
        return state;
    }

    /**
     * Copies values in.
     *
     * @throws IllegalArgumentException listing every missing, unexpected and mis-shaped name; nothing is
     *     changed then
     */
    public final void load(Map<String, INDArray> state) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        state.forEach((n, v) -> shapes.put(n, v.shape()));
        requireFit(shapes);
        parameters().forEach((n, p) -> {
            HostAccess.reading(state.get(n));
            HostAccess.writing(p.value());
            p.value().assign(state.get(n));
        });
    }

    /**
     * Checks that weights of these names and shapes can be loaded; allocates nothing.
     *
     * @throws IllegalArgumentException listing every missing, unexpected and mis-shaped name
     */
    public final void requireFit(Map<String, long[]> shapes) {
        Map<String, Parameter> mine = parameters();
        StringBuilder problems = new StringBuilder();
        TreeSet<String> missing = new TreeSet<>(mine.keySet());
        missing.removeAll(shapes.keySet());
        TreeSet<String> unexpected = new TreeSet<>(shapes.keySet());
        unexpected.removeAll(mine.keySet());
        if (!missing.isEmpty()) {
            problems.append(" missing: ").append(missing);
        }
        if (!unexpected.isEmpty()) {
            problems.append(" unexpected: ").append(unexpected);
        }
        mine.forEach((n, p) -> {
            long[] shape = shapes.get(n);
            if (shape != null && !Arrays.equals(shape, p.shape())) {
                problems.append(" wrong shape: ")
                        .append(n)
                        .append(' ')
                        .append(Arrays.toString(shape))
                        .append(", expected ")
                        .append(Arrays.toString(p.shape()));
            }
        });
        if (problems.length() > 0) {
            throw new IllegalArgumentException("weights do not fit "
                    + getClass().getSimpleName() + ":" + problems + ". Use weights made with the same configuration.");
        }
    }

    /** Frees all parameters. */
    @Override
    public void close() {
        parameters().values().forEach(Parameter::close);
    }
}
