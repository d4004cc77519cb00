package org.ragdiff.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.LongPointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.plan.Graph;
import org.ragdiff.core.plan.Plan;
import org.ragdiff.core.plan.PlanOptions;
import org.ragdiff.core.tensor.Activation;
import org.ragdiff.core.tensor.Convolution;
import org.ragdiff.core.tensor.Kernels;

/**
 * Kernels on a GPU. Single operations take float32 arrays of host memory, as everywhere, and bring them to the device
 * and back ({@link CopiedOperands}), or leave them there in between ({@link #keepOnDevice()}, as training does);
 * compiled plans stay there. Products multiply in the precision asked for: with
 * BF16 and F16 their factors are rounded, sums are float32; gradients of F16 are computed in TF32, because small ones
 * would vanish. Thread-safe: one operation at a time.
 */
final class CudaKernels implements Kernels {
    static final String NAME = "cuda";

    private final Device device;
    private final Precision precision;
    private final DirectWork work;
    private Operands operands;
    private final DeviceWeights weights;
    private boolean closed;

    /** @param device closed with these kernels */
    CudaKernels(Device device, Precision precision) {
        this.device = device;
        this.precision = precision;
        this.work = new DirectWork(device);
        this.operands = new CopiedOperands(work);
        this.weights = new DeviceWeights(device);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Precision precision() {
        return precision;
    }

    /** Format of products' factors. */
    static Format format(Precision precision) {
        return switch (precision) {
            case F32, TF32 -> Format.F32;
            case BF16 -> Format.BF16;
            case F16 -> Format.F16;
        };
    }

    private Format factor() {
        return format(precision);
    }

    private Format gradientFactor() {
        return precision == Precision.F16 ? Format.F32 : factor();
    }

    private boolean tensorFloats() {
        return precision != Precision.F32;
    }

    private void run(String operation, Runnable body, INDArray... named) {
        device.exclusively(() -> {
            if (closed) {
                throw new IllegalStateException("these kernels are closed");
            }
            try {
                body.run();
                operands.commit();
            } catch (RuntimeException e) {
                operands.abandon();
                throw new CudaException(operation + " failed on shapes " + shapes(named) + ": " + e.getMessage(), e);
            } finally {
                work.end();
            }
        });
    }

    private static String shapes(INDArray[] named) {
        return Stream.of(named)
                .map(a -> a == null ? "none" : Arrays.toString(a.shape()))
                .collect(Collectors.joining(", "));
    }

    private long in(INDArray a) {
        return operands.in(a);
    }

    private long out(INDArray a) {
        return operands.out(a);
    }

    private long narrowed(Format f, INDArray a) {
        return a == null ? 0 : Pointwise.narrowed(work, f, in(a), a.length());
    }

    @Override
    public boolean hasDevice() {
        return true;
    }

    /** One at a time; a further call changes nothing. */
    @Override
    public Residence keepOnDevice() {
        return device.exclusively(() -> {
            if (operands instanceof ResidentOperands) {
                return () -> {};
            }
            ResidentOperands resident = new ResidentOperands(device);
            operands = resident;
            return () -> device.exclusively(() -> {
                if (operands == resident) {
                    operands = new CopiedOperands(work);
                    resident.close();
                }
            });
        });
    }

    /** Frees the device; plans have to be closed before. */
    @Override
    public void close() {
        device.exclusively(() -> {
            if (!closed) {
                closed = true;
                operands.close();
                work.close();
                weights.close();
            }
        });
        device.close();
    }

    // ---- convolution -----------------------------------------------------------------------------

    private ConvolutionSpec spec(ConvolutionSpec.Kind kind, Format f, long[] x, long[] w, Convolution geometry) {
        return new ConvolutionSpec(kind, f, tensorFloats(), x[0], x[1], x[2], x[3], w[0], w[2], w[3], geometry);
    }

    private long packed(ConvolutionSpec s, INDArray w) {
        long to = work.scratch(w.length() * s.format().bytes());
        Convolutions.packWeights(work, s, in(w), to);
        return to;
    }

    @Override
    public void conv2d(INDArray x, INDArray w, INDArray bias, Convolution geometry, INDArray out) {
        run(
                "conv2d",
                () -> {
                    Format f = factor();
                    ConvolutionSpec s = spec(ConvolutionSpec.Kind.FORWARD, f, x.shape(), w.shape(), geometry);
                    long y = out(out);
                    long own = f == Format.F32 ? y : work.scratch(out.length() * f.bytes());
                    Convolutions.forward(work, s, narrowed(f, x), packed(s, w), own);
                    if (own != y) {
                        Pointwise.widen(work, f, own, y, out.length());
                    }
                    Pointwise.epilogue(work, Format.F32, y, in(bias), Activation.NONE, 0, s.out(), out.length());
                },
                x,
                w,
                out);
    }

    @Override
    public void conv2dBackwardData(INDArray gradOut, INDArray w, Convolution geometry, INDArray gradX) {
        run(
                "conv2dBackwardData",
                () -> {
                    Format f = gradientFactor();
                    ConvolutionSpec s = spec(ConvolutionSpec.Kind.DATA, f, gradX.shape(), w.shape(), geometry);
                    Convolutions.backwardData(work, s, packed(s, w), narrowed(f, gradOut), out(gradX));
                },
                gradOut,
                w,
                gradX);
    }

    @Override
    public void conv2dBackwardWeights(
            INDArray x, INDArray gradOut, Convolution geometry, INDArray gradW, INDArray gradBias) {
        run(
                "conv2dBackwardWeights",
                () -> {
                    Format f = gradientFactor();
                    ConvolutionSpec s = spec(ConvolutionSpec.Kind.WEIGHTS, f, x.shape(), gradW.shape(), geometry);
                    Convolutions.backwardWeights(work, s, narrowed(f, x), narrowed(f, gradOut), out(gradW));
                    biasGradient(gradOut, gradBias);
                },
                x,
                gradOut,
                gradW);
    }

    private void biasGradient(INDArray gradOut, INDArray gradBias) {
        if (gradBias != null) {
            long channels = gradBias.length();
            Reductions.columns(work, Format.F32, in(gradOut), 1, gradOut.length() / channels, channels, out(gradBias));
        }
    }

    // ---- matrix products -------------------------------------------------------------------------

    @Override
    public void matmul(INDArray a, boolean transposeA, INDArray b, boolean transposeB, float alpha, INDArray out) {
        run(
                "matmul",
                () -> {
                    int r = out.rank();
                    long k = a.size(transposeA ? r - 2 : r - 1);
                    if (k != b.size(transposeB ? r - 1 : r - 2)) {
                        throw new IllegalArgumentException("the inner sizes differ");
                    }
                    ProductSpec s = ProductSpec.dense(
                            factor(),
                            Format.F32,
                            tensorFloats(),
                            r == 3 ? out.size(0) : 1,
                            out.size(r - 2),
                            out.size(r - 1),
                            k,
                            transposeA,
                            transposeB);
                    Products.run(work, s, narrowed(factor(), a), narrowed(factor(), b), out(out), alpha);
                },
                a,
                b,
                out);
    }

    @Override
    public void linear(INDArray x, INDArray w, INDArray bias, INDArray out) {
        run(
                "linear",
                () -> {
                    Format f = factor();
                    long b = in(bias);
                    Products.linear(
                            work,
                            f,
                            Format.F32,
                            tensorFloats(),
                            narrowed(f, x),
                            narrowed(f, w),
                            b,
                            b,
                            0,
                            out(out),
                            x.size(0),
                            w.size(0),
                            x.size(1));
                },
                x,
                w,
                out);
    }

    @Override
    public void linearBackwardWeights(INDArray x, INDArray gradOut, INDArray gradW, INDArray gradBias) {
        run(
                "linearBackwardWeights",
                () -> {
                    Format f = gradientFactor();
                    ProductSpec s = ProductSpec.dense(
                            f, Format.F32, tensorFloats(), 1, gradW.size(0), gradW.size(1), x.size(0), true, false);
                    Products.run(work, s, narrowed(f, gradOut), narrowed(f, x), out(gradW), 1);
                    biasGradient(gradOut, gradBias);
                },
                x,
                gradOut,
                gradW);
    }

    // ---- attention -------------------------------------------------------------------------------

    private static Attentions.Shape shape(INDArray q, INDArray k, INDArray kRef, int heads, float scale) {
        return new Attentions.Shape(
                q.size(0),
                q.size(1),
                k.size(1),
                kRef == null ? 0 : kRef.size(1),
                heads,
                Math.toIntExact(q.size(2) / heads),
                scale);
    }

    @Override
    public void attention(
            INDArray q, INDArray k, INDArray v, INDArray kRef, INDArray vRef, int heads, float scale, INDArray out) {
        run(
                "attention",
                () -> {
                    Format f = factor();
                    long to = out(out);
                    long own = f == Format.F32 ? to : work.scratch(out.length() * f.bytes());
                    Attentions.forward(
                            work,
                            f,
                            tensorFloats(),
                            shape(q, k, kRef, heads, scale),
                            narrowed(f, q),
                            narrowed(f, k),
                            narrowed(f, v),
                            narrowed(f, kRef),
                            narrowed(f, vRef),
                            own);
                    if (own != to) {
                        Pointwise.widen(work, f, own, to, out.length());
                    }
                },
                q,
                k,
                kRef);
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
                () -> {
                    Format f = gradientFactor();
                    Attentions.backward(
                            work,
                            f,
                            tensorFloats(),
                            shape(q, k, kRef, heads, scale),
                            narrowed(f, q),
                            narrowed(f, k),
                            narrowed(f, v),
                            narrowed(f, kRef),
                            narrowed(f, vRef),
                            narrowed(f, gradOut),
                            out(gradQ),
                            out(gradK),
                            out(gradV),
                            out(gradKRef),
                            out(gradVRef));
                },
                q,
                k,
                kRef);
    }

