package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;

import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.reorder;

/** Copies between layouts and number formats. Stateless. */
final class Reorders {
    private Reorders() {}

    static Call compile(memory.desc from, memory.desc to) {
        reorder.primitive_desc pd =
                new reorder.primitive_desc(CpuEngine.get(), from, CpuEngine.get(), to, Layouts.attributes(), false);
        return new Call(new reorder(pd), pd, new int[] {DNNL_ARG_SRC, DNNL_ARG_DST}, new memory.desc[] {from, to});
    }

    /** A bfloat16 copy of a contiguous array in scratch memory. */
    static long toBf16(ExecutionState s, Workspace.Slot slot, long source, long count) {
        long target = s.workspace().bytes(slot, count * 2);
        s.call(
                        new ShapeKey("to bf16", count),
                        () -> compile(Layouts.dense(Layouts.F32, count), Layouts.dense(Layouts.BF16, count)))
                .run(s, source, target);
        return target;
    }

    /** The operand as products want it: itself, or a bfloat16 copy. */
    static long operand(ExecutionState s, Workspace.Slot slot, long source, long count) {
        return s.bf16() ? toBf16(s, slot, source, count) : source;
    }

    /** [A, B, C, D] to [A, C, B, D]. */
    static void swapMiddle(ExecutionState s, long from, long[] sizes, long to) {
        s.call(new ShapeKey("swapMiddle", sizes), () -> compileSwapMiddle(sizes))
                .run(s, from, to);
    }

    static Call compileSwapMiddle(long... z) {
        return compile(
                Layouts.dense(Layouts.F32, z),
                Layouts.strided(Layouts.F32, z, z[1] * z[2] * z[3], z[3], z[1] * z[3], 1));
    }

    /** Copies a block of [rows, columns] between row strides. */
    static void block(ExecutionState s, long from, long fromStride, long to, long toStride, long rows, long columns) {
        s.call(
                        new ShapeKey("block", rows, columns, fromStride, toStride),
                        () -> compileBlock(fromStride, toStride, rows, columns))
                .run(s, from, to);
    }

    static Call compileBlock(long fromStride, long toStride, long rows, long columns) {
        long[] sizes = {rows, columns};
        return compile(
                Layouts.strided(Layouts.F32, sizes, fromStride, 1), Layouts.strided(Layouts.F32, sizes, toStride, 1));
    }
}
