package org.ragdiff.core.tensor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Define-by-run reverse-mode differentiation over {@link Kernels}. One tape serves one forward pass and
 * at most one backward pass; its memory comes from a {@link TensorPool} and returns there: gradients as
 * soon as they are used, values when their operation has been differentiated, the rest at {@link #close}.
 * Not thread-safe.
 */
public final class Tape implements AutoCloseable {
    private final Kernels kernels;
    private final ArraySupply pool;
    private final boolean training;
    private final boolean checkpointing;
    private final List<Node> nodes = new ArrayList<>();
    private final Set<INDArray> owned;
    private final Deque<Scope> scopes = new ArrayDeque<>();
    private final Set<INDArray> kept;
    /** What a section's tape has allocated, or null. */
    private final List<INDArray> ofSection;

    private Tape(Kernels kernels, ArraySupply pool, boolean training, boolean checkpointing) {
        this.kernels = kernels;
        this.pool = pool;
        this.training = training;
        this.checkpointing = checkpointing;
        this.owned = Collections.newSetFromMap(new IdentityHashMap<>());
        this.kept = Collections.newSetFromMap(new IdentityHashMap<>());
        this.ofSection = null;
    }

    /** A tape for a section of another one, whose memory belongs to that. */
    private Tape(Tape whole, boolean training) {
        this.kernels = whole.kernels;
        this.pool = whole.pool;
        this.training = training;
        this.checkpointing = false;
        this.owned = whole.owned;
        this.kept = whole.kept;
        this.ofSection = new ArrayList<>();
    }

    /** A tape that records what is needed for {@link #backward}. */
    public static Tape training(Kernels kernels, TensorPool pool) {
        return training(kernels, pool, false);
    }

    /**
     * As {@link #training(Kernels, TensorPool)}.
     *
     * @param checkpointing whether {@link #checkpoint} forgets what its sections compute and computes it again
     *     going backward: about a third more time for a fraction of the memory, and the same gradients to the bit
     */
    public static Tape training(Kernels kernels, TensorPool pool, boolean checkpointing) {
        return new Tape(kernels, pool, true, checkpointing);
    }

    /** A tape that records nothing; {@link #scope} frees intermediate values early. */
    public static Tape inference(Kernels kernels, ArraySupply pool) {
        return new Tape(kernels, pool, false, false);
    }

    /**
     * A tape of its own whose memory comes from where this one's does; such as for a part of a computation that is
     * repeated in the backward pass.
     *
     * @param recording whether it records what {@link #backward} needs
     */
    public Tape separate(boolean recording) {
        return new Tape(kernels, pool, recording, recording && checkpointing);
    }

    public Kernels kernels() {
        return kernels;
    }

    public boolean isTraining() {
        return training;
    }

    /** A value from outside that needs no gradient; not modified, not freed. */
    public Var constant(INDArray value) {
        return new Var(value, false, null);
    }

    /** A leaf from outside; its gradient is added to {@code grad}, an array of the same shape. */
    public Var leaf(INDArray value, INDArray grad) {
        return leaf(value, new Gradient(grad));
    }

    /** A leaf from outside whose gradient is accumulated in {@code grad}, of the same shape. */
    public Var leaf(INDArray value, Gradient grad) {
        return new Var(value, training, grad);
    }

    /** Uninitialised memory of this tape, for the value of an operation or a gradient. */
    public INDArray allocate(long... shape) {
        INDArray a = pool.take(shape);
        owned.add(a);
        if (ofSection != null) {
            ofSection.add(a);
        }
        if (!training && !scopes.isEmpty()) {
            scopes.peek().arrays.add(a);
        }
        return a;
    }

    /** Gives memory of {@link #allocate} back early; such as scratch of an operation. */
    public void free(INDArray a) {
        if (owned.remove(a)) {
            pool.give(a);
        }
    }

    /**
     * The result of an operation. If a parent needs a gradient, {@code backward} is called later with the
     * result's gradient, and must call {@link #accumulate} or {@link #accumulateShared} for each parent
     * that {@link Var#requiresGrad}.
     *
     * @param value allocated by this tape, or a view of a parent's value
     */
    public Var record(INDArray value, Backward backward, Var... parents) {
        boolean needs = false;
        if (training) {
            for (Var p : parents) {
                needs |= p.requiresGrad;
            }
        }
        Var out = new Var(value, needs, null);
        if (needs) {
            nodes.add(new Node(out, backward));
        }
        return out;
    }

    /**
     * Gives a value's memory back at once, in training: no operation to come reads it, nor does the backward pass of any
     * that has read it, or of the one that made it. Sums, convolutions and linear layers read neither their result
     * nor, for sums, their terms. In inference, scopes do that.
     */
    public void forget(Var v) {
        if (training && !kept.contains(v.value)) {
            free(v.value);
        }
    }

    /** Keeps a value readable after {@link #backward}, until {@link #close}. */
    public Var keep(Var v) {
        kept.add(v.value);
        return v;
    }

    /**
     * Differentiates a scalar; gradients are added to the leaves' own arrays.
     *
     * @throws IllegalStateException if the tape does not record
     */
    public void backward(Var loss) {
        if (loss.value.length() != 1) {
            throw new IllegalArgumentException(
                    "backward needs a scalar loss, got shape " + Arrays.toString(loss.shape()));
        }
        INDArray one = allocate(loss.shape());
        HostArrays.writeScalar(one, 1);
        backward(loss, one);
    }

    /** As {@link #backward(Var)} from a given gradient, which the tape takes over if it allocated it. */
    public void backward(Var output, INDArray gradOut) {
        if (!training) {
            throw new IllegalStateException("this tape is for inference; use Tape.training to differentiate");
        }
        output.grad = new Grad(gradOut);
        differentiate();
    }

    private void differentiate() {
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            Grad grad = node.out.grad;
            if (grad != null) {
                current = grad;
                node.backward.run(grad.array);
                current = null;
                node.out.grad = null;
                release(grad);
            }
            if (!kept.contains(node.out.value)) {
                free(node.out.value);
            }
        }
        nodes.clear();
    }

    /**
     * A section of a network that keeps only its result, if this tape is for checkpointing (Chen et al. 2016): it
     * runs once more in the backward pass. Otherwise it just runs.
     *
     * @param section computes the same from the same inputs each time it runs, on the tape that it is given
     * @param inputs all values with gradients that the section reads, but for leaves
     */
    public Var checkpoint(Section section, Var... inputs) {
        boolean needed = false;
        for (Var input : inputs) {
            needed |= input != null && input.requiresGrad;
        }
        if (!training || !checkpointing || !needed) {
            return section.run(this);
        }
        Tape forward = new Tape(this, false);
        Var result = section.run(forward);
        List<INDArray> held = new ArrayList<>();
        for (INDArray a : forward.ofSection) {
            if (a.data() == result.value.data()) {
                held.add(a);
            } else {
                free(a);
            }
        }
        Var[] present = Arrays.stream(inputs).filter(v -> v != null).toArray(Var[]::new);
        return record(
                result.value,
                grad -> {
                    Tape again = new Tape(this, true);
                    Var out = section.run(again);
                    current.references++;
                    out.grad = current;
                    again.differentiate();
                    again.freeAllBut(present);
                    held.forEach(this::free);
                },
                present);
    }

    /** Frees what a section has allocated, but for the gradients that it leaves to its inputs. */
    private void freeAllBut(Var[] inputs) {
        Set<INDArray> gradients = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Var input : inputs) {
            for (Grad g = input.grad; g != null; g = g.base) {
                gradients.add(g.array);
            }
        }
        for (INDArray a : ofSection) {
            if (!gradients.contains(a)) {
                free(a);
            }
        }
    }

    private Grad current;

    /**
     * Memory in a parent's shape for a gradient that {@link #accumulate} is called with next: the leaf's own
     * if it is the first contribution to it, which then needs no sum.
     */
    public INDArray allocateGradient(Var parent) {
        boolean inPlace = parent.requiresGrad && parent.leaf != null && parent.leaf.claim();
        return inPlace ? parent.leaf.array() : allocate(parent.shape());
    }

    /** Adds to a parent's gradient an array of {@link #allocate} or {@link #allocateGradient}, which the tape takes over. */
    public void accumulate(Var parent, INDArray gradient) {
        if (!parent.requiresGrad) {
            free(gradient);
        } else if (parent.leaf != null) {
            if (gradient != parent.leaf.array()) {
                addToLeaf(parent.leaf, gradient);
                free(gradient);
            }
        } else if (parent.grad == null) {
            parent.grad = new Grad(gradient);
        } else {
            addInto(parent, gradient);
            free(gradient);
        }
    }

    /** Adds the gradient that {@link Backward#run} is being called with, unchanged but for its shape. */
    public void accumulateShared(Var parent, INDArray gradOut) {
        if (!parent.requiresGrad) {
            return;
        }
        INDArray shaped =
                Arrays.equals(gradOut.shape(), parent.shape()) ? gradOut : gradOut.reshape('c', parent.shape());
        if (parent.leaf != null) {
            addToLeaf(parent.leaf, shaped);
        } else if (parent.grad == null) {
            current.references++;
            parent.grad = shaped == current.array ? current : new Grad(shaped, current);
        } else {
            addInto(parent, shaped);
        }
    }

    private void addToLeaf(Gradient leaf, INDArray gradient) {
        float present = leaf.claim() ? 0 : 1;
        kernels.axpby(1, gradient, present, leaf.array(), leaf.array());
    }

    private void addInto(Var parent, INDArray gradient) {
        Grad g = parent.grad;
        if (g.references == 1 && g.base == null && owned.contains(g.array)) {
            kernels.axpby(1, g.array, 1, gradient, g.array);
        } else {
            INDArray sum = allocate(parent.shape());
            kernels.axpby(1, g.array, 1, gradient, sum);
            parent.grad = new Grad(sum);
            release(g);
        }
    }

    private void release(Grad g) {
        if (--g.references > 0) {
            return;
        }
        if (g.base != null) {
            release(g.base);
        } else if (!kept.contains(g.array)) {
            free(g.array);
        }
    }

    /**
     * Opens a scope: in inference, what is allocated inside is freed when it closes, but for the values
     * passed to {@link Scope#keep}. In training it does nothing.
     */
    public Scope scope() {
        Scope s = new Scope();
        if (!training) {
            scopes.push(s);
        }
        return s;
    }

    /** Returns all memory of the tape to the pool. */
    @Override
    public void close() {
        for (INDArray a : owned) {
            pool.give(a);
        }
        owned.clear();
        nodes.clear();
        scopes.clear();
    }

    /** See {@link Tape#checkpoint}. */
    @FunctionalInterface
    public interface Section {
        Var run(Tape t);
    }

    /** The backward pass of one operation. */
    @FunctionalInterface
    public interface Backward {
        /** @param gradOut gradient of the result, in its shape; not to be modified or kept */
        void run(INDArray gradOut);
    }

    /** See {@link Tape#scope}. */
    public final class Scope implements AutoCloseable {
        private final List<INDArray> arrays = new ArrayList<>();

        private Scope() {}

        /** Moves a value to the enclosing scope. */
        public Var keep(Var v) {
            if (!training && v.value.data() != null) {
                Scope outer = null;
                boolean seen = false;
                for (Scope s : scopes) {
                    if (seen) {
                        outer = s;
                        break;
                    }
                    seen = s == this;
                }
                Scope target = outer;
                arrays.removeIf(a -> {
                    boolean same = a.data() == v.value.data();
                    if (same && target != null) {
                        target.arrays.add(a);
                    }
                    return same;
                });
            }
            return v;
        }

        @Override
        public void close() {
            if (!training) {
                scopes.remove(this);
                arrays.forEach(Tape.this::free);
            }
        }
    }

    private record Node(Var out, Backward backward) {}

    /** A gradient that several values may share. */
    static final class Grad {
        final INDArray array;
        /** The gradient whose memory a reshaped one looks at. */
        final Grad base;

        int references = 1;

        Grad(INDArray array) {
            this(array, null);
        }

        Grad(INDArray array, Grad base) {
            this.array = array;
            this.base = base;
        }
    }
}
