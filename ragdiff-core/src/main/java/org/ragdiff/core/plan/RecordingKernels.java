package org.ragdiff.core.plan;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Convolution;
import org.ragdiff.core.tensor.Kernels;

/** Notes forward operations down instead of computing them. Backward ones are refused. */
final class RecordingKernels implements Kernels {
    private final Function<INDArray, Operand> operand;
    private final Consumer<Node> nodes;

    RecordingKernels(Function<INDArray, Operand> operand, Consumer<Node> nodes) {
        this.operand = operand;
        this.nodes = nodes;
    }

    @Override
    public String name() {
        return "recording";
    }

    @Override
    public Precision precision() {
        return Precision.F32;
    }

    private final class Call {
        private final Op op;
        private final Map<Slot, Operand> in = new EnumMap<>(Slot.class);

        Call(Op op) {
            this.op = op;
        }

        Call with(Slot slot, INDArray a) {
            if (a != null) {
                in.put(slot, operand.apply(a));
            }
            return this;
        }

        void to(INDArray out) {
            nodes.accept(new Node(op, in, operand.apply(out)));
        }
    }

    private Call call(Op op, INDArray x) {
        return new Call(op).with(Slot.X, x);
    }

    @Override
    public void conv2d(INDArray x, INDArray w, INDArray bias, Convolution geometry, INDArray out) {
        call(new Op.Conv2d(geometry, false, Activation.NONE), x)
                .with(Slot.W, w)
                .with(Slot.BIAS, bias)
                .to(out);
    }

    @Override
    public void matmul(INDArray a, boolean transposeA, INDArray b, boolean transposeB, float alpha, INDArray out) {
        call(new Op.Matmul(transposeA, transposeB, alpha), a).with(Slot.W, b).to(out);
    }

    @Override
    public void linear(INDArray x, INDArray w, INDArray bias, INDArray out) {
        call(new Op.Linear(false, Activation.NONE), x)
                .with(Slot.W, w)
                .with(Slot.BIAS, bias)
                .to(out);
    }

    @Override
    public void attention(
            INDArray q, INDArray k, INDArray v, INDArray kRef, INDArray vRef, int heads, float scale, INDArray out) {
        call(new Op.Attention(heads, scale), q)
                .with(Slot.K, k)
                .with(Slot.V, v)
                .with(Slot.K_REF, kRef)
                .with(Slot.V_REF, vRef)
                .to(out);
    }

    @Override
    public void groupNorm(
            INDArray x,
            INDArray gamma,
            INDArray beta,
            int groups,
            float eps,
            Activation activation,
            INDArray out,
            INDArray mean,
            INDArray rstd) {
        call(new Op.GroupNorm(groups, eps, activation), x)
                .with(Slot.GAMMA, gamma)
                .with(Slot.BETA, beta)
                .to(out);
    }

    @Override
    public void layerNorm(
            INDArray x, INDArray gamma, INDArray beta, float eps, INDArray out, INDArray mean, INDArray rstd) {
        call(new Op.LayerNorm(eps), x)
                .with(Slot.GAMMA, gamma)
                .with(Slot.BETA, beta)
                .to(out);
    }

    @Override
    public void softmax(INDArray x, INDArray out) {
        call(new Op.Softmax(), x).to(out);
    }

    @Override
    public void activate(Activation activation, INDArray x, INDArray out) {
        call(new Op.Activate(activation), x).to(out);
    }

    @Override
    public void geglu(INDArray x, INDArray out) {
        call(new Op.Geglu(), x).to(out);
    }

    @Override
    public void axpby(float alpha, INDArray a, float beta, INDArray b, INDArray out) {
        call(new Op.Axpby(alpha, beta), a)
                .with(Slot.OTHER, beta == 0 ? null : b)
                .to(out);
    }

    @Override
    public void multiply(INDArray a, INDArray b, INDArray out) {
        call(new Op.Multiply(), a).with(Slot.OTHER, b).to(out);
    }

    @Override
    public void addRow(INDArray x, INDArray row, INDArray out) {
        call(new Op.AddRow(), x).with(Slot.ROW, row).to(out);
    }

    @Override
    public void sumTokens(INDArray x, INDArray out) {
        call(new Op.SumTokens(), x).to(out);
    }

    @Override
    public void upsample2x(INDArray x, INDArray out) {
        call(new Op.Upsample2x(), x).to(out);
    }

    @Override
    public void averagePool2x(INDArray x, INDArray out) {
        call(new Op.AveragePool2x(), x).to(out);
    }

    @Override
    public void copyChannels(INDArray source, int from, INDArray target, int to, int count) {
        call(new Op.CopyChannels(from, to, count), source).to(target);
    }

    @Override
    public void swapMiddle(INDArray x, INDArray out) {
        call(new Op.SwapMiddle(), x).to(out);
    }

    @Override
    public void close() {}

    // ---- what a plan for inference cannot hold ---------------------------------------------------

    private static UnsupportedOperationException refused(String operation) {
        return new UnsupportedOperationException(operation + " cannot be recorded: graphs are for inference");
    }

    @Override
    public double sumOfSquares(INDArray x) {
        throw refused("sumOfSquares");
    }

    @Override
    public void conv2dBackwardData(INDArray gradOut, INDArray w, Convolution geometry, INDArray gradX) {
        throw refused("conv2dBackwardData");
    }

    @Override
    public void conv2dBackwardWeights(
            INDArray x, INDArray gradOut, Convolution geometry, INDArray gradW, INDArray gradBias) {
        throw refused("conv2dBackwardWeights");
    }

    @Override
    public void linearBackwardWeights(INDArray x, INDArray gradOut, INDArray gradW, INDArray gradBias) {
        throw refused("linearBackwardWeights");
    }

    @Override
    public void attentionBackward(
            INDArray q,
            INDArray k,
            INDArray v,
            INDArray kRef,
            INDArray vRef,
            int heads,
            float scale,
            INDArray gradOut,
            INDArray gradQ,
            INDArray gradK,
            INDArray gradV,
            INDArray gradKRef,
            INDArray gradVRef) {
        throw refused("attentionBackward");
    }

    @Override
    public void groupNormBackward(
            INDArray x,
            INDArray gamma,
            INDArray beta,
            int groups,
            Activation activation,
            INDArray mean,
            INDArray rstd,
            INDArray gradOut,
            INDArray gradX,
            INDArray gradGamma,
            INDArray gradBeta) {
        throw refused("groupNormBackward");
    }

    @Override
    public void layerNormBackward(
            INDArray x,
            INDArray gamma,
            INDArray mean,
            INDArray rstd,
            INDArray gradOut,
            INDArray gradX,
            INDArray gradGamma,
            INDArray gradBeta) {
        throw refused("layerNormBackward");
    }

    @Override
    public void softmaxBackward(INDArray out, INDArray gradOut, INDArray gradX) {
        throw refused("softmaxBackward");
    }

    @Override
    public void activateBackward(Activation activation, INDArray x, INDArray gradOut, INDArray gradX) {
        throw refused("activateBackward");
    }

    @Override
    public void gegluBackward(INDArray x, INDArray gradOut, INDArray gradX) {
        throw refused("gegluBackward");
    }

    @Override
    public void upsample2xBackward(INDArray gradOut, INDArray gradX) {
        throw refused("upsample2xBackward");
    }

    @Override
    public void averagePool2xBackward(INDArray gradOut, INDArray gradX) {
        throw refused("averagePool2xBackward");
    }

    @Override
    public void adamW(INDArray parameter, INDArray gradient, INDArray m, INDArray v, AdamWStep step, float gradScale) {
        throw refused("adamW");
    }
}
