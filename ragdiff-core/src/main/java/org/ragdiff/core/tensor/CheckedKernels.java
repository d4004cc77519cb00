package org.ragdiff.core.tensor;

import static org.ragdiff.core.tensor.OperandCheck.ANY;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.plan.Graph;
import org.ragdiff.core.plan.InterpretedPlan;
import org.ragdiff.core.plan.Plan;
import org.ragdiff.core.plan.PlanOptions;

/**
 * Verifies every operand once, in front of a provider: present, open, float32, contiguous 'c' order, the
 * right sizes, outputs apart from inputs. Violations are {@link IllegalArgumentException}s that name the
 * operand, what came and what was expected. Thread-safe if the provider is.
 */
public final class CheckedKernels implements Kernels {
    private final Kernels kernels;
    private final boolean finite;

    /** Checks in front of the provider; a search for NaN if the system property asks for it. */
    public CheckedKernels(Kernels kernels) {
        this(kernels, KernelProviders.Options.fromSystemProperties().checkFinite());
    }

    /**
     * @param kernels the provider; closed with this
     * @param finite whether to look for NaN and infinities in all operands, before and after each call (slow)
     */
    public CheckedKernels(Kernels kernels, boolean finite) {
        if (kernels == null) {
            throw new IllegalArgumentException("kernels must not be null");
        }
        this.kernels = kernels;
        this.finite = finite;
    }

    private OperandCheck check(String operation) {
        return new OperandCheck(operation, finite);
    }

    @Override
    public String name() {
        return kernels.name();
    }

    @Override
    public Precision precision() {
        return kernels.precision();
    }

    @Override
    public void close() {
        kernels.close();
    }

    // ---- convolution -----------------------------------------------------------------------------

    @Override
    public void conv2d(INDArray x, INDArray w, INDArray bias, Convolution geometry, INDArray out) {
        OperandCheck c = check("conv2d").in("x", x, ANY, ANY, ANY, ANY).in("w", w, ANY, x.size(3), ANY, ANY);
        long co = w.size(0);
        long[] o = outShape(c, geometry, x.shape(), w.shape());
        c.optionalIn("bias", bias, co).out("out", out, o);
        kernels.conv2d(x, w, bias, geometry, out);
        c.done();
    }

    private static long[] outShape(OperandCheck c, Convolution geometry, long[] x, long[] w) {
        c.require(geometry != null, "a geometry", null);
        c.require(
                x[1] + geometry.top() + geometry.bottom() >= w[2] && x[2] + geometry.left() + geometry.right() >= w[3],
                "a kernel that fits into the padded map of " + x[1] + " x " + x[2] + " with " + geometry,
                w[2] + " x " + w[3]);
        return new long[] {x[0], geometry.outHeight(x[1], w[2]), geometry.outWidth(x[2], w[3]), w[0]};
    }

    @Override
    public void conv2dBackwardData(INDArray gradOut, INDArray w, Convolution geometry, INDArray gradX) {
        OperandCheck c = check("conv2dBackwardData").in("w", w, ANY, ANY, ANY, ANY);
        c.requirePresent("gradX", gradX);
        c.require(gradX.rank() == 4, "gradX of rank 4", gradX.rank());
        c.in("gradOut", gradOut, outShape(c, geometry, gradX.shape(), w.shape()))
                .out("gradX", gradX, ANY, ANY, ANY, w.size(1));
        kernels.conv2dBackwardData(gradOut, w, geometry, gradX);
        c.done();
    }

    @Override
    public void conv2dBackwardWeights(
            INDArray x, INDArray gradOut, Convolution geometry, INDArray gradW, INDArray gradBias) {
        OperandCheck c = check("conv2dBackwardWeights").in("x", x, ANY, ANY, ANY, ANY);
        c.requirePresent("gradW", gradW);
        c.require(gradW.rank() == 4, "gradW of rank 4", gradW.rank());
        c.in("gradOut", gradOut, outShape(c, geometry, x.shape(), gradW.shape()))
                .out("gradW", gradW, ANY, x.size(3), ANY, ANY)
                .optionalOut("gradBias", gradBias, gradW.size(0));
        kernels.conv2dBackwardWeights(x, gradOut, geometry, gradW, gradBias);
        c.done();
    }

