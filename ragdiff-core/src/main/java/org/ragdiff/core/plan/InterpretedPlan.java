package org.ragdiff.core.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Kernels;

/**
 * Runs a graph's operations one by one through {@link Kernels}: what providers without a compiler of their
 * own do, and what compiled plans are compared with.
 */
public final class InterpretedPlan implements Plan {
    private final Kernels kernels;
    private final Schedule schedule;
    private final PlanInputs inputs;
    private final Arena arena;
    private final List<Runnable> prologue = new ArrayList<>();
    private final List<Runnable> body = new ArrayList<>();
    private final Map<Operand, INDArray> views = new HashMap<>();
    private boolean closed;

    /** @param kernels not closed */
    public InterpretedPlan(Kernels kernels, Graph graph) {
        this.kernels = kernels;
        this.schedule = Schedule.of(graph);
        this.inputs = new PlanInputs(graph);
        this.arena = new Arena(schedule.arena());
        schedule.prologue().forEach(n -> prologue.add(step(n)));
        schedule.body().forEach(n -> body.add(step(n)));
    }

    private INDArray view(Operand o) {
        return o == null ? null : views.computeIfAbsent(o, arena::view);
    }

    private Runnable step(Node node) {
        INDArray x = view(node.in(Slot.X));
        INDArray w = view(node.in(Slot.W));
        INDArray bias = view(node.in(Slot.BIAS));
        INDArray other = view(node.in(Slot.OTHER));
        INDArray row = view(node.in(Slot.ROW));
        INDArray gamma = view(node.in(Slot.GAMMA));
        INDArray beta = view(node.in(Slot.BETA));
        INDArray out = view(node.out());
        Op op = node.op();
        if (op instanceof Op.Conv2d c) {
            return () -> kernels.conv2d(x, w, bias, c.geometry(), out);
        } else if (op instanceof Op.Linear) {
            return () -> kernels.linear(x, w, bias, out);
        } else if (op instanceof Op.Matmul m) {
            return () -> kernels.matmul(x, m.transposeA(), w, m.transposeB(), m.alpha(), out);
        } else if (op instanceof Op.Attention a) {
            INDArray k = view(node.in(Slot.K));
            INDArray v = view(node.in(Slot.V));
            INDArray kRef = view(node.in(Slot.K_REF));
            INDArray vRef = view(node.in(Slot.V_REF));
            return () -> kernels.attention(x, k, v, kRef, vRef, a.heads(), a.scale(), out);
        } else if (op instanceof Op.GroupNorm g) {
            INDArray mean = statistics(x.size(0), g.groups());
            INDArray rstd = statistics(x.size(0), g.groups());
            return () -> kernels.groupNorm(x, gamma, beta, g.groups(), g.eps(), g.activation(), out, mean, rstd);
        } else if (op instanceof Op.LayerNorm l) {
            INDArray mean = statistics(x.size(0));
            INDArray rstd = statistics(x.size(0));
            return () -> kernels.layerNorm(x, gamma, beta, l.eps(), out, mean, rstd);
        } else if (op instanceof Op.Softmax) {
            return () -> kernels.softmax(x, out);
        } else if (op instanceof Op.Activate a) {
            return () -> kernels.activate(a.activation(), x, out);
        } else if (op instanceof Op.Geglu) {
            return () -> kernels.geglu(x, out);
        } else if (op instanceof Op.Axpby a) {
            return () -> kernels.axpby(a.alpha(), x, a.beta(), other == null ? x : other, out);
        } else if (op instanceof Op.Multiply) {
            return () -> kernels.multiply(x, other, out);
        } else if (op instanceof Op.AddRow) {
            return () -> kernels.addRow(x, row, out);
        } else if (op instanceof Op.SumTokens) {
            return () -> kernels.sumTokens(x, out);
        } else if (op instanceof Op.Upsample2x) {
            return () -> kernels.upsample2x(x, out);
        } else if (op instanceof Op.AveragePool2x) {
            return () -> kernels.averagePool2x(x, out);
        } else if (op instanceof Op.SwapMiddle) {
            return () -> kernels.swapMiddle(x, out);
        } else if (op instanceof Op.CopyChannels c) {
            return () -> kernels.copyChannels(x, c.from(), out, c.to(), c.count());
        }
        throw new IllegalArgumentException("no kernel for " + op);
    }

    private static INDArray statistics(long... shape) {
        return Nd4j.createUninitializedDetached(DataType.FLOAT, shape);
    }

    @Override
    public void set(String name, INDArray values) {
        Operand o = inputs.accept(name, values);
        HostArrays.copy(values, 0, view(o), 0, o.length());
    }

    @Override
    public void set(String name, float[] values) {
        HostArrays.write(view(inputs.accept(name, values.length)), values);
    }

    @Override
    public void run() {
        if (closed) {
            throw new IllegalStateException("the plan is closed");
        }
        if (inputs.start()) {
            prologue.forEach(Runnable::run);
        }
        body.forEach(Runnable::run);
    }

    @Override
    public INDArray output(String name) {
        return view(inputs.output(name));
    }

    @Override
    public PlanMemory memory() {
        return new PlanMemory(schedule.arena().bytes(), schedule.arena().sum(), 0, 0);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            arena.close();
        }
    }
}
