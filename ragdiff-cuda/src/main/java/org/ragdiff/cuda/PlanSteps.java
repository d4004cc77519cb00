package org.ragdiff.cuda;

import java.util.HashMap;
import java.util.Map;
import org.ragdiff.core.plan.ArenaLayout;
import org.ragdiff.core.plan.Node;
import org.ragdiff.core.plan.Op;
import org.ragdiff.core.plan.Operand;
import org.ragdiff.core.plan.Slot;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Convolution;

/** Submits the operations of a graph over one arena, whose values are all of one format. Part of one plan. */
final class PlanSteps implements AutoCloseable {
    private record Constant(int storage, long offset, long length, DeviceWeights.Form form) {}

    private final DeviceWeights weights;
    private final ArenaLayout layout;
    private final long arena;
    private final Format f;
    private final boolean tensorFloats;
    private final Map<Constant, DeviceWeights.Kept> constants = new HashMap<>();

    PlanSteps(DeviceWeights weights, ArenaLayout layout, long arena, Format format, boolean tensorFloats) {
        this.weights = weights;
        this.layout = layout;
        this.arena = arena;
        this.f = format;
        this.tensorFloats = tensorFloats;
    }

    /** Device address of a value of the arena, or of a constant in the plan's format; 0 for null. */
    long address(Operand o) {
        if (o == null) {
            return 0;
        }
        if (o.storage().constant() != null) {
            return constant(o, DeviceWeights.Form.NARROW);
        }
        // The layout counts four bytes an element.
        return arena + layout.offset(o.storage()) / Float.BYTES * f.bytes() + o.offset() * f.bytes();
    }

    private long constant(Operand o, DeviceWeights.Form form) {
        return constants
                .computeIfAbsent(
                        new Constant(o.storage().id(), o.offset(), o.length(), form), k -> weights.acquire(o, form, f))
                .address();
    }

    /** Device address of float32 values: scales, shifts and biases. */
    private long plain(Work w, Operand o) {
        if (o == null) {
            return 0;
        }
        if (o.storage().constant() != null) {
            return constant(o, DeviceWeights.Form.PLAIN);
        }
        long at = address(o);
        if (f == Format.F32) {
            return at;
        }
        long wide = w.scratch(o.length() * Float.BYTES);
        Pointwise.widen(w, f, at, wide, o.length());
        return wide;
    }

    long weightBytes() {
        return constants.values().stream().mapToLong(DeviceWeights.Kept::bytes).sum();
    }

    void submit(Work w, Node node) {
        Op op = node.op();
        Operand x = node.in(Slot.X);
        Operand out = node.out();
        long from = address(x);
        long to = address(out);
        long other = address(node.in(Slot.OTHER));
        if (op instanceof Op.Conv2d c) {
            convolution(w, node, c);
        } else if (op instanceof Op.Linear l) {
            linear(w, node, l);
        } else if (op instanceof Op.Matmul m) {
            matmul(w, node, m);
        } else if (op instanceof Op.Attention a) {
            attention(w, node, a);
        } else if (op instanceof Op.GroupNorm g) {
            groupNorm(w, node, g);
        } else if (op instanceof Op.LayerNorm l) {
            long gamma = plain(w, node.in(Slot.GAMMA));
            long beta = plain(w, node.in(Slot.BETA));
            Norms.layer(w, f, from, gamma, beta, l.eps(), to, 0, 0, x.size(0), x.size(1));
        } else if (op instanceof Op.Softmax) {
            Norms.softmax(w, f, plain(w, x), to, x.size(0), x.size(1));
        } else if (op instanceof Op.Activate a) {
            Pointwise.activate(w, f, a.activation(), from, to, x.length());
        } else if (op instanceof Op.Geglu) {
            Pointwise.geglu(w, f, from, to, out.size(0), out.size(1));
        } else if (op instanceof Op.Axpby a) {
            Pointwise.axpby(w, f, a.alpha(), from, a.beta(), other, to, x.length());
        } else if (op instanceof Op.Multiply) {
            Pointwise.multiply(w, f, from, other, to, x.length());
        } else if (op instanceof Op.AddRow) {
            Pointwise.addRow(w, f, from, address(node.in(Slot.ROW)), to, x.size(0), x.size(1), x.size(2));
        } else if (op instanceof Op.SumTokens) {
            Reductions.columns(w, f, from, x.size(0), x.size(1), x.size(2), to);
        } else if (op instanceof Op.Upsample2x) {
            Pointwise.spread(w, f, from, 1, to, x.size(0), x.size(1), x.size(2), x.size(3));
        } else if (op instanceof Op.AveragePool2x) {
            Pointwise.gather(w, f, from, 0.25f, to, out.size(0), out.size(1), out.size(2), out.size(3));
        } else if (op instanceof Op.CopyChannels c) {
            Pointwise.copyChannels(w, f, from, c.from(), x.size(1), to, c.to(), out.size(1), c.count(), x.size(0));
        } else if (op instanceof Op.SwapMiddle) {
            Pointwise.swapMiddle(w, f, from, to, x.size(0), x.size(1), x.size(2), x.size(3));
        } else {
            throw new IllegalArgumentException("no kernel for " + op);
        }
    }