    // ---- matrix products -------------------------------------------------------------------------

    @Override
    public void matmul(INDArray a, boolean transposeA, INDArray b, boolean transposeB, float alpha, INDArray out) {
        OperandCheck c = check("matmul");
        c.requirePresent("a", a);
        c.requirePresent("b", b);
        int r = a.rank();
        c.require(r == 2 || r == 3, "a of rank 2 or 3", r);
        c.require(b.rank() == r, "b of rank " + r + " as a", b.rank());
        long m = a.size(transposeA ? r - 1 : r - 2);
        long k = a.size(transposeA ? r - 2 : r - 1);
        long n = b.size(transposeB ? r - 2 : r - 1);
        c.in("a", a, r == 2 ? new long[] {ANY, ANY} : new long[] {ANY, ANY, ANY});
        c.in("b", b, batch(r, a, transposeB ? n : k, transposeB ? k : n));
        c.out("out", out, batch(r, a, m, n));
        kernels.matmul(a, transposeA, b, transposeB, alpha, out);
        c.done();
    }

    private static long[] batch(int rank, INDArray a, long rows, long columns) {
        return rank == 2 ? new long[] {rows, columns} : new long[] {a.size(0), rows, columns};
    }

    @Override
    public void linear(INDArray x, INDArray w, INDArray bias, INDArray out) {
        OperandCheck c = check("linear").in("x", x, ANY, ANY).in("w", w, ANY, x.size(1));
        c.optionalIn("bias", bias, w.size(0)).out("out", out, x.size(0), w.size(0));
        kernels.linear(x, w, bias, out);
        c.done();
    }

    @Override
    public void linearBackwardWeights(INDArray x, INDArray gradOut, INDArray gradW, INDArray gradBias) {
        OperandCheck c = check("linearBackwardWeights").in("x", x, ANY, ANY).in("gradOut", gradOut, x.size(0), ANY);
        c.out("gradW", gradW, gradOut.size(1), x.size(1)).optionalOut("gradBias", gradBias, gradOut.size(1));
        kernels.linearBackwardWeights(x, gradOut, gradW, gradBias);
        c.done();
    }

    // ---- attention -------------------------------------------------------------------------------

    private OperandCheck attentionInputs(
            String operation, INDArray q, INDArray k, INDArray v, INDArray kRef, INDArray vRef, int heads) {
        OperandCheck c = check(operation).in("q", q, ANY, ANY, ANY);
        long n = q.size(0);
        long channels = q.size(2);
        c.require(heads > 0 && channels % heads == 0, "heads that divide " + channels + " channels", heads);
        c.in("k", k, n, ANY, channels).in("v", v, n, k.size(1), channels).together("kRef", kRef, "vRef", vRef);
        if (kRef != null) {
            c.in("kRef", kRef, n, ANY, channels).in("vRef", vRef, n, kRef.size(1), channels);
        }
        return c;
    }

    @Override
    public void attention(
            INDArray q, INDArray k, INDArray v, INDArray kRef, INDArray vRef, int heads, float scale, INDArray out) {
        OperandCheck c =
                attentionInputs("attention", q, k, v, kRef, vRef, heads).out("out", out, q.shape());
        kernels.attention(q, k, v, kRef, vRef, heads, scale, out);
        c.done();
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
        OperandCheck c = attentionInputs("attentionBackward", q, k, v, kRef, vRef, heads)
                .in("gradOut", gradOut, q.shape())
                .together("kRef", kRef, "gradKRef", gradKRef)
                .together("vRef", vRef, "gradVRef", gradVRef)
                .out("gradQ", gradQ, q.shape())
                .out("gradK", gradK, k.shape())
                .out("gradV", gradV, k.shape());
        if (kRef != null) {
            c.out("gradKRef", gradKRef, kRef.shape()).out("gradVRef", gradVRef, kRef.shape());
        }
        kernels.attentionBackward(q, k, v, kRef, vRef, heads, scale, gradOut, gradQ, gradK, gradV, gradKRef, gradVRef);
        c.done();
    }

