package org.ragdiff.core.tensor.nd4j;

import static org.ragdiff.core.tensor.nd4j.Operations.columns;
import static org.ragdiff.core.tensor.nd4j.Operations.view;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Convolution;
import org.ragdiff.core.tensor.Kernels;

/**
 * Kernels on ND4J's eager operations, in float32. Scratch memory comes from a workspace for each thread that
 * calls, which grows to the largest call and is freed at {@link #close}. Thread-safe.
 */
public final class Nd4jKernels implements Kernels {
    static final String NAME = "nd4j";

    private final Scratch scratch = new Scratch();
    private volatile boolean closed;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Precision precision() {
        return Precision.F32;
    }

    private void run(String operation, Runnable body, INDArray... operands) {
        if (closed) {
            throw new IllegalStateException("these kernels are closed");
        }
        try (MemoryWorkspace ignored = scratch.enter()) {
            body.run();
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    operation + " failed on shapes " + shapes(operands) + ": " + e.getMessage(), e);
        }
    }

    private static String shapes(INDArray[] operands) {
        return Stream.of(operands)
                .map(a -> a == null ? "none" : Arrays.toString(a.shape()))
                .collect(Collectors.joining(", "));
    }

    /** Frees the scratch memory of all threads; no call may be in progress. */
    @Override
    public void close() {
        closed = true;
        scratch.close();
    }

    @Override
    public void conv2d(INDArray x, INDArray w, INDArray bias, Convolution geometry, INDArray out) {
        run("conv2d", () -> Convolutions.forward(x, w, bias, geometry, out), x, w, bias, out);
    }

    @Override
    public void conv2dBackwardData(INDArray gradOut, INDArray w, Convolution geometry, INDArray gradX) {
        run("conv2dBackwardData", () -> Convolutions.backwardData(gradOut, w, geometry, gradX), gradOut, w, gradX);
    }

    @Override
    public void conv2dBackwardWeights(
            INDArray x, INDArray gradOut, Convolution geometry, INDArray gradW, INDArray gradBias) {
        run(
                "conv2dBackwardWeights",
                () -> Convolutions.backwardWeights(x, gradOut, geometry, gradW, gradBias),
                x,
                gradOut,
                gradW);
    }

    @Override
    public void matmul(INDArray a, boolean transposeA, INDArray b, boolean transposeB, float alpha, INDArray out) {
        run("matmul", () -> Operations.matmul(a, transposeA, b, transposeB, alpha, 0, out), a, b, out);
    }

    @Override
    public void linear(INDArray x, INDArray w, INDArray bias, INDArray out) {
        run(
                "linear",
                () -> {
                    Operations.matmul(x, false, w, true, 1, 0, out);
                    if (bias != null) {
                        Operations.add(out, view(bias, 1, bias.length()), out);
                    }
                },
                x,
                w,
                bias,
                out);
    }

    @Override
    public void linearBackwardWeights(INDArray x, INDArray gradOut, INDArray gradW, INDArray gradBias) {
        run(
                "linearBackwardWeights",
                () -> {
                    Operations.matmul(gradOut, true, x, false, 1, 0, gradW);
                    if (gradBias != null) {
                        Operations.sumOfRows(gradOut, view(gradBias, 1, gradBias.length()));
                    }
                },
                x,
                gradOut,
                gradW);
    }

    @Override
    public void attention(
            INDArray q, INDArray k, INDArray v, INDArray kRef, INDArray vRef, int heads, float scale, INDArray out) {
        run("attention", () -> new AttentionProducts(q, k, v, kRef, vRef, heads, scale).forward(out), q, k, kRef);
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
        run(
                "attentionBackward",
                () -> new AttentionProducts(q, k, v, kRef, vRef, heads, scale)
                        .backward(gradOut, gradQ, gradK, gradV, gradKRef, gradVRef),
                q,
                k,
                kRef);
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
        run(
                "groupNorm",
                () -> new GroupNorms(x, groups).forward(x, gamma, beta, eps, activation, out, mean, rstd),
                x,
                gamma,
                mean);
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
        run(
                "groupNormBackward",
                () -> new GroupNorms(x, groups)
                        .backward(x, gamma, beta, activation, mean, rstd, gradOut, gradX, gradGamma, gradBeta),
                x,
                gamma,
                mean);
    }

    @Override
    public void layerNorm(
            INDArray x, INDArray gamma, INDArray beta, float eps, INDArray out, INDArray mean, INDArray rstd) {
        run(
                "layerNorm",
                () -> GroupNorms.ofRows(x).forward(x, gamma, beta, eps, Activation.NONE, out, mean, rstd),
                x,
                gamma);
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
        run(
                "layerNormBackward",
                () -> GroupNorms.ofRows(x)
                        .backward(x, gamma, null, Activation.NONE, mean, rstd, gradOut, gradX, gradGamma, gradBeta),
                x,
                gamma);
    }

    @Override
    public void softmax(INDArray x, INDArray out) {
        run("softmax", () -> Operations.softmax(x, out), x);
    }

    @Override
    public void softmaxBackward(INDArray out, INDArray gradOut, INDArray gradX) {
        run("softmaxBackward", () -> Rows.softmaxBackward(out, gradOut, gradX), out);
    }

    @Override
    public void activate(Activation activation, INDArray x, INDArray out) {
        run("activate", () -> Activations.forward(activation, x, out), x);
    }

    @Override
    public void activateBackward(Activation activation, INDArray x, INDArray gradOut, INDArray gradX) {
        run("activateBackward", () -> Activations.backward(activation, x, gradOut, gradX), x);
    }

    @Override
    public void geglu(INDArray x, INDArray out) {
        run("geglu", () -> Rows.geglu(x, out), x);
    }

    @Override
    public void gegluBackward(INDArray x, INDArray gradOut, INDArray gradX) {
        run("gegluBackward", () -> Rows.gegluBackward(x, gradOut, gradX), x);
    }

    @Override
    public void axpby(float alpha, INDArray a, float beta, INDArray b, INDArray out) {
        run(
                "axpby",
                () -> {
                    if (beta == 0) {
                        a.mul(alpha, out);
                    } else if (alpha == 1 && beta == 1) {
                        Operations.add(a, b, out);
                    } else {
                        // The copy comes first: out may be a.
                        INDArray first = a.mul(alpha);
                        b.mul(beta, out);
                        Operations.add(out, first, out);
                    }
                },
                a,
                b,
                out);
    }

    @Override
    public void multiply(INDArray a, INDArray b, INDArray out) {
        run("multiply", () -> Operations.multiply(a, b, out), a, b, out);
    }

    @Override
    public void addRow(INDArray x, INDArray row, INDArray out) {
        run("addRow", () -> Operations.add(x, view(row, row.size(0), 1, row.size(1)), out), x, row);
    }

    @Override
    public void sumTokens(INDArray x, INDArray out) {
        run("sumTokens", () -> Operations.sumOfTokens(x, out), x);
    }

    @Override
    public double sumOfSquares(INDArray x) {
        double[] sum = new double[1];
        run("sumOfSquares", () -> sum[0] = Rows.sumOfSquares(x), x);
        return sum[0];
    }

    @Override
    public void upsample2x(INDArray x, INDArray out) {
        run("upsample2x", () -> Resizing.spread(x, 1, out), x);
    }

    @Override
    public void upsample2xBackward(INDArray gradOut, INDArray gradX) {
        run("upsample2xBackward", () -> Resizing.pool(gradOut, 1, gradX), gradOut);
    }

    @Override
    public void averagePool2x(INDArray x, INDArray out) {
        run("averagePool2x", () -> Resizing.pool(x, 0.25, out), x);
    }

    @Override
    public void averagePool2xBackward(INDArray gradOut, INDArray gradX) {
        run("averagePool2xBackward", () -> Resizing.spread(gradOut, 0.25, gradX), gradOut);
    }

    @Override
    public void copyChannels(INDArray source, int from, INDArray target, int to, int count) {
        run("copyChannels", () -> columns(target, to, count).assign(columns(source, from, count)), source, target);
    }

    @Override
    public void swapMiddle(INDArray x, INDArray out) {
        run("swapMiddle", () -> out.assign(x.permute(0, 2, 1, 3)), x);
    }

    @Override
    public void adamW(INDArray parameter, INDArray gradient, INDArray m, INDArray v, AdamWStep s, float gradScale) {
        run("adamW", () -> AdamWUpdate.run(parameter, gradient, m, v, s, gradScale), parameter);
    }
}
