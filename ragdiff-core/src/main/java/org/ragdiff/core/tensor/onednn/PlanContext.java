package org.ragdiff.core.tensor.onednn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.plan.Arena;
import org.ragdiff.core.plan.Operand;

/** What steps are compiled with: addresses, number formats, weights. Part of one plan. */
final class PlanContext implements AutoCloseable {
    private final ExecutionState state;
    private final Arena arena;
    private final NumberFormats formats;
    private final WeightStore store;
    private final List<WeightStore.Packed> weights = new ArrayList<>();
    private final List<INDArray> packed = new ArrayList<>();

    PlanContext(ExecutionState state, Arena arena, NumberFormats formats, WeightStore store) {
        this.state = state;
        this.arena = arena;
        this.formats = formats;
        this.store = store;
    }

    ExecutionState state() {
        return state;
    }

    Arena arena() {
        return arena;
    }

    /** Address of an operand; 0 for none. */
    long address(Operand o) {
        if (o == null) {
            return 0;
        }
        // The arena counts elements of four bytes.
        long bytesLess = isLow(o) ? 2 * o.offset() : 0;
        return arena.address(o) - bytesLess;
    }

    /** Whether products read bfloat16. */
    boolean low() {
        return state.bf16();
    }

    /** Whether the operand lies in memory as bfloat16. */
    boolean isLow(Operand o) {
        return o != null && formats.isLow(o.storage());
    }

    memory.data_type type(Operand o) {
        return isLow(o) ? Layouts.BF16 : Layouts.F32;
    }

    /** Type of a product's factors. */
    memory.data_type factorType() {
        return low() ? Layouts.BF16 : Layouts.F32;
    }

    /** Weights in a primitive's layout, see {@link WeightStore#acquire}. */
    long pack(Operand w, String form, memory.desc plain, memory.desc wanted, LongConsumer write) {
        return packPlanes(w, form, plain, wanted, 1, write);
    }

    /** As {@link #pack}, of several planes with the same layouts, one behind the other. */
    long packPlanes(Operand w, String form, memory.desc plain, memory.desc wanted, int planes, LongConsumer write) {
        WeightStore.Packed p = store.acquire(state, w.storage().constant().data(), form, plain, wanted, planes, write);
        weights.add(p);
        packed.add(w.storage().constant());
        return p.address();
    }

    /** Closes the arrays of weights that were packed since the last call. */
    void releasePacked() {
        packed.stream().filter(a -> !a.wasClosed()).forEach(INDArray::close);
        packed.clear();
    }

    static void copy(long from, long to, long bytes) {
        Pointer.memcpy(new RawAddress().at(to), new RawAddress().at(from), bytes);
    }

    long weightBytes() {
        return weights.stream().distinct().mapToLong(WeightStore.Packed::bytes).sum();
    }

    @Override
    public void close() {
        weights.forEach(store::release);
        weights.clear();
    }
}