    // ---- normalisation ---------------------------------------------------------------------------

    private OperandCheck groupNormInputs(
            String operation, INDArray x, INDArray gamma, INDArray beta, int groups, Activation activation) {
        OperandCheck c = check(operation).inAnyShape("x", x);
        c.require(x.rank() == 3 || x.rank() == 4, "x [N, H, W, C] or [N, T, C]", "rank " + x.rank());
        long channels = x.size(x.rank() - 1);
        c.require(groups > 0 && channels % groups == 0, "groups that divide " + channels + " channels", groups);
        c.require(
                activation == Activation.NONE || activation == Activation.SILU, "activation NONE or SILU", activation);
        return c.in("gamma", gamma, channels).in("beta", beta, channels);
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
        OperandCheck c = groupNormInputs("groupNorm", x, gamma, beta, groups, activation)
                .require(eps >= 0 && Float.isFinite(eps), "eps of at least 0", eps)
                .out("out", out, x.shape())
                .out("mean", mean, x.size(0), groups)
                .out("rstd", rstd, x.size(0), groups);
        kernels.groupNorm(x, gamma, beta, groups, eps, activation, out, mean, rstd);
        c.done();
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
        OperandCheck c = groupNormInputs("groupNormBackward", x, gamma, beta, groups, activation)
                .in("mean", mean, x.size(0), groups)
                .in("rstd", rstd, x.size(0), groups)
                .in("gradOut", gradOut, x.shape())
                .out("gradX", gradX, x.shape())
                .out("gradGamma", gradGamma, gamma.size(0))
                .out("gradBeta", gradBeta, gamma.size(0));
        kernels.groupNormBackward(x, gamma, beta, groups, activation, mean, rstd, gradOut, gradX, gradGamma, gradBeta);
        c.done();
    }

    @Override
    public void layerNorm(
            INDArray x, INDArray gamma, INDArray beta, float eps, INDArray out, INDArray mean, INDArray rstd) {
        OperandCheck c = check("layerNorm").in("x", x, ANY, ANY);
        long rows = x.size(0);
        long channels = x.size(1);
        c.in("gamma", gamma, channels)
                .in("beta", beta, channels)
                .require(eps >= 0 && Float.isFinite(eps), "eps of at least 0", eps)
                .out("out", out, rows, channels)
                .out("mean", mean, rows)
                .out("rstd", rstd, rows);
        kernels.layerNorm(x, gamma, beta, eps, out, mean, rstd);
        c.done();
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
        OperandCheck c = check("layerNormBackward").in("x", x, ANY, ANY);
        long rows = x.size(0);
        long channels = x.size(1);
        c.in("gamma", gamma, channels)
                .in("mean", mean, rows)
                .in("rstd", rstd, rows)
                .in("gradOut", gradOut, rows, channels)
                .out("gradX", gradX, rows, channels)
                .out("gradGamma", gradGamma, channels)
                .out("gradBeta", gradBeta, channels);
        kernels.layerNormBackward(x, gamma, mean, rstd, gradOut, gradX, gradGamma, gradBeta);
        c.done();
    }

    @Override
    public void softmax(INDArray x, INDArray out) {
        OperandCheck c = check("softmax").inOrOut("x", x, ANY, ANY).out("out", out, x.shape());
        kernels.softmax(x, out);
        c.done();
    }

    @Override
    public void softmaxBackward(INDArray out, INDArray gradOut, INDArray gradX) {
        OperandCheck c = check("softmaxBackward")
                .in("out", out, ANY, ANY)
                .in("gradOut", gradOut, out.shape())
                .out("gradX", gradX, out.shape());
        kernels.softmaxBackward(out, gradOut, gradX);
        c.done();
    }

    // ---- elementwise -----------------------------------------------------------------------------

    private OperandCheck anyShape(String operation, String name, INDArray a) {
        OperandCheck c = check(operation);
        c.requirePresent(name, a);
        return c;
    }

