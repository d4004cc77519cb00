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
                    float[] up = HostArrays.read(grad);
                    float[] sum = new float[Math.toIntExact(x.value().length())];
                    for (ReferenceRows.Run run : rows.runs()) {
                        for (int i = 0; run.reference() >= 0 && i < run.count() * row; i++) {
                            sum[(int) (run.reference() * row) + i] += up[(int) (run.from() * row) + i];
                        }
                    }
                    INDArray g = t.allocate(x.shape());
                    HostArrays.write(g, sum);
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
        int d = Math.toIntExact(absent.value().length());
        float[] row = HostArrays.read(absent.value());
        float[] out = new float[given.length * d];
        for (int i = 0; i < given.length; i++) {
            System.arraycopy(given[i] ? values : row, given[i] ? i * d : 0, out, i * d, d);
        }
        INDArray array = t.allocate(given.length, d);
        HostArrays.write(array, out);
        return t.record(
                array,
                grad -> {
                    float[] g = HostArrays.read(grad);
                    float[] sum = new float[d];
                    for (int i = 0; i < given.length; i++) {
                        for (int j = 0; !given[i] && j < d; j++) {
                            sum[j] += g[i * d + j];
                        }
                    }
                    INDArray ga = t.allocate(absent.shape());
                    HostArrays.write(ga, sum);
                    t.accumulate(absent, ga);
                },
                absent);
    }
}
