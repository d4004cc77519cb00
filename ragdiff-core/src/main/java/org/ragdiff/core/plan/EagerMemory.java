package org.ragdiff.core.plan;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.ragdiff.core.tensor.ArraySupply;
import org.ragdiff.core.tensor.CheckedKernels;
import org.ragdiff.core.tensor.Tape;
import org.ragdiff.core.tensor.TensorPool;

/** Counts what a {@link TensorPool} would hold after an inference pass without a plan; nothing is computed. */
public final class EagerMemory {
    private EagerMemory() {}

    /** @param forward allocates its inputs from the tape, and must not look at values */
    public static long bytes(Consumer<Tape> forward) {
        try (UntouchedArrays arrays = new UntouchedArrays()) {
            CountingSupply supply = new CountingSupply(arrays);
            RecordingKernels nothing = new RecordingKernels(EagerMemory::placeholder, node -> {});
            try (Tape tape = Tape.inference(new CheckedKernels(nothing, false), supply)) {
                forward.accept(tape);
            }
            return supply.bytes;
        }
    }

    private static Operand placeholder(INDArray a) {
        if (a == null) {
            return null;
        }
        return new Operand(new Storage(0, Storage.Role.COMPUTED, a.data().length(), null), a.offset(), a.shape());
    }

    /** As {@link TensorPool}: blocks of rounded sizes, used again when they were given back. */
    private static final class CountingSupply implements ArraySupply {
        private final UntouchedArrays arrays;
        private final Map<Long, Integer> free = new HashMap<>();
        private final Map<DataBuffer, Long> taken = new IdentityHashMap<>();
        private long bytes;

        CountingSupply(UntouchedArrays arrays) {
            this.arrays = arrays;
        }

        @Override
        public INDArray take(long... shape) {
            INDArray a = arrays.take(shape);
            long capacity = TensorPool.roundUp(a.length());
            if (free.merge(capacity, -1, Integer::sum) < 0) {
                free.put(capacity, 0);
                bytes += capacity * Float.BYTES;
            }
            taken.put(a.data(), capacity);
            return a;
        }

        @Override
        public void give(INDArray array) {
            free.merge(taken.remove(array.data()), 1, Integer::sum);
        }
    }
}
