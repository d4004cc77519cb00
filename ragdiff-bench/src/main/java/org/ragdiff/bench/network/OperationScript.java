package org.ragdiff.bench.network;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.ragdiff.bench.network.ScriptWriter.Value;
import org.ragdiff.core.plan.Node;
import org.ragdiff.core.plan.Op;
import org.ragdiff.core.plan.Operand;
import org.ragdiff.core.plan.Slot;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Convolution;

/** One operation of a graph as calls of ATen's operators. */
final class OperationScript {
    private static final String NONE = "annotate(Optional[Tensor], None)";

    private final ScriptWriter writer;
    private final JoinedRows parts;

    OperationScript(ScriptWriter writer) {
        this.writer = writer;
        parts = new JoinedRows(writer);
    }

    /**
     * Appends its lines.
     *
     * @throws IllegalArgumentException for a fused operation, which no recorded graph has
     */
    void add(Node node) {
        Value value = result(node);
        if (node.out().isWhole()) {
            writer.define(node.out().storage(), value);
        } else {
            parts.add(node, value);
        }
    }

    private Value result(Node n) {
        Op op = n.op();
        if (op instanceof Op.Conv2d c && !c.upsampled() && c.activation() == Activation.NONE) {
            return convolution(n, c.geometry());
        } else if (op instanceof Op.Upsample2x) {
            long[] to = n.out().shape();
            return Value.map(call("torch.upsample_nearest2d(%s, [%d, %d], 2., 2.)", map(n), to[1], to[2]), to);
        } else if (op instanceof Op.AveragePool2x) {
            return Value.map(
                    call("torch.avg_pool2d(%s, [2, 2])", map(n)), n.out().shape());
        } else if (op instanceof Op.GroupNorm g && n.in(Slot.ROW) == null) {
            return groupNorm(n, g);
        } else if (op instanceof Op.Activate a) {
            return pointwise(n, x -> activation(a.activation(), x));
        } else if (op instanceof Op.Axpby sum) {
            return sum(n, sum);
        } else if (op instanceof Op.Multiply) {
            return pointwise(n, x -> call("torch.mul(%s, %s)", x, other(n)));
        } else if (op instanceof Op.AddRow) {
            return addRow(n);
        }
        return Value.rows(rowsResult(n), n.out().shape());
    }

    private String rowsResult(Node n) {
        Op op = n.op();
        if (op instanceof Op.Linear l && !l.geglu() && l.activation() == Activation.NONE) {
            return call("torch.linear(%s, %s, %s)", rows(n), operand(n, Slot.W), operand(n, Slot.BIAS));
        } else if (op instanceof Op.Attention a) {
            return attention(n, a);
        } else if (op instanceof Op.LayerNorm l) {
            long c = n.out().channels();
            String gamma = operand(n, Slot.GAMMA);
            return call("torch.layer_norm(%s, [%d], %s, %s, %s)", rows(n), c, gamma, operand(n, Slot.BETA), l.eps());
        } else if (op instanceof Op.Softmax) {
            return call("torch.softmax(%s, -1)", rows(n));
        } else if (op instanceof Op.Matmul m) {
            String a = m.transposeA() ? call("torch.transpose(%s, -1, -2)", rows(n)) : rows(n);
            String w = operand(n, Slot.W);
            String b = m.transposeB() ? call("torch.transpose(%s, -1, -2)", w) : w;
            String product = call("torch.matmul(%s, %s)", a, b);
            return m.alpha() == 1 ? product : call("torch.mul(%s, %s)", product, m.alpha());
        } else if (op instanceof Op.Geglu) {
            long half = n.out().channels();
            String gate = call("torch.gelu(torch.narrow(%s, -1, %d, %d))", rows(n), half, half);
            return call("torch.mul(torch.narrow(%s, -1, 0, %d), %s)", rows(n), half, gate);
        } else if (op instanceof Op.SumTokens) {
            return call("torch.sum(%s, [1])", rows(n));
        } else if (op instanceof Op.SwapMiddle) {
            return call("torch.transpose(%s, 1, 2)", rows(n));
        }
        throw new IllegalArgumentException("no translation of " + n);
    }

    private Value convolution(Node n, Convolution g) {
        boolean even = g.top() == g.bottom() && g.left() == g.right();
        String x = even
                ? map(n)
                : call(
                        "torch.constant_pad_nd(%s, [%d, %d, %d, %d], 0)",
                        map(n), g.left(), g.right(), g.top(), g.bottom());
        String name = call(
                "torch.conv2d(%1$s, %2$s, %3$s, [%4$d, %4$d], [%5$d, %6$d], [1, 1], 1)",
                x, operand(n, Slot.W), operand(n, Slot.BIAS), g.stride(), even ? g.top() : 0, even ? g.left() : 0);
        return Value.map(name, n.out().shape());
    }

