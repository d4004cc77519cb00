package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_VARIANCE;

import org.bytedeco.dnnl.global.dnnl.normalization_flags;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.layer_normalization_backward;
import org.bytedeco.dnnl.layer_normalization_forward;
import org.bytedeco.dnnl.memory;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.HostArrays;
import org.ragdiff.core.tensor.onednn.Workspace.Slot;

/** Gradients of layer normalisation; oneDNN keeps variances where we keep their reciprocal roots. Stateless. */
final class LayerNormGradients {
    private static final int AFFINE = normalization_flags.use_scale.value | normalization_flags.use_shift.value;

    private LayerNormGradients() {}

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

    static void backward(
            ExecutionState s,
            INDArray x,
            INDArray gamma,
            INDArray mean,
            INDArray rstd,
            INDArray gradOut,
            INDArray gradX,
            INDArray gradGamma,
            INDArray gradBeta) {
        long m = x.size(0);
        long c = x.size(1);
        long variance = s.workspace().floats(Slot.STATISTICS, m);
        float[] values = HostArrays.read(rstd);
        for (int i = 0; i < values.length; i++) {
            values[i] = 1 / (values[i] * values[i]);
        }
        Workspace.write(variance, values);
        s.call(new ShapeKey("layerNormBackward", m, c), () -> compileBackward(m, c))
                .run(
                        s,
                        RawAddress.of(x),
                        RawAddress.of(gradOut),
                        RawAddress.of(gamma),
                        RawAddress.of(mean),
                        variance,
                        RawAddress.of(gradX),
                        RawAddress.of(gradGamma),
                        RawAddress.of(gradBeta));
    }

    private static Call compileBackward(long m, long c) {
        memory.desc map = Layouts.dense(Layouts.F32, m, c);
        memory.desc rows = Layouts.dense(Layouts.F32, m);
        memory.desc v = Layouts.dense(Layouts.F32, c);
        // The variance given contains eps already.
        layer_normalization_backward.primitive_desc pd = new layer_normalization_backward.primitive_desc(
                CpuEngine.get(),
                prop_kind.backward.value,
                map,
                map,
                map,
                rows,
                0f,
                AFFINE,
                forward(map, rows, 0f),
                Layouts.attributes(),
                false);
        return new Call(
                new layer_normalization_backward(pd),
                pd,
                new int[] {
                    DNNL_ARG_SRC,
                    DNNL_ARG_DIFF_DST,
                    DNNL_ARG_SCALE,
                    DNNL_ARG_MEAN,
                    DNNL_ARG_VARIANCE,
                    DNNL_ARG_DIFF_SRC,
                    DNNL_ARG_DIFF_SCALE,
                    DNNL_ARG_DIFF_SHIFT
                },
                new memory.desc[] {map, map, v, rows, rows, map, v, v});
    }
}