    @Override
    public void activate(Activation activation, INDArray x, INDArray out) {
        OperandCheck c = anyShape("activate", "x", x).require(activation != null, "an activation", null);
        c.inOrOut("x", x, x.shape()).out("out", out, x.shape());
        kernels.activate(activation, x, out);
        c.done();
    }

    @Override
    public void activateBackward(Activation activation, INDArray x, INDArray gradOut, INDArray gradX) {
        OperandCheck c = anyShape("activateBackward", "x", x).require(activation != null, "an activation", null);
        c.in("x", x, x.shape()).inOrOut("gradOut", gradOut, x.shape()).out("gradX", gradX, x.shape());
        kernels.activateBackward(activation, x, gradOut, gradX);
        c.done();
    }

    @Override
    public void geglu(INDArray x, INDArray out) {
        OperandCheck c = check("geglu").in("x", x, ANY, ANY);
        c.require(x.size(1) % 2 == 0, "x with an even number of channels", x.size(1));
        c.out("out", out, x.size(0), x.size(1) / 2);
        kernels.geglu(x, out);
        c.done();
    }

    @Override
    public void gegluBackward(INDArray x, INDArray gradOut, INDArray gradX) {
        OperandCheck c = check("gegluBackward").in("x", x, ANY, ANY);
        c.require(x.size(1) % 2 == 0, "x with an even number of channels", x.size(1));
        c.in("gradOut", gradOut, x.size(0), x.size(1) / 2).out("gradX", gradX, x.shape());
        kernels.gegluBackward(x, gradOut, gradX);
        c.done();
    }

    @Override
    public void axpby(float alpha, INDArray a, float beta, INDArray b, INDArray out) {
        OperandCheck c = anyShape("axpby", "a", a);
        c.inOrOut("a", a, a.shape());
        if (beta == 0) {
            c.unread("b", b, a.shape());
        } else {
            c.inOrOut("b", b, a.shape());
        }
        c.out("out", out, a.shape());
        kernels.axpby(alpha, a, beta, b, out);
        c.done();
    }

    @Override
    public void multiply(INDArray a, INDArray b, INDArray out) {
        OperandCheck c = anyShape("multiply", "a", a);
        c.inOrOut("a", a, a.shape()).inOrOut("b", b, a.shape()).out("out", out, a.shape());
        kernels.multiply(a, b, out);
        c.done();
    }

    @Override
    public void addRow(INDArray x, INDArray row, INDArray out) {
        OperandCheck c = check("addRow").inOrOut("x", x, ANY, ANY, ANY);
        c.in("row", row, x.size(0), x.size(2)).out("out", out, x.shape());
        kernels.addRow(x, row, out);
        c.done();
    }

    @Override
    public void sumTokens(INDArray x, INDArray out) {
        OperandCheck c = check("sumTokens").in("x", x, ANY, ANY, ANY);
        c.out("out", out, x.size(0), x.size(2));
        kernels.sumTokens(x, out);
        c.done();
    }

    @Override
    public double sumOfSquares(INDArray x) {
        check("sumOfSquares").inAnyShape("x", x);
        return kernels.sumOfSquares(x);
    }

    @Override
    public double sumOfAllSquares(List<INDArray> arrays) {
        arrays.forEach(x -> check("sumOfSquares").inAnyShape("x", x));
        return kernels.sumOfAllSquares(arrays);
    }

    // ---- shape -----------------------------------------------------------------------------------

    @Override
    public void upsample2x(INDArray x, INDArray out) {
        OperandCheck c = check("upsample2x").in("x", x, ANY, ANY, ANY, ANY);
        c.out("out", out, x.size(0), 2 * x.size(1), 2 * x.size(2), x.size(3));
        kernels.upsample2x(x, out);
        c.done();
    }

    @Override
    public void upsample2xBackward(INDArray gradOut, INDArray gradX) {
        OperandCheck c = halves("upsample2xBackward", "gradOut", gradOut, "gradX", gradX);
        kernels.upsample2xBackward(gradOut, gradX);
        c.done();
    }

    @Override
    public void averagePool2x(INDArray x, INDArray out) {
        OperandCheck c = halves("averagePool2x", "x", x, "out", out);
        kernels.averagePool2x(x, out);
        c.done();
    }

