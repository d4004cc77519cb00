package org.ragdiff.core.tensor;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Differentiable pointwise operations. */
public final class Elementwise {
    private Elementwise() {}

    public static Var activate(Tape t, Activation activation, Var x) {
        INDArray out = t.allocate(x.shape());
        t.kernels().activate(activation, x.value(), out);
        return t.record(
                out,
                grad -> {
                    INDArray gx = t.allocate(x.shape());
                    t.kernels().activateBackward(activation, x.value(), grad, gx);
                    t.accumulate(x, gx);
                },
                x);
    }

    /** x[.., :C] · GELU(x[.., C:]) over the last dimension of size 2C. */
    public static Var geglu(Tape t, Var x) {
        long[] shape = x.shape().clone();
        long c = shape[shape.length - 1] / 2;
        shape[shape.length - 1] = c;
        long rows = x.value().length() / (2 * c);
        INDArray out = t.allocate(shape);
        INDArray x2 = x.value().reshape('c', rows, 2 * c);
        t.kernels().geglu(x2, out.reshape('c', rows, c));
        return t.record(
                out,
                grad -> {
                    INDArray gx = t.allocate(x.shape());
                    t.kernels().gegluBackward(x2, grad.reshape('c', rows, c), gx.reshape('c', rows, 2 * c));
                    t.accumulate(x, gx);
                },
                x);
    }

    public static Var add(Tape t, Var a, Var b) {
        INDArray out = t.allocate(a.shape());
        t.kernels().axpby(1, a.value(), 1, b.value(), out);
        return t.record(
                out,
                grad -> {
                    t.accumulateShared(a, grad);
                    t.accumulateShared(b, grad);
                },
                a,
                b);
    }

    /** x + table, the table [..] repeated for each sample of x [N, ..]. */
    public static Var addToSamples(Tape t, Var x, Var table) {
        long n = x.size(0);
        long each = table.value().length();
        INDArray out = t.allocate(x.shape());
        t.kernels()
                .addRow(
                        x.value().reshape('c', 1, n, each),
                        table.value().reshape('c', 1, each),
                        out.reshape('c', 1, n, each));
        return t.record(
                out,
                grad -> {
                    t.accumulateShared(x, grad);
                    if (table.requiresGrad()) {
                        INDArray g = t.allocate(table.shape());
                        t.kernels().sumTokens(grad.reshape('c', 1, n, each), g.reshape('c', 1, each));
                        t.accumulate(table, g);
                    }
                },
                x,
                table);
    }

    /** alpha · a + beta · b. */
    public static Var combine(Tape t, float alpha, Var a, float beta, Var b) {
        INDArray out = t.allocate(a.shape());
        t.kernels().axpby(alpha, a.value(), beta, b.value(), out);
        return t.record(
                out,
                grad -> {
                    scaled(t, a, alpha, grad);
                    scaled(t, b, beta, grad);
                },
                a,
                b);
    }

    public static Var scale(Tape t, float alpha, Var a) {
        INDArray out = t.allocate(a.shape());
        t.kernels().axpby(alpha, a.value(), 0, a.value(), out);
        return t.record(out, grad -> scaled(t, a, alpha, grad), a);
    }

    private static void scaled(Tape t, Var parent, float alpha, INDArray grad) {
        if (parent.requiresGrad()) {
            INDArray g = t.allocate(parent.shape());
            t.kernels().axpby(alpha, grad, 0, grad, g);
            t.accumulate(parent, g);
        }
    }

    public static Var multiply(Tape t, Var a, Var b) {
        INDArray out = t.allocate(a.shape());
        t.kernels().multiply(a.value(), b.value(), out);
        return t.record(
                out,
                grad -> {
                    product(t, a, b, grad);
                    product(t, b, a, grad);
                },
                a,
                b);
    }

    private static void product(Tape t, Var parent, Var other, INDArray grad) {
        if (parent.requiresGrad()) {
            INDArray g = t.allocate(parent.shape());
            t.kernels().multiply(other.value(), grad, g);
            t.accumulate(parent, g);
        }
    }

    /** x[n, .., c] + row[n, c] for x [N, .., C] and row [N, C]. */
    public static Var addRow(Tape t, Var x, Var row) {
        long n = row.size(0);
        long c = row.size(1);
        long tokens = x.value().length() / (n * c);
        INDArray out = t.allocate(x.shape());
        t.kernels().addRow(x.value().reshape('c', n, tokens, c), row.value(), out.reshape('c', n, tokens, c));
        return t.record(
                out,
                grad -> {
                    t.accumulateShared(x, grad);
                    if (row.requiresGrad()) {
                        INDArray g = t.allocate(row.shape());
                        t.kernels().sumTokens(grad.reshape('c', n, tokens, c), g);
                        t.accumulate(row, g);
                    }
                },
                x,
                row);
    }

    /** x · sigmoid(1.702 · x), the approximation of GELU that CLIP's networks use. */
    public static Var quickGelu(Tape t, Var x) {
        return multiply(t, x, activate(t, Activation.SIGMOID, scale(t, 1.702f, x)));
    }
}
