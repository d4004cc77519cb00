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
        Operand x = node.in(Slot.X);
        long from = c.address(x);
        long to = c.address(node.out());
        if (op instanceof Op.Conv2d conv) {
            return ConvolutionSteps.of(c, node, conv);
        } else if (op instanceof Op.Linear linear) {
            return LinearSteps.of(c, node, linear);
        } else if (op instanceof Op.Attention a) {
            return attention(c, node, a);
        } else if (op instanceof Op.GroupNorm g) {
            return groupNorm(c, node, g);
        } else if (op instanceof Op.LayerNorm l) {
            return layerNorm(c, node, l);
        } else if (op instanceof Op.Softmax) {
            return new CallStep(Softmaxes.compile(x.size(0), x.size(1), false), from, to);
        } else if (op instanceof Op.Activate a) {
            return new CallStep(Elementwise.compile(a.activation(), x.length()), from, to);
        } else if (op instanceof Op.Geglu) {
            GegluForward k = GegluForward.compile(x.size(0), node.out().size(1), CpuEngine.threads());
            return new KernelStep<>(k, k.scratchBytes(), (g, s, scratch) -> g.run(s, from, to, scratch));
        } else if (op instanceof Op.Axpby a) {
            long other = c.address(node.in(Slot.OTHER));
            return new KernelStep<>(
                    ScaledSum.compile(x.length()),
                    0,
                    (k, s, scratch) -> k.run(s, a.alpha(), from, a.beta(), other, to));
        } else if (op instanceof Op.AddRow) {
            Call add = RowOperations.compileAdd(x.size(0), x.size(1), x.size(2));
            return new CallStep(add, from, c.address(node.in(Slot.ROW)), to);
        } else if (op instanceof Op.SwapMiddle) {
            return new CallStep(Reorders.compileSwapMiddle(x.shape()), from, to);
        } else if (op instanceof Op.CopyChannels k) {
            Call copy = Reorders.compileBlock(x.size(1), node.out().size(1), x.size(0), k.count());
            return new CallStep(copy, from + (long) k.from() * Float.BYTES, to + (long) k.to() * Float.BYTES);
        }
        return rare(c, node);
    }

    private static PlannedStep attention(PlanContext c, Node node, Op.Attention a) {
        Operand q = node.in(Slot.X);
        Operand k = node.in(Slot.K);
        Operand v = node.in(Slot.V);
        Operand kRef = node.in(Slot.K_REF);
        Operand vRef = node.in(Slot.V_REF);
        long references = kRef == null ? 0 : kRef.size(1);
        AttentionShape shape = new AttentionShape(
                q.size(0), q.size(1), k.size(1), references, a.heads(), q.channels() / a.heads(), a.scale());
        AttentionShape.Formats formats = new AttentionShape.Formats(
                c.low(), c.isLow(q), c.isLow(k), c.isLow(v), c.isLow(kRef), c.isLow(vRef), c.isLow(node.out()));
        long qa = c.address(q);
        long ka = c.address(k);
        long va = c.address(v);
        long kr = c.address(kRef);
        long vr = c.address(vRef);
        long to = c.address(node.out());
        AttentionForward compiled = AttentionForward.compile(shape, formats, CpuEngine.threads());
        return new KernelStep<>(
                compiled, compiled.scratchBytes(), (f, s, scratch) -> f.run(s, qa, ka, va, kr, vr, to, scratch));
    }

    private static PlannedStep groupNorm(PlanContext c, Node node, Op.GroupNorm g) {
        Operand x = node.in(Slot.X);
        long n = x.size(0);
        long channels = x.channels();
        GroupNormForward compiled = GroupNormForward.compile(
                c.state(),
                n,
                x.length() / n / channels,
                channels,
                g.groups(),
                g.eps(),
                g.activation(),
                c.isLow(node.out()));
        long from = c.address(x);
        long row = c.address(node.in(Slot.ROW));
        long gamma = c.address(node.in(Slot.GAMMA));
        long beta = c.address(node.in(Slot.BETA));
        long to = c.address(node.out());
        return new KernelStep<>(
                compiled,
                compiled.scratchBytes(),
                (k, s, scratch) -> k.run(s, from, row, gamma, beta, to, 0, 0, scratch));
    }

    private static PlannedStep layerNorm(PlanContext c, Node node, Op.LayerNorm l) {
        Operand x = node.in(Slot.X);
        boolean low = c.isLow(node.out());
        long from = c.address(x);
        long gamma = c.address(node.in(Slot.GAMMA));
        long beta = c.address(node.in(Slot.BETA));
        long to = c.address(node.out());
        return new KernelStep<>(
                LayerNormForward.compile(x.size(0), x.size(1), l.eps(), false, low),
                0,
                (k, s, scratch) -> k.run(s, from, gamma, beta, to, 0, 0));
    }

    /** What networks hardly use in inference goes the way of single calls. */
    private static PlannedStep rare(PlanContext c, Node node) {
        INDArray x = c.arena().view(node.in(Slot.X));
        INDArray out = c.arena().view(node.out());
        Op op = node.op();
        if (op instanceof Op.Matmul m) {
            INDArray w = c.arena().view(node.in(Slot.W));
            return s -> MatrixProducts.matmul(s, x, m.transposeA(), w, m.transposeB(), m.alpha(), out);
        } else if (op instanceof Op.Multiply) {
            INDArray other = c.arena().view(node.in(Slot.OTHER));
            return s -> Elementwise.multiply(s, x, other, out);
        } else if (op instanceof Op.SumTokens) {
            return s -> Sums.batch(s, RawAddress.of(x), x.size(0), x.size(1), x.size(2), RawAddress.of(out));
        } else if (op instanceof Op.Upsample2x) {
            return s -> Resizing.spread(s, x, 4, out);
        } else if (op instanceof Op.AveragePool2x) {
            return s -> Resizing.pool(s, x, 1, out);
        }
        throw new IllegalArgumentException("no step for " + op);
    }
}
