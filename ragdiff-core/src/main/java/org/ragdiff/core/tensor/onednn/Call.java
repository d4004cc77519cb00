package org.ragdiff.core.tensor.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_set_data_handle;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_execute;
import static org.bytedeco.dnnl.global.dnnl.dnnl_success;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.javacpp.Pointer;

/**
 * A primitive with its memory objects and argument list, made once; each run only moves the memory objects
 * to the operands' addresses. Operands that fit into one core's first-level caches are left to one thread: waking
 * another costs more than it saves. Not thread-safe.
 */
final class Call implements PrimitiveCache.Compiled {
    private static final long SMALL_BYTES = 128 << 10;

    private final List<Pointer> owned = new ArrayList<>();
    private final dnnl_primitive primitive;
    private final dnnl_exec_arg_t arguments;
    private final dnnl_memory[] memories;
    private final long[] addresses;
    private final long scratchpadBytes;
    private final boolean small;
    private final RawAddress address = new RawAddress();

    /**
     * @param arguments oneDNN's argument numbers
     * @param layouts of the arguments, in the same order
     */
    Call(primitive primitive, primitive_desc_base description, int[] arguments, memory.desc[] layouts) {
        memory.desc scratchpad = description.scratchpad_desc();
        this.scratchpadBytes = scratchpad.get_size();
        int n = arguments.length + (scratchpadBytes > 0 ? 1 : 0);
        this.memories = new dnnl_memory[n];
        this.addresses = new long[n];
        this.arguments = own(new dnnl_exec_arg_t(n));
        for (int i = 0; i < n; i++) {
            boolean last = i == arguments.length;
            memory m = own(new memory(last ? scratchpad : layouts[i], CpuEngine.get(), (Pointer) null));
            memories[i] = m.get();
            this.arguments.position(i).arg(last ? DNNL_ARG_SCRATCHPAD : arguments[i]);
            this.arguments.memory(memories[i]);
        }
        this.arguments.position(0);
        this.small = Stream.of(layouts).mapToLong(memory.desc::get_size).sum() <= SMALL_BYTES;
        this.primitive = own(primitive).get();
    }

    private <T extends Pointer> T own(T pointer) {
        pointer.retainReference();
        owned.add(pointer);
        return pointer;
    }

    /** Runs on operands at these addresses, in the order of the arguments. */
    void run(ExecutionState state, long... operands) {
        for (int i = 0; i < operands.length; i++) {
            move(i, operands[i]);
        }
        execute(state, operands.length);
    }

    /** As {@link #run(ExecutionState, long...)}, without an array. */
    void run(ExecutionState state, long a, long b) {
        move(0, a);
        move(1, b);
        execute(state, 2);
    }

    /** As {@link #run(ExecutionState, long...)}, without an array. */
    void run(ExecutionState state, long a, long b, long c) {
        move(0, a);
        move(1, b);
        move(2, c);
        execute(state, 3);
    }

    /** As {@link #run(ExecutionState, long...)}, without an array. */
    void run(ExecutionState state, long a, long b, long c, long d) {
        move(0, a);
        move(1, b);
        move(2, c);
        move(3, d);
        execute(state, 4);
    }

    /** As {@link #run(ExecutionState, long...)}, without an array. */
    void run(ExecutionState state, long a, long b, long c, long d, long e) {
        move(0, a);
        move(1, b);
        move(2, c);
        move(3, d);
        move(4, e);
        execute(state, 5);
    }

    /** As {@link #run(ExecutionState, long...)}, without an array. */
    void run(ExecutionState state, long a, long b, long c, long d, long e, long f) {
        move(0, a);
        move(1, b);
        move(2, c);
        move(3, d);
        move(4, e);
        move(5, f);
        execute(state, 6);
    }

    private void execute(ExecutionState state, int operands) {
        if (scratchpadBytes > 0) {
            move(operands, state.workspace().bytes(Workspace.Slot.SCRATCHPAD, scratchpadBytes));
        }
        runBound(state);
    }

    /** Bytes of scratch memory that {@link #bind} wants. */
    long scratchpadBytes() {
        return scratchpadBytes;
    }

    /** Fixes the operands' addresses, and that of the scratchpad, for {@link #runBound}. */
    void bind(long scratchpad, long... operands) {
        for (int i = 0; i < operands.length; i++) {
            move(i, operands[i]);
        }
        if (scratchpadBytes > 0) {
            move(operands.length, scratchpad);
        }
    }

    /** Runs where {@link #bind} said. Allocates nothing. */
    void runBound(ExecutionState state) {
        boolean alone = small && state.threads() > 1;
        if (alone) {
            CpuEngine.setThreadsOfCaller(1);
        }
        int status = dnnl_primitive_execute(primitive, state.stream(), memories.length, arguments);
        if (alone) {
            CpuEngine.setThreadsOfCaller(state.threads());
        }
        check(status);
    }

    private void move(int i, long to) {
        if (addresses[i] != to) {
            check(dnnl_memory_set_data_handle(memories[i], address.at(to)));
            addresses[i] = to;
        }
    }

    private static void check(int status) {
        if (status != dnnl_success) {
            throw new IllegalStateException("oneDNN answered with status " + status);
        }
    }

    @Override
    public void close() {
        owned.forEach(Pointer::releaseReference);
        owned.clear();
    }
}
