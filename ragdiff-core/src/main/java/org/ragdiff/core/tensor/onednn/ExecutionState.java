package org.ragdiff.core.tensor.onednn;

import java.util.function.Supplier;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.stream;
import org.ragdiff.core.tensor.Kernels.Precision;

/** Everything that one running operation needs for itself. Not thread-safe: lent to one caller at a time. */
final class ExecutionState implements AutoCloseable {
    /** Shapes times operations of a few networks; each entry holds some kilobytes. */
    private static final int CACHED_PRIMITIVES = 2048;

    private final Precision precision;
    private final int threads = CpuEngine.threads();
    private final stream owner;
    private final dnnl_stream handle;
    private final PrimitiveCache cache = new PrimitiveCache(CACHED_PRIMITIVES);
    private final Workspace workspace = new Workspace();

    ExecutionState(Precision precision) {
        this.precision = precision;
        owner = new stream(CpuEngine.get());
        owner.retainReference();
        handle = owner.get();
    }

    boolean bf16() {
        return precision == Precision.BF16;
    }

    /** Threads of an operation that is large enough. */
    int threads() {
        return threads;
    }

    dnnl_stream stream() {
        return handle;
    }

    Workspace workspace() {
        return workspace;
    }

    PrimitiveCache cache() {
        return cache;
    }

    Call call(ShapeKey key, Supplier<Call> compile) {
        return cache.get(key, Call.class, compile);
    }

    @Override
    public void close() {
        cache.close();
        workspace.close();
        owner.releaseReference();
    }
}