    private void convolution(Work w, Node node, Op.Conv2d op) {
        Operand x = node.in(Slot.X);
        Operand weight = node.in(Slot.W);
        Operand out = node.out();
        int factor = op.upsampled() ? 2 : 1;
        long from = address(x);
        if (op.upsampled()) {
            long doubled = w.scratch(4 * x.length() * f.bytes());
            Pointwise.spread(w, f, from, 1, doubled, x.size(0), x.size(1), x.size(2), x.size(3));
            from = doubled;
        }
        Convolution geometry = op.geometry();
        ConvolutionSpec s = new ConvolutionSpec(
                ConvolutionSpec.Kind.FORWARD,
                f,
                tensorFloats,
                x.size(0),
                factor * x.size(1),
                factor * x.size(2),
                x.size(3),
                weight.size(0),
                weight.size(2),
                weight.size(3),
                geometry);
        Operand bias = node.in(Slot.BIAS);
        Operand other = node.in(Slot.OTHER);
        if (s.isProduct()) {
            product(w, from, address(weight), bias, op.activation(), other, out, s.rows(), s.out(), s.in());
            return;
        }
        long packed =
                weight.storage().constant() != null ? constant(weight, DeviceWeights.Form.TAPS) : packed(w, s, weight);
        long to = address(out);
        Convolutions.forward(w, s, from, packed, to);
        Pointwise.epilogue(w, f, to, plain(w, bias), op.activation(), address(other), s.out(), out.length());
    }

    private long packed(Work w, ConvolutionSpec s, Operand weight) {
        long to = w.scratch(weight.length() * f.bytes());
        Convolutions.packWeights(w, s, plain(w, weight), to);
        return to;
    }

    private void linear(Work w, Node node, Op.Linear op) {
        Operand x = node.in(Slot.X);
        Operand weight = node.in(Slot.W);
        Operand bias = node.in(Slot.BIAS);
        Operand out = node.out();
        long n = weight.size(0);
        long k = weight.size(1);
        long m = x.length() / k;
        if (op.geglu()) {
            long both = w.scratch(m * n * f.bytes());
            Products.linear(
                    w,
                    f,
                    f,
                    tensorFloats,
                    address(x),
                    address(weight),
                    address(bias),
                    plain(w, bias),
                    0,
                    both,
                    m,
                    n,
                    k);
            Pointwise.geglu(w, f, both, address(out), m, n / 2);
        } else {
            product(w, address(x), address(weight), bias, op.activation(), node.in(Slot.OTHER), out, m, n, k);
        }
    }

    /** out = activation(x · wᵀ + bias) + other. */
    private void product(
            Work w,
            long x,
            long weight,
            Operand bias,
            Activation activation,
            Operand other,
            Operand out,
            long m,
            long n,
            long k) {
        long to = address(out);
        if (activation == Activation.NONE) {
            Products.linear(
                    w, f, f, tensorFloats, x, weight, address(bias), plain(w, bias), address(other), to, m, n, k);
        } else {
            Products.linear(w, f, f, tensorFloats, x, weight, 0, 0, 0, to, m, n, k);
            Pointwise.epilogue(w, f, to, plain(w, bias), activation, address(other), n, m * n);
        }
    }

    private void matmul(Work w, Node node, Op.Matmul op) {
        Operand a = node.in(Slot.X);
        Operand out = node.out();
        int r = out.rank();
        ProductSpec s = ProductSpec.dense(
                f,
                f,
                tensorFloats,
                r == 3 ? out.size(0) : 1,
                out.size(r - 2),
                out.size(r - 1),
                a.size(op.transposeA() ? r - 2 : r - 1),
                op.transposeA(),
                op.transposeB());
        Products.run(w, s, address(a), address(node.in(Slot.W)), address(out), op.alpha());
    }

    private void attention(Work w, Node node, Op.Attention a) {
        Operand q = node.in(Slot.X);
        Operand k = node.in(Slot.K);
        Operand kRef = node.in(Slot.K_REF);
        Attentions.Shape s = new Attentions.Shape(
                q.size(0),
                q.size(1),
                k.size(1),
                kRef == null ? 0 : kRef.size(1),
                a.heads(),
                Math.toIntExact(q.channels() / a.heads()),
                a.scale());
        Attentions.forward(
                w,
                f,
                tensorFloats,
                s,
                address(q),
                address(k),
                address(node.in(Slot.V)),
                address(kRef),
                address(node.in(Slot.V_REF)),
                address(node.out()));
    }

    private void groupNorm(Work w, Node node, Op.GroupNorm g) {
        Operand x = node.in(Slot.X);
        long n = x.size(0);
        long channels = x.channels();
        long statistics = w.scratch(2 * n * g.groups() * Float.BYTES);
        Norms.group(
                w,
                f,
                new Norms.Groups(n, x.length() / n / channels, channels, g.groups()),
                address(x),
                address(node.in(Slot.ROW)),
                plain(w, node.in(Slot.GAMMA)),
                plain(w, node.in(Slot.BETA)),
                g.eps(),
                g.activation(),
                address(node.out()),
                statistics,
                statistics + n * g.groups() * Float.BYTES);
    }

    /** Gives the constants back. */
    @Override
    public void close() {
        constants.values().forEach(weights::release);
        constants.clear();
    }
}
