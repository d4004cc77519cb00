package org.ragdiff.cuda;

import java.util.List;
import org.ragdiff.core.tensor.Kernels.AdamWStep;

/** AdamW of many arrays in one launch. Stateless. */
final class Updates {
    private static final long EACH = 4096;

    private Updates() {}

    /** Device addresses of what AdamW keeps of one parameter; average may be 0. */
    record Tensor(long parameter, long gradient, long m, long v, long average, long length) {}

    /**
     * @param clear whether gradients become zero
     * @param upload copies a table to device scratch memory and gives its address
     */
    static void adamW(
            Work w,
            List<Tensor> tensors,
            AdamWStep step,
            float gradScale,
            float averageDecay,
            boolean clear,
            java.util.function.ToLongFunction<long[]> upload) {
        if (tensors.isEmpty()) {
            return;
        }
        int count = tensors.size();
        // The table of tensors, then the first block of each, two 32-bit numbers a long.
        long[] table = new long[6 * count + (count + 1) / 2];
        long blocks = 0;
        for (int i = 0; i < count; i++) {
            Tensor t = tensors.get(i);
            table[6 * i] = t.parameter();
            table[6 * i + 1] = t.gradient();
            table[6 * i + 2] = t.m();
            table[6 * i + 3] = t.v();
            table[6 * i + 4] = t.average();
            table[6 * i + 5] = t.length();
            table[6 * count + i / 2] |= blocks << (i % 2 * 32);
            blocks += (t.length() + EACH - 1) / EACH;
        }
        long at = upload.applyAsLong(table);
        w.launch(
                "adamW",
                Gpu.Grid.of(Math.toIntExact(blocks)),
                256,
                0,
                w.arguments()
                        .pointer(at)
                        .pointer(at + 48L * count)
                        .i32(count)
                        .struct(
                                step.learningRate(),
                                step.beta1(),
                                step.beta2(),
                                step.eps(),
                                step.weightDecay(),
                                (float) (1 - Math.pow(step.beta1(), step.step())),
                                (float) (1 - Math.pow(step.beta2(), step.step())),
                                gradScale,
                                averageDecay,
                                clear ? 1 : 0));
    }
}
