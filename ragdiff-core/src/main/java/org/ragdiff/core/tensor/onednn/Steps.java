package org.ragdiff.core.tensor.onednn;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.plan.Node;
import org.ragdiff.core.plan.Op;
import org.ragdiff.core.plan.Operand;
import org.ragdiff.core.plan.Slot;

/** Compiles a graph's operation. Stateless. */
final class Steps {
    private Steps() {}

    static PlannedStep of(PlanContext c, Node node) {
        Op op = node.op();
        if (op instanceof Op.Conv2d conv) {
            return ConvolutionSteps.of(c, node, conv);
        }
        if (op instanceof Op.Linear linear) {
            return LinearSteps.of(c, node, linear);
        }
        return kernel(c, node);
    }

    private static INDArray view(PlanContext c, Operand o) {
        return o == null ? null : c.arena().view(o);
    }

    private static PlannedStep kernel(PlanContext c, Node node) {
        INDArray x = view(c, node.in(Slot.X));
        INDArray w = view(c, node.in(Slot.W));
        INDArray other = view(c, node.in(Slot.OTHER));
        INDArray row = view(c, node.in(Slot.ROW));
        INDArray gamma = view(c, node.in(Slot.GAMMA));
        INDArray beta = view(c, node.in(Slot.BETA));
        INDArray out = view(c, node.out());
        Op op = node.op();
        if (op instanceof Op.Matmul m) {
            return s -> MatrixProducts.matmul(s, x, m.transposeA(), w, m.transposeB(), m.alpha(), out);
        } else if (op instanceof Op.Attention a) {
            INDArray k = view(c, node.in(Slot.K));
            INDArray v = view(c, node.in(Slot.V));
            INDArray kRef = view(c, node.in(Slot.K_REF));
            INDArray vRef = view(c, node.in(Slot.V_REF));
            return s -> AttentionProducts.forward(s, x, k, v, kRef, vRef, a.heads(), a.scale(), out);
        } else if (op instanceof Op.GroupNorm g) {
            INDArray mean = statistics(x.size(0), g.groups());
            INDArray rstd = statistics(x.size(0), g.groups());
            if (row != null) {
                long n = x.size(0);
                long ch = node.in(Slot.X).channels();
                INDArray x3 = x.reshape('c', n, x.length() / n / ch, ch);
                INDArray out3 = out.reshape('c', n, x.length() / n / ch, ch);
                INDArray sum = statistics(x.shape());
                return s -> {
                    Elementwise.addRow(s, x3, row, sum.reshape('c', x3.shape()));
                    GroupNorms.forward(s, sum, gamma, beta, g.groups(), g.eps(), g.activation(), out, mean, rstd);
                };
            }
            return s -> GroupNorms.forward(s, x, gamma, beta, g.groups(), g.eps(), g.activation(), out, mean, rstd);
        } else if (op instanceof Op.LayerNorm l) {
            INDArray mean = statistics(x.size(0));
            INDArray rstd = statistics(x.size(0));
            return s -> LayerNorms.forward(s, x, gamma, beta, l.eps(), out, mean, rstd);
        } else if (op instanceof Op.Softmax) {
            return s -> Softmaxes.forward(s, RawAddress.of(x), x.size(0), x.size(1), false, RawAddress.of(out));
        } else if (op instanceof Op.Activate a) {
            return s -> Elementwise.forward(s, a.activation(), RawAddress.of(x), x.length(), RawAddress.of(out));
        } else if (op instanceof Op.Geglu) {
            return s -> Elementwise.geglu(s, x, out);
        } else if (op instanceof Op.Axpby a) {
            return s -> Elementwise.axpby(s, a.alpha(), x, a.beta(), other == null ? x : other, out);
        } else if (op instanceof Op.Multiply) {
            return s -> Elementwise.multiply(s, x, other, out);
        } else if (op instanceof Op.AddRow) {
            return s -> Elementwise.addRow(s, x, row, out);
        } else if (op instanceof Op.SumTokens) {
            return s -> Sums.batch(s, RawAddress.of(x), x.size(0), x.size(1), x.size(2), RawAddress.of(out));
        } else if (op instanceof Op.Upsample2x) {
            return s -> Resizing.spread(s, x, 4, out);
        } else if (op instanceof Op.AveragePool2x) {
            return s -> Resizing.pool(s, x, 1, out);
        } else if (op instanceof Op.SwapMiddle) {
            return s -> Reorders.swapMiddle(s, RawAddress.of(x), x.shape(), RawAddress.of(out));
        } else if (op instanceof Op.CopyChannels cc) {
            long from = RawAddress.of(x) + (long) cc.from() * Float.BYTES;
            long to = RawAddress.of(out) + (long) cc.to() * Float.BYTES;
            return s -> Reorders.block(s, from, x.size(1), to, out.size(1), x.size(0), cc.count());
        }
        throw new IllegalArgumentException("no step for " + op);
    }

    private static INDArray statistics(long... shape) {
        return org.nd4j.linalg.factory.Nd4j.createUninitializedDetached(
                org.nd4j.linalg.api.buffer.DataType.FLOAT, shape);
    }
}
