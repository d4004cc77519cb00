package org.ragdiff.core.tensor.onednn;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;

/**
 * Compiled operations by shape, the least recently used dropped first. Not thread-safe: part of one
 * {@link ExecutionState}.
 */
final class PrimitiveCache implements AutoCloseable {
    /** Something compiled that holds native memory. */
    interface Compiled extends AutoCloseable {
        @Override
        void close();
    }

    private final int capacity;
    private final LinkedHashMap<ShapeKey, Compiled> entries = new LinkedHashMap<>(64, 0.75f, true);

    PrimitiveCache(int capacity) {
        this.capacity = capacity;
    }

    /** The entry of this key, compiled on first use. What {@code compile} allocates and does not retain is freed. */
    <T extends Compiled> T get(ShapeKey key, Class<T> type, Supplier<T> compile) {
        Compiled found = entries.get(key);
        if (found == null) {
            try (PointerScope scope = new PointerScope()) {
                found = compile.get();
            } catch (RuntimeException e) {
                throw new IllegalStateException("oneDNN cannot prepare " + key + ": " + e.getMessage(), e);
            }
            entries.put(key, found);
            dropEldest();
        }
        return type.cast(found);
    }

    private void dropEldest() {
        while (entries.size() > capacity) {
            Map.Entry<ShapeKey, Compiled> eldest = entries.entrySet().iterator().next();
            entries.remove(eldest.getKey());
            eldest.getValue().close();
        }
    }

    int size() {
        return entries.size();
    }

    @Override
    public void close() {
        entries.values().forEach(Compiled::close);
        entries.clear();
    }
}