    private OperandCheck halves(String operation, String largeName, INDArray large, String smallName, INDArray small) {
        OperandCheck c = check(operation).in(largeName, large, ANY, ANY, ANY, ANY);
        long h = large.size(1);
        long w = large.size(2);
        c.require(h % 2 == 0 && w % 2 == 0, largeName + " of even height and width", h + " x " + w);
        return c.out(smallName, small, large.size(0), h / 2, w / 2, large.size(3));
    }

    @Override
    public void averagePool2xBackward(INDArray gradOut, INDArray gradX) {
        OperandCheck c = check("averagePool2xBackward").in("gradOut", gradOut, ANY, ANY, ANY, ANY);
        c.out("gradX", gradX, gradOut.size(0), 2 * gradOut.size(1), 2 * gradOut.size(2), gradOut.size(3));
        kernels.averagePool2xBackward(gradOut, gradX);
        c.done();
    }

    @Override
    public void copyChannels(INDArray source, int from, INDArray target, int to, int count) {
        OperandCheck c = check("copyChannels").inColumns("source", source, from, count, ANY);
        c.outColumns("target", target, to, count, source.size(0));
        kernels.copyChannels(source, from, target, to, count);
        c.done();
    }

    @Override
    public void swapMiddle(INDArray x, INDArray out) {
        OperandCheck c = check("swapMiddle").in("x", x, ANY, ANY, ANY, ANY);
        c.out("out", out, x.size(0), x.size(2), x.size(1), x.size(3));
        kernels.swapMiddle(x, out);
        c.done();
    }

    /** With a search for NaN, operations run one by one; a compiled plan has none. */
    @Override
    public Plan compile(Graph graph, PlanOptions options) {
        return finite ? new InterpretedPlan(this, graph) : kernels.compile(graph, options);
    }

    @Override
    public boolean hasDevice() {
        return kernels.hasDevice();
    }

    @Override
    public boolean worksInPlace() {
        return kernels.worksInPlace();
    }

    @Override
    public Residence keepOnDevice() {
        return kernels.keepOnDevice();
    }

    // ---- optimiser -------------------------------------------------------------------------------

    @Override
    public void adamW(INDArray parameter, INDArray gradient, INDArray m, INDArray v, AdamWStep step, float gradScale) {
        OperandCheck c = anyShape("adamW", "parameter", parameter);
        requireStep(c, step);
        state(c.in("gradient", gradient, parameter.shape()), parameter, m, v);
        kernels.adamW(parameter, gradient, m, v, step, gradScale);
        c.done();
    }

    @Override
    public void adamWAll(List<AdamWState> parameters, AdamWStep step, float gradScale, float averageDecay) {
        OperandCheck scalars = check("adamWAll");
        requireStep(scalars, step);
        scalars.require(averageDecay >= 0 && averageDecay < 1, "averageDecay in [0, 1)", averageDecay);
        List<OperandCheck> checks = new ArrayList<>();
        for (AdamWState p : parameters) {
            OperandCheck c = anyShape("adamWAll", "parameter", p.parameter());
            state(c, p.parameter(), p.m(), p.v())
                    .inOut("gradient", p.gradient(), p.parameter().shape());
            if (p.average() != null) {
                c.inOut("average", p.average(), p.parameter().shape());
            }
            checks.add(c);
        }
        kernels.adamWAll(parameters, step, gradScale, averageDecay);
        checks.forEach(OperandCheck::done);
    }

    private static OperandCheck state(OperandCheck c, INDArray parameter, INDArray m, INDArray v) {
        long[] shape = parameter.shape();
        return c.inOut("parameter", parameter, shape).inOut("m", m, shape).inOut("v", v, shape);
    }

    private static void requireStep(OperandCheck c, AdamWStep step) {
        c.require(
                step != null && step.step() >= 1 && unit(step.beta1()) && unit(step.beta2()) && step.eps() >= 0,
                "a step counted from 1, betas in [0, 1) and eps of at least 0",
                step);
    }

    private static boolean unit(float beta) {
        return beta >= 0 && beta < 1;
    }
}
