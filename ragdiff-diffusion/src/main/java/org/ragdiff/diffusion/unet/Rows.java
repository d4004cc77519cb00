package org.ragdiff.diffusion.unet;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.Var;

/** Operations on single samples of a batch: views, dropping, replacing. */
final class Rows {
    private Rows() {}

    /** Rows [from, from + count) of the first dimension: a view. */
    static INDArray view(INDArray a, int from, int count) {
        if (a == null || from == 0 && count == a.size(0)) {
            return a;
        }
        INDArrayIndex[] index = new INDArrayIndex[a.rank()];
        java.util.Arrays.fill(index, NDArrayIndex.all());
        index[0] = NDArrayIndex.interval(from, from + count);
        return a.get(index);
    }

    /** The values of the kept samples, zeros for the others; gradients likewise. */
    static Var keepOnly(Tape t, Var x, boolean[] kept) {
        INDArray out = t.allocate(x.shape());
        masked(x.value(), kept, out);
        return t.record(
                out,
                grad -> {
                    INDArray g = t.allocate(x.shape());
                    masked(grad, kept, g);
                    t.accumulate(x, g);
                },
                x);
    }

    /** For each row the sample of {@code x} [R, …] that it reads, zeros where it reads none. */
    static Var spread(Tape t, Var x, ReferenceRows rows) {
        long[] shape = x.shape().clone();
        shape[0] = rows.batch();
        long row = x.value().length() / x.size(0);
        INDArray out = t.allocate(shape);
        for (ReferenceRows.Run run : rows.runs()) {
            if (run.reference() < 0) {
                HostArrays.zero(out, run.from() * row, run.count() * row);
            } else {
                HostArrays.copy(x.value(), run.reference() * row, out, run.from() * row, run.count() * row);
            }
        }
        return t.record(
                out,
                grad -> {
                    INDArray g = t.allocate(x.shape());
                    boolean sums = !rows.readEachOnce(x.size(0));
                    if (sums) {
                        HostArrays.zero(g, 0, g.length());
                    }
                    for (ReferenceRows.Run run : rows.runs()) {
                        if (run.reference() >= 0) {
                            INDArray sum = view(g, run.reference(), run.count());
                            t.kernels().axpby(1, view(grad, run.from(), run.count()), sums ? 1 : 0, sum, sum);
                        }
                    }
                    t.accumulate(x, g);
                },
                x);
    }

    private static void masked(INDArray in, boolean[] kept, INDArray out) {
        long row = in.length() / kept.length;
        for (int i = 0; i < kept.length; i++) {
            if (kept[i]) {
                HostArrays.copy(in, i * row, out, i * row, row);
            } else {
                HostArrays.zero(out, i * row, row);
            }
        }
    }

    /**
     * Rows of {@code values} where {@code given}, the learned {@code absent} row elsewhere.
     *
     * @param values [given.length · D] row-major, without gradient; null if nothing is given
     * @param absent [D]
     * @return [given.length, D]
     */
    static Var orAbsent(Tape t, float[] values, boolean[] given, Var absent) {
        long d = absent.value().length();
        INDArray out = t.allocate(given.length, d);
        for (int i = 0; i < given.length; i++) {
            if (given[i]) {
                HostArrays.write(out, i * d, values, (int) (i * d), (int) d);
            } else {
                HostArrays.copy(absent.value(), 0, out, i * d, d);
            }
        }
        return t.record(
                out,
                grad -> {
                    INDArray g = t.allocate(absent.shape());
                    HostArrays.zero(g, 0, d);
                    INDArray sum = g.reshape('c', 1, d);
                    for (int i = 0; i < given.length; i++) {
                        if (!given[i]) {
                            t.kernels().axpby(1, sum, 1, view(grad, i, 1), sum);
                        }
                    }
                    t.accumulate(absent, g);
                },
                absent);
    }
}
