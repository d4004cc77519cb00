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
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.HostArrays;

/** Layer normalisation; oneDNN keeps variances where we keep their reciprocal roots. Stateless. */
final class LayerNorms {
    private static final int AFFINE = normalization_flags.use_scale.value | normalization_flags.use_shift.value;

    private LayerNorms() {}

    private static layer_normalization_forward.primitive_desc forward(memory.desc x, memory.desc rows, float eps) {
        return new layer_normalization_forward.primitive_desc(
                CpuEngine.get(),
                prop_kind.forward_training.value,
                x,
                x,
                rows,
                eps,
                AFFINE,
                Layouts.attributes(),
                false);
    }

    static void forward(
            ExecutionState s,
            INDArray x,
            INDArray gamma,
            INDArray beta,
            float eps,
            INDArray out,
            INDArray mean,
            INDArray rstd) {
        long m = x.size(0);
        long c = x.size(1);
        s.call(new ShapeKey("layerNorm", m, c, Float.floatToIntBits(eps)), () -> {
                    memory.desc map = Layouts.dense(Layouts.F32, m, c);
                    memory.desc rows = Layouts.dense(Layouts.F32, m);
                    memory.desc v = Layouts.dense(Layouts.F32, c);
                    layer_normalization_forward.primitive_desc pd = forward(map, rows, eps);
                    return new Call(
                            new layer_normalization_forward(pd),
                            pd,
                            new int[] {
                                DNNL_ARG_SRC,
                                DNNL_ARG_SCALE,
                                DNNL_ARG_SHIFT,
                                DNNL_ARG_DST,
                                DNNL_ARG_MEAN,
                                DNNL_ARG_VARIANCE
                            },
                            new memory.desc[] {map, v, v, map, rows, rows});
                })
                .run(
                        s,
                        RawAddress.of(x),
                        RawAddress.of(gamma),
                        RawAddress.of(beta),
                        RawAddress.of(out),
                        RawAddress.of(mean),
                        RawAddress.of(rstd));
        float[] values = HostArrays.read(rstd);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (1 / Math.sqrt((double) values[i] + eps));
        }
        HostArrays.write(rstd, values);
    }
}