    private Value groupNorm(Node n, Op.GroupNorm g) {
        Operand x = n.in(Slot.X);
        Value v = writer.value(x.storage());
        boolean map = v.isMapOf(x);
        String in = map ? v.name() : call("torch.transpose(%s, 1, -1)", rows(n));
        String gamma = operand(n, Slot.GAMMA);
        String beta = operand(n, Slot.BETA);
        String y = call("torch.group_norm(%s, %d, %s, %s, %s)", in, g.groups(), gamma, beta, g.eps());
        y = g.activation() == Activation.NONE ? y : activation(g.activation(), y);
        return map ? Value.map(y, v.shape()) : Value.rows(call("torch.transpose(%s, 1, -1)", y), x.shape());
    }

    /** As diffusers' AttnProcessor2_0: views of [N, T, heads, d], transposed, and back. */
    private String attention(Node n, Op.Attention a) {
        long[] out = n.out().shape();
        String k = withReference(n, Slot.K, Slot.K_REF);
        String v = withReference(n, Slot.V, Slot.V_REF);
        String y = call(
                "torch.scaled_dot_product_attention(%s, %s, %s, %s, 0., False, scale=%s)",
                heads(rows(n), out, a.heads()), heads(k, out, a.heads()), heads(v, out, a.heads()), NONE, (double)
                        a.scale());
        return call("torch.reshape(torch.transpose(%s, 1, 2), %s)", y, Arrays.toString(out));
    }

    private String withReference(Node n, Slot own, Slot reference) {
        String k = operand(n, own);
        return n.in(reference) == null ? k : call("torch.cat([%s, %s], 1)", k, operand(n, reference));
    }

    private String heads(String rows, long[] shape, int heads) {
        long d = shape[2] / heads;
        return call("torch.transpose(torch.view(%s, [%d, -1, %d, %d]), 1, 2)", rows, shape[0], heads, d);
    }

    private Value sum(Node n, Op.Axpby s) {
        return pointwise(n, x -> {
            String a = s.alpha() == 1 ? x : call("torch.mul(%s, %s)", x, s.alpha());
            if (s.beta() == 0) {
                return a;
            }
            return s.beta() == 1
                    ? call("torch.add(%s, %s)", a, other(n))
                    : call("torch.add(%s, %s, alpha=%s)", a, other(n), s.beta());
        });
    }

    private Value addRow(Node n) {
        Operand x = n.in(Slot.X);
        Value v = writer.value(x.storage());
        String row = operand(n, Slot.ROW);
        if (v.isMapOf(x)) {
            String cell = call("torch.unsqueeze(torch.unsqueeze(%s, -1), -1)", row);
            return Value.map(call("torch.add(%s, %s)", v.name(), cell), v.shape());
        }
        return Value.rows(call("torch.add(%s, torch.unsqueeze(%s, 1))", rows(n), row), x.shape());
    }

    /** An operation that keeps the form of its first operand. */
    private Value pointwise(Node n, UnaryOperator<String> f) {
        Operand x = n.in(Slot.X);
        Value v = writer.value(x.storage());
        return v.isMapOf(x) ? Value.map(f.apply(v.name()), v.shape()) : Value.rows(f.apply(rows(n)), x.shape());
    }

    /** The second term, in the form of the first. */
    private String other(Node n) {
        Operand x = n.in(Slot.X);
        Operand o = n.in(Slot.OTHER);
        Value v = writer.value(x.storage());
        return v.isMapOf(x) ? writer.map(o.reshaped(v.shape())) : writer.rows(o.reshaped(x.shape()));
    }

    private String activation(Activation a, String x) {
        return switch (a) {
            case NONE -> x;
            case SILU -> call("torch.silu(%s)", x);
            case GELU -> call("torch.gelu(%s)", x);
            case GELU_TANH -> call("torch.gelu(%s, approximate=\"tanh\")", x);
            case RELU -> call("torch.relu(%s)", x);
            case SIGMOID -> call("torch.sigmoid(%s)", x);
            case TANH -> call("torch.tanh(%s)", x);
        };
    }

    private String map(Node n) {
        return writer.map(n.in(Slot.X));
    }

    private String rows(Node n) {
        return writer.rows(n.in(Slot.X));
    }

    private String operand(Node n, Slot slot) {
        Operand o = n.in(slot);
        if (o == null) {
            return NONE;
        }
        return writer.rows(o);
    }

    private String call(String format, Object... arguments) {
        return writer.line(String.format(Locale.ROOT, format, arguments));
    }
}