    // ---- normalisation ---------------------------------------------------------------------------

    private static Norms.Groups groups(INDArray x, int groups) {
        long channels = x.size(x.rank() - 1);
        return new Norms.Groups(x.size(0), x.length() / x.size(0) / channels, channels, groups);
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
                () -> Norms.group(
                        work,
                        Format.F32,
                        groups(x, groups),
                        in(x),
                        0,
                        in(gamma),
                        in(beta),
                        eps,
                        activation,
                        out(out),
                        out(mean),
                        out(rstd)),
                x,
                gamma);
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
                () -> Norms.groupBackward(
                        work,
                        groups(x, groups),
                        in(x),
                        in(gamma),
                        in(beta),
                        activation,
                        in(mean),
                        in(rstd),
                        in(gradOut),
                        out(gradX),
                        out(gradGamma),
                        out(gradBeta)),
                x,
                gamma);
    }

    @Override
    public void layerNorm(
            INDArray x, INDArray gamma, INDArray beta, float eps, INDArray out, INDArray mean, INDArray rstd) {
        run(
                "layerNorm",
                () -> Norms.layer(
                        work,
                        Format.F32,
                        in(x),
                        in(gamma),
                        in(beta),
                        eps,
                        out(out),
                        out(mean),
                        out(rstd),
                        x.size(0),
                        x.size(1)),
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
                () -> Norms.layerBackward(
                        work,
                        in(x),
                        in(gamma),
                        in(mean),
                        in(rstd),
                        in(gradOut),
                        out(gradX),
                        out(gradGamma),
                        out(gradBeta),
                        x.size(0),
                        x.size(1)),
                x,
                gamma);
    }

    @Override
    public void softmax(INDArray x, INDArray out) {
        run("softmax", () -> Norms.softmax(work, Format.F32, in(x), out(out), x.size(0), x.size(1)), x);
    }

    @Override
    public void softmaxBackward(INDArray out, INDArray gradOut, INDArray gradX) {
        run(
                "softmaxBackward",
                () -> Norms.softmaxBackward(
                        work, Format.F32, in(out), in(gradOut), 1, out(gradX), out.size(0), out.size(1)),
                out);
    }

    // ---- elementwise -----------------------------------------------------------------------------

    @Override
    public void activate(Activation activation, INDArray x, INDArray out) {
        run("activate", () -> Pointwise.activate(work, Format.F32, activation, in(x), out(out), x.length()), x);
    }

    @Override
    public void activateBackward(Activation activation, INDArray x, INDArray gradOut, INDArray gradX) {
        run(
                "activateBackward",
                () -> Pointwise.activateBackward(work, activation, in(x), in(gradOut), out(gradX), x.length()),
                x);
    }

    @Override
    public void geglu(INDArray x, INDArray out) {
        run("geglu", () -> Pointwise.geglu(work, Format.F32, in(x), out(out), out.size(0), out.size(1)), x);
    }

    @Override
    public void gegluBackward(INDArray x, INDArray gradOut, INDArray gradX) {
        run(
                "gegluBackward",
                () -> Pointwise.gegluBackward(work, in(x), in(gradOut), out(gradX), gradOut.size(0), gradOut.size(1)),
                x);
    }

    @Override
    public void axpby(float alpha, INDArray a, float beta, INDArray b, INDArray out) {
        run(
                "axpby",
                () -> {
                    long first = in(a);
                    long second = beta == 0 ? first : in(b);
                    Pointwise.axpby(work, Format.F32, alpha, first, beta, second, out(out), a.length());
                },
                a);
    }

    @Override
    public void multiply(INDArray a, INDArray b, INDArray out) {
        run("multiply", () -> Pointwise.multiply(work, Format.F32, in(a), in(b), out(out), a.length()), a);
    }

    @Override
    public void addRow(INDArray x, INDArray row, INDArray out) {
        run(
                "addRow",
                () -> Pointwise.addRow(work, Format.F32, in(x), in(row), out(out), x.size(0), x.size(1), x.size(2)),
                x,
                row);
    }

    @Override
    public void sumTokens(INDArray x, INDArray out) {
        run(
                "sumTokens",
                () -> Reductions.columns(work, Format.F32, in(x), x.size(0), x.size(1), x.size(2), out(out)),
                x);
    }

    @Override
    public double sumOfSquares(INDArray x) {
        return sumOfAllSquares(List.of(x));
    }

    @Override
    public double sumOfAllSquares(List<INDArray> arrays) {
        double[] sum = new double[1];
        run("sumOfSquares", () -> {
            int blocks = arrays.stream()
                    .mapToInt(x -> Reductions.squareBlocks(x.length()))
                    .sum();
            if (blocks == 0) {
                return;
            }
            long bytes = (long) blocks * Double.BYTES;
            long partial = work.scratch(bytes);
            long at = partial;
            for (INDArray x : arrays) {
                Reductions.squares(work, in(x), x.length(), at);
                at += (long) Reductions.squareBlocks(x.length()) * Double.BYTES;
            }
            try (DoublePointer host = new DoublePointer(blocks)) {
                device.gpu().download(partial, host.address(), bytes);
                for (int i = 0; i < blocks; i++) {
                    sum[0] += host.get(i);
                }
            }
        });
        return sum[0];
    }

    // ---- shape -----------------------------------------------------------------------------------

    @Override
    public void upsample2x(INDArray x, INDArray out) {
        run("upsample2x", () -> spread(x, 1, out), x);
    }

    @Override
    public void upsample2xBackward(INDArray gradOut, INDArray gradX) {
        run("upsample2xBackward", () -> gather(gradOut, 1, gradX), gradOut);
    }

    @Override
    public void averagePool2x(INDArray x, INDArray out) {
        run("averagePool2x", () -> gather(x, 0.25f, out), x);
    }

    @Override
    public void averagePool2xBackward(INDArray gradOut, INDArray gradX) {
        run("averagePool2xBackward", () -> spread(gradOut, 0.25f, gradX), gradOut);
    }

    private void spread(INDArray x, float factor, INDArray out) {
        Pointwise.spread(work, Format.F32, in(x), factor, out(out), x.size(0), x.size(1), x.size(2), x.size(3));
    }

    private void gather(INDArray x, float factor, INDArray out) {
        Pointwise.gather(work, Format.F32, in(x), factor, out(out), out.size(0), out.size(1), out.size(2), out.size(3));
    }

    @Override
    public void copyChannels(INDArray source, int from, INDArray target, int to, int count) {
        run(
                "copyChannels",
                () -> Pointwise.copyChannels(
                        work,
                        Format.F32,
                        in(source),
                        from,
                        source.size(1),
                        operands.inOut(target),
                        to,
                        target.size(1),
                        count,
                        source.size(0)),
                source,
                target);
    }

    @Override
    public void swapMiddle(INDArray x, INDArray out) {
        run(
                "swapMiddle",
                () -> Pointwise.swapMiddle(
                        work, Format.F32, in(x), out(out), x.size(0), x.size(1), x.size(2), x.size(3)),
                x);
    }

    // ---- optimiser -------------------------------------------------------------------------------

    @Override
    public void adamW(INDArray parameter, INDArray gradient, INDArray m, INDArray v, AdamWStep step, float gradScale) {
        run(
                "adamW",
                () -> {
                    Updates.Tensor t = new Updates.Tensor(
                            operands.inOut(parameter),
                            in(gradient),
                            operands.inOut(m),
                            operands.inOut(v),
                            0,
                            parameter.length());
                    Updates.adamW(work, List.of(t), step, gradScale, 0, false, this::table);
                },
                parameter);
    }

    @Override
    public void adamWAll(List<AdamWState> parameters, AdamWStep step, float gradScale, float averageDecay) {
        run("adamWAll", () -> {
            List<Updates.Tensor> tensors = new ArrayList<>();
            for (AdamWState p : parameters) {
                tensors.add(new Updates.Tensor(
                        operands.inOut(p.parameter()),
                        operands.inOut(p.gradient()),
                        operands.inOut(p.m()),
                        operands.inOut(p.v()),
                        p.average() == null ? 0 : operands.inOut(p.average()),
                        p.parameter().length()));
            }
            Updates.adamW(work, tensors, step, gradScale, averageDecay, true, this::table);
        });
    }

    private long table(long[] values) {
        long bytes = (long) values.length * Long.BYTES;
        long at = work.scratch(bytes);
        try (LongPointer host = new LongPointer(values)) {
            device.gpu().upload(host.address(), at, bytes);
        }
        return at;
    }

    // ---- plans -----------------------------------------------------------------------------------

    @Override
    public Plan compile(Graph graph, PlanOptions options) {
        return device.exclusively(() -> new CudaPlan(device, graph, options, precision, weights));
    }
}
