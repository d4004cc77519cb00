package org.ragdiff.core.tensor.onednn;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.plan.Graph;
import org.ragdiff.core.plan.Plan;
import org.ragdiff.core.plan.PlanOptions;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Convolution;
import org.ragdiff.core.tensor.Kernels;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kernels on oneDNN. Operands are used where they lie; with {@link Precision#BF16} products read bfloat16
 * copies and add in float32, everything else stays float32. Thread-safe: concurrent calls each borrow their
 * own primitives and scratch memory, which are kept for the next call.
 *
 * <p>The number of threads is the system property {@code ragdiff.threads}, by default all processors.
 */
public final class OneDnnKernels implements Kernels {
    static final String NAME = "onednn";

    private static final Logger LOG = LoggerFactory.getLogger(OneDnnKernels.class);

    private final Precision precision;
    private final int threads = CpuEngine.threads();
    private final ThreadLocal<Boolean> configured = new ThreadLocal<>();
    private final ConcurrentLinkedDeque<ExecutionState> idle = new ConcurrentLinkedDeque<>();
    private final HostLoops loops = new HostLoops(threads);
    private final WeightStore weights = new WeightStore();
    private volatile boolean closed;

    /** @param precision BF16 falls back to F32, with a line in the log, on a processor without it */
    public OneDnnKernels(Precision precision) {
        CpuEngine.get();
        if (precision == Precision.BF16 && !CpuEngine.hasBf16()) {
            LOG.warn("this processor has no bfloat16 products: computing in float32");
            this.precision = Precision.F32;
        } else {
            this.precision = precision;
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean worksInPlace() {
        return true;
    }

    @Override
    public Precision precision() {
        return precision;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("these kernels are closed");
        }
    }

    private void configureThread() {
        if (configured.get() == null) {
            CpuEngine.setThreadsOfCaller(threads);
            configured.set(true);
        }
    }

    private void run(String operation, Consumer<ExecutionState> body, INDArray... operands) {
        requireOpen();
        configureThread();
        ExecutionState state = idle.pollFirst();
        if (state == null) {
            state = new ExecutionState(precision);
        }
        try {
            body.accept(state);
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    operation + " failed on shapes " + shapes(operands) + " in " + precision + ": " + e.getMessage(),
                    e);
        } finally {
            // Only addresses are in use: the arrays must not be collected before the work is done.
            Reference.reachabilityFence(body);
            idle.addFirst(state);
        }
    }

    private static String shapes(INDArray[] operands) {
        return Stream.of(operands)
                .map(a -> a == null ? "none" : Arrays.toString(a.shape()))
                .collect(Collectors.joining(", "));
    }

    @Override
    public Plan compile(Graph graph, PlanOptions options) {
        requireOpen();
        return new OneDnnPlan(graph, options, new ExecutionState(precision), weights, this::configureThread);
    }

    @Override
    public void close() {
        closed = true;
        for (ExecutionState s = idle.pollFirst(); s != null; s = idle.pollFirst()) {
            s.close();
        }
        loops.close();
        weights.close();
    }

    @Override
    public void conv2d(INDArray x, INDArray w, INDArray bias, Convolution geometry, INDArray out) {
        run("conv2d", s -> Convolutions.forward(s, x, w, bias, geometry, out), x, w, bias, out);
    }

    @Override
    public void conv2dBackwardData(INDArray gradOut, INDArray w, Convolution geometry, INDArray gradX) {
        run("conv2dBackwardData", s -> Convolutions.backwardData(s, gradOut, w, geometry, gradX), gradOut, w, gradX);
    }

    @Override
    public void conv2dBackwardWeights(
            INDArray x, INDArray gradOut, Convolution geometry, INDArray gradW, INDArray gradBias) {
        run(
                "conv2dBackwardWeights",
                s -> Convolutions.backwardWeights(s, x, gradOut, geometry, gradW, gradBias),
                x,
                gradOut,
                gradW,
                gradBias);
    }

    @Override
    public void matmul(INDArray a, boolean transposeA, INDArray b, boolean transposeB, float alpha, INDArray out) {
        run("matmul", s -> MatrixProducts.matmul(s, a, transposeA, b, transposeB, alpha, out), a, b, out);
    }

    @Override
    public void linear(INDArray x, INDArray w, INDArray bias, INDArray out) {
        run("linear", s -> MatrixProducts.linear(s, x, w, bias, out), x, w, bias, out);
    }

    @Override
    public void linearBackwardWeights(INDArray x, INDArray gradOut, INDArray gradW, INDArray gradBias) {
        run(
                "linearBackwardWeights",
                s -> LinearGradients.backwardWeights(s, x, gradOut, gradW, gradBias),
                x,
                gradOut,
                gradW,
                gradBias);
    }

    @Override
    public void attention(
            INDArray q, INDArray k, INDArray v, INDArray kRef, INDArray vRef, int heads, float scale, INDArray out) {
        run("attention", s -> AttentionProducts.forward(s, q, k, v, kRef, vRef, heads, scale, out), q, k, kRef);
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
                s -> AttentionGradients.backward(
                        s, q, k, v, kRef, vRef, heads, scale, gradOut, gradQ, gradK, gradV, gradKRef, gradVRef),
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
                s -> GroupNorms.forward(s, x, gamma, beta, groups, eps, activation, out, mean, rstd),
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
                s -> GroupNorms.backward(
                        s, x, gamma, beta, groups, activation, mean, rstd, gradOut, gradX, gradGamma, gradBeta),
                x,
                gamma,
                mean);
    }

    @Override
    public void layerNorm(
            INDArray x, INDArray gamma, INDArray beta, float eps, INDArray out, INDArray mean, INDArray rstd) {
        run("layerNorm", s -> LayerNorms.forward(s, x, gamma, beta, eps, out, mean, rstd), x, gamma);
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
                s -> LayerNormGradients.backward(s, x, gamma, mean, rstd, gradOut, gradX, gradGamma, gradBeta),
                x,
                gamma);
    }

    @Override
    public void softmax(INDArray x, INDArray out) {
        run("softmax", s -> Softmaxes.forward(s, RawAddress.of(x), x.size(0), x.size(1), false, RawAddress.of(out)), x);
    }

    @Override
    public void softmaxBackward(INDArray out, INDArray gradOut, INDArray gradX) {
        run(
                "softmaxBackward",
                s -> SoftmaxGradients.backward(
                        s, RawAddress.of(out), RawAddress.of(gradOut), out.size(0), out.size(1), RawAddress.of(gradX)),
                out);
    }

    @Override
    public void activate(Activation activation, INDArray x, INDArray out) {
        run("activate", s -> Elementwise.forward(s, activation, RawAddress.of(x), x.length(), RawAddress.of(out)), x);
    }

    @Override
    public void activateBackward(Activation activation, INDArray x, INDArray gradOut, INDArray gradX) {
        run(
                "activateBackward",
                s -> ElementwiseGradients.backward(
                        s, activation, RawAddress.of(x), RawAddress.of(gradOut), x.length(), RawAddress.of(gradX)),
                x);
    }

    @Override
    public void geglu(INDArray x, INDArray out) {
        run("geglu", s -> Elementwise.geglu(s, x, out), x);
    }

    @Override
    public void gegluBackward(INDArray x, INDArray gradOut, INDArray gradX) {
        run("gegluBackward", s -> ElementwiseGradients.gegluBackward(s, x, gradOut, gradX), x);
    }

    @Override
    public void axpby(float alpha, INDArray a, float beta, INDArray b, INDArray out) {
        run("axpby", s -> Elementwise.axpby(s, alpha, a, beta, b, out), a);
    }

    @Override
    public void multiply(INDArray a, INDArray b, INDArray out) {
        run("multiply", s -> Elementwise.multiply(s, a, b, out), a);
    }

    @Override
    public void addRow(INDArray x, INDArray row, INDArray out) {
        run("addRow", s -> Elementwise.addRow(s, x, row, out), x, row);
    }

    @Override
    public void sumTokens(INDArray x, INDArray out) {
        run("sumTokens", s -> Sums.batch(s, RawAddress.of(x), x.size(0), x.size(1), x.size(2), RawAddress.of(out)), x);
    }

    @Override
    public double sumOfAllSquares(List<INDArray> arrays) {
        try {
            return loops.sumOfSquares(arrays);
        } finally {
            Reference.reachabilityFence(arrays);
        }
    }

    @Override
    public double sumOfSquares(INDArray x) {
        return sumOfAllSquares(List.of(x));
    }

    @Override
    public void upsample2x(INDArray x, INDArray out) {
        run("upsample2x", s -> Resizing.spread(s, x, 4, out), x);
    }

    @Override
    public void upsample2xBackward(INDArray gradOut, INDArray gradX) {
        run("upsample2xBackward", s -> Resizing.pool(s, gradOut, 4, gradX), gradOut);
    }

    @Override
    public void averagePool2x(INDArray x, INDArray out) {
        run("averagePool2x", s -> Resizing.pool(s, x, 1, out), x);
    }

    @Override
    public void averagePool2xBackward(INDArray gradOut, INDArray gradX) {
        run("averagePool2xBackward", s -> Resizing.spread(s, gradOut, 1, gradX), gradOut);
    }

    @Override
    public void copyChannels(INDArray source, int from, INDArray target, int to, int count) {
        long a = RawAddress.of(source) + (long) from * Float.BYTES;
        long b = RawAddress.of(target) + (long) to * Float.BYTES;
        run(
                "copyChannels",
                s -> Reorders.block(s, a, source.size(1), b, target.size(1), source.size(0), count),
                source,
                target);
    }

    @Override
    public void swapMiddle(INDArray x, INDArray out) {
        run("swapMiddle", s -> Reorders.swapMiddle(s, RawAddress.of(x), x.shape(), RawAddress.of(out)), x);
    }

    @Override
    public void adamW(INDArray parameter, INDArray gradient, INDArray m, INDArray v, AdamWStep step, float gradScale) {
        adamW(List.of(new AdamWState(parameter, gradient, m, v, null)), new AdamWLoop(step, gradScale, 0, false));
    }

    @Override
    public void adamWAll(List<AdamWState> parameters, AdamWStep step, float gradScale, float averageDecay) {
        adamW(parameters, new AdamWLoop(step, gradScale, averageDecay, true));
    }

    private void adamW(List<AdamWState> parameters, AdamWLoop update) {
        try {
            loops.forEach(
                    parameters.stream().mapToLong(p -> p.parameter().length()).toArray(),
                    piece -> update.run(parameters.get(piece.array()), piece));
        } finally {
            Reference.reachabilityFence(parameters);
        }
    }
}
