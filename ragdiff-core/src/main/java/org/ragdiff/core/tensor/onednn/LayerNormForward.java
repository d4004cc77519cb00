package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_VARIANCE;

import org.bytedeco.dnnl.global.dnnl.normalization_flags;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.layer_normalization_forward;
import org.bytedeco.dnnl.memory;

/** Layer normalisation of rows [M, C], compiled. Not thread-safe. */
final class LayerNormForward implements PrimitiveCache.Compiled {
    private static final int AFFINE = normalization_flags.use_scale.value | normalization_flags.use_shift.value;
    private static final int CHUNK = 1024;

    private final Call call;
    private final long rows;
    private final float eps;
    private final boolean statistics;
    private final float[] values;
    private final RawFloats floats = new RawFloats();

    private LayerNormForward(long m, long c, float eps, boolean statistics, boolean lowOut) {
        this.rows = m;
        this.eps = eps;
        this.statistics = statistics;
        this.values = statistics ? new float[(int) Math.min(m, CHUNK)] : null;
        memory.desc x = Layouts.dense(Layouts.F32, m, c);
        memory.desc out = Layouts.dense(lowOut ? Layouts.BF16 : Layouts.F32, m, c);
        memory.desc r = Layouts.dense(Layouts.F32, m);
        memory.desc v = Layouts.dense(Layouts.F32, c);
        prop_kind kind = statistics ? prop_kind.forward_training : prop_kind.forward_inference;
        layer_normalization_forward.primitive_desc pd = new layer_normalization_forward.primitive_desc(
                CpuEngine.get(), kind.value, x, out, r, eps, AFFINE, Layouts.attributes(), false);
        int[] names = statistics
                ? new int[] {
                    DNNL_ARG_SRC, DNNL_ARG_SCALE, DNNL_ARG_SHIFT, DNNL_ARG_DST, DNNL_ARG_MEAN, DNNL_ARG_VARIANCE
                }
                : new int[] {DNNL_ARG_SRC, DNNL_ARG_SCALE, DNNL_ARG_SHIFT, DNNL_ARG_DST};
        memory.desc[] layouts = statistics ? new memory.desc[] {x, v, v, out, r, r} : new memory.desc[] {x, v, v, out};
        this.call = new Call(new layer_normalization_forward(pd), pd, names, layouts);
    }

    /**
     * @param statistics whether runs write means and reciprocal deviations
     * @param lowOut whether the output is bfloat16
     */
    static LayerNormForward compile(long m, long c, float eps, boolean statistics, boolean lowOut) {
        return new LayerNormForward(m, c, eps, statistics, lowOut);
    }

    /** @param mean and rstd [M], written if compiled with statistics */
    void run(ExecutionState s, long x, long gamma, long beta, long out, long mean, long rstd) {
        if (!statistics) {
            call.run(s, x, gamma, beta, out);
            return;
        }
        call.run(s, x, gamma, beta, out, mean, rstd);
        for (long i = 0; i < rows; i += CHUNK) {
            int n = (int) Math.min(CHUNK, rows - i);
            floats.at(rstd + i * Float.BYTES).get(values, 0, n);
            toReciprocalDeviation(n);
            floats.at(rstd + i * Float.BYTES).put(values, 0, n);
        }
    }

    /** oneDNN keeps variances. */
    private void toReciprocalDeviation(int n) {
        for (int i = 0; i < n; i++) {
            values[i] = (float) (1 / Math.sqrt((double) values[i] + eps));
        }
    }

    @Override
    public void close() {
        call.close();
    }
}
