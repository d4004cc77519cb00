package org.ragdiff.core.tensor;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Differentiable operations that move, pool or repeat values. */
public final class Shapes {
    private Shapes() {}

    /** The same memory in another shape; no copy. */
    public static Var reshape(Tape t, Var x, long... shape) {
        INDArray view = x.value().reshape('c', shape);
        return t.record(view, grad -> t.accumulateShared(x, grad), x);
    }

    /** Feature map [N, H, W, C] as tokens [N, H·W, C]; no copy. */
    public static Var tokens(Tape t, Var x) {
        return reshape(t, x, x.size(0), x.size(1) * x.size(2), x.size(3));
    }

    /** Concatenates along the last dimension. */
    public static Var concatChannels(Tape t, Var... parts) {
        long[] shape = parts[0].shape().clone();
        int last = shape.length - 1;
        long rows = 1;
        for (int d = 0; d < last; d++) {
            rows *= shape[d];
        }
        long channels = 0;
        for (Var p : parts) {
            channels += p.size(last);
        }
        shape[last] = channels;
        INDArray out = t.allocate(shape);
        INDArray out2 = out.reshape('c', rows, channels);
        int at = 0;
        for (Var p : parts) {
            int c = (int) p.size(last);
            t.kernels().copyChannels(p.value().reshape('c', rows, c), 0, out2, at, c);
            at += c;
        }
        long m = rows;
        long total = channels;
        return t.record(
                out,
                grad -> {
                    INDArray g2 = grad.reshape('c', m, total);
                    int from = 0;
                    for (Var p : parts) {
                        int c = (int) p.size(last);
                        if (p.requiresGrad()) {
                            INDArray g = t.allocate(p.shape());
                            t.kernels().copyChannels(g2, from, g.reshape('c', m, c), 0, c);
                            t.accumulate(p, g);
                        }
                        from += c;
                    }
                },
                parts);
    }

    /** Tokens [N, T, C] of several parts one after the other, for each sample. */
    public static Var concatTokens(Tape t, Var... parts) {
        long n = parts[0].size(0);
        long c = parts[0].size(2);
        long tokens = 0;
        Var[] rows = new Var[parts.length];
        for (int i = 0; i < parts.length; i++) {
            tokens += parts[i].size(1);
            rows[i] = reshape(t, parts[i], n, parts[i].size(1) * c);
        }
        return reshape(t, concatChannels(t, rows), n, tokens, c);
    }

    /** Channels [from, from + count) of the last dimension, copied. */
    public static Var sliceChannels(Tape t, Var x, int from, int count) {
        long[] shape = x.shape().clone();
        int last = shape.length - 1;
        long c = shape[last];
        long rows = x.value().length() / c;
        shape[last] = count;
        INDArray out = t.allocate(shape);
        t.kernels().copyChannels(x.value().reshape('c', rows, c), from, out.reshape('c', rows, count), 0, count);
        return t.record(
                out,
                grad -> {
                    INDArray g = t.allocate(x.shape());
                    HostArrays.zero(g, 0, g.length());
                    t.kernels().copyChannels(grad.reshape('c', rows, count), 0, g.reshape('c', rows, c), from, count);
                    t.accumulate(x, g);
                },
                x);
    }

    public static Var upsample2x(Tape t, Var x) {
        INDArray out = t.allocate(x.size(0), 2 * x.size(1), 2 * x.size(2), x.size(3));
        t.kernels().upsample2x(x.value(), out);
        return t.record(
                out,
                grad -> {
                    INDArray g = t.allocate(x.shape());
                    t.kernels().upsample2xBackward(grad, g);
                    t.accumulate(x, g);
                },
                x);
    }

    public static Var averagePool2x(Tape t, Var x) {
        INDArray out = t.allocate(x.size(0), x.size(1) / 2, x.size(2) / 2, x.size(3));
        t.kernels().averagePool2x(x.value(), out);
        return t.record(
                out,
                grad -> {
                    INDArray g = t.allocate(x.shape());
                    t.kernels().averagePool2xBackward(grad, g);
                    t.accumulate(x, g);
                },
                x);
    }

    /** Mean over all but the first and last dimension: [N, .., C] to [N, C]. */
    public static Var meanTokens(Tape t, Var x) {
        long n = x.size(0);
        long c = x.size(x.rank() - 1);
        long tokens = x.value().length() / (n * c);
        INDArray out = t.allocate(n, c);
        t.kernels().sumTokens(x.value().reshape('c', n, tokens, c), out);
        t.kernels().axpby(1f / tokens, out, 0, out, out);
        return t.record(
                out,
                grad -> {
                    INDArray row = t.allocate(n, c);
                    t.kernels().axpby(1f / tokens, grad, 0, grad, row);
                    INDArray g = t.allocate(x.shape());
                    HostArrays.zero(g, 0, g.length());
                    INDArray g3 = g.reshape('c', n, tokens, c);
                    t.kernels().addRow(g3, row, g3);
                    t.free(row);
                    t.accumulate(x, g);
                },
                x);
    }

    /** [n, C] whose rows are all {@code row} [C]. */
    public static Var repeatRow(Tape t, Var row, int n) {
        int c = Math.toIntExact(row.value().length());
        INDArray out = t.allocate(n, c);
        INDArray one = row.value().reshape('c', 1, c);
        INDArray all = out.reshape('c', 1, (long) n * c);
        for (int i = 0; i < n; i++) {
            t.kernels().copyChannels(one, 0, all, i * c, c);
        }
        return t.record(
                out,
                grad -> {
                    INDArray sum = t.allocate(row.shape());
                    t.kernels().sumTokens(grad.reshape('c', 1, n, c), sum.reshape('c', 1, c));
                    t.accumulate(row, sum);
                },
                row);
    }

    /** [A, B, C, D] to [A, C, B, D]. */
    public static Var swapMiddle(Tape t, Var x) {
        INDArray out = t.allocate(x.size(0), x.size(2), x.size(1), x.size(3));
        t.kernels().swapMiddle(x.value(), out);
        return t.record(
                out,
                grad -> {
                    INDArray g = t.allocate(x.shape());
                    t.kernels().swapMiddle(grad, g);
                    t.accumulate(x, g);
                },
                x);
    }

    /** Concatenates along the first dimension, copying. */
    public static Var concatRows(Tape t, Var... parts) {
        long[] shape = parts[0].shape().clone();
        shape[0] = Arrays.stream(parts).mapToLong(p -> p.size(0)).sum();
        INDArray out = t.allocate(shape);
        INDArray flat = out.reshape('c', 1, out.length());
        int at = 0;
        for (Var p : parts) {
            int count = Math.toIntExact(p.value().length());
            t.kernels().copyChannels(p.value().reshape('c', 1, count), 0, flat, at, count);
            at += count;
        }
        return t.record(
                out,
                grad -> {
                    long from = 0;
                    for (Var p : parts) {
                        if (p.requiresGrad()) {
                            INDArray g = t.allocate(p.shape());
                            HostArrays.copy(grad, from, g, 0, g.length());
                            t.accumulate(p, g);
                        }
                        from += p.value().length();
                    }
                },
                parts);
    }
}
