package org.ragdiff.core.tensor.onednn;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.nd4j.linalg.api.buffer.DataBuffer;

/**
 * Weights in the layouts that primitives ask for, each kept once for all plans that use it. Thread-safe.
 */
final class WeightStore implements AutoCloseable {
    /** What primitives read in place of plain weights. */
    static final class Packed {
        private final DataBuffer source;
        private final String form;
        private final memory.desc layout;
        private final int planes;
        private final BytePointer block;
        private final long address;
        private int users;

        private Packed(DataBuffer source, String form, memory.desc layout, int planes) {
            this.source = source;
            this.form = form;
            this.layout = layout;
            this.planes = planes;
            layout.retainReference();
            this.block = new BytePointer(bytes() + 64);
            block.retainReference();
            this.address = (block.address() + 63) / 64 * 64;
        }

        long address() {
            return address;
        }

        long bytes() {
            return planes * layout.get_size();
        }

        private void close() {
            block.close();
            layout.releaseReference();
        }
    }

    private final Map<DataBuffer, List<Packed>> all = new IdentityHashMap<>();

    /**
     * Weights in a layout, made now unless they exist.
     *
     * @param source of the plain weights
     * @param form what is made of them, such as one half
     * @param plain layout of a plane of what {@code write} writes
     * @param wanted layout of a plane
     * @param planes that follow one another, with the same layout
     * @param write writes the form, plain, to an address
     */
    synchronized Packed acquire(
            ExecutionState s,
            DataBuffer source,
            String form,
            memory.desc plain,
            memory.desc wanted,
            int planes,
            LongConsumer write) {
        List<Packed> packings = all.computeIfAbsent(source, k -> new ArrayList<>());
        Packed sameForm = null;
        for (Packed p : packings) {
            if (p.form.equals(form)) {
                sameForm = p;
                if (p.layout.equals(wanted)) {
                    p.users++;
                    return p;
                }
            }
        }
        if (source.wasClosed() && sameForm == null) {
            throw new IllegalStateException("weights were released by an earlier plan; compile all plans of a network "
                    + "before its weights are released, or keep them");
        }
        Packed made = new Packed(source, form, wanted, planes);
        made.users = 1;
        try (PointerScope scope = new PointerScope()) {
            if (sameForm == null) {
                try (BytePointer temporary = new BytePointer(planes * plain.get_size())) {
                    write.accept(temporary.address());
                    reorder(s, plain, temporary.address(), made);
                }
            } else {
                reorder(s, sameForm.layout, sameForm.address, made);
            }
        }
        packings.add(made);
        return made;
    }

    private static void reorder(ExecutionState s, memory.desc from, long address, Packed to) {
        Call call = Reorders.compile(from, to.layout);
        for (int i = 0; i < to.planes; i++) {
            call.run(s, address + i * from.get_size(), to.address + i * to.layout.get_size());
        }
        call.close();
    }

    /** To be called once for each {@link #acquire}. */
    synchronized void release(Packed p) {
        if (--p.users == 0) {
            List<Packed> packings = all.get(p.source);
            packings.remove(p);
            if (packings.isEmpty()) {
                all.remove(p.source);
            }
            p.close();
        }
    }

    @Override
    public synchronized void close() {
        all.values().forEach(l -> l.forEach(Packed::close));
        all.clear();
    }
}
