package org.ragdiff.core.tensor.onednn;

/** A compiled kernel over fixed operands, with scratch memory of its own size. */
final class KernelStep<K extends PrimitiveCache.Compiled> implements PlannedStep {
    private final K kernel;
    private final long scratchBytes;
    private final Body<K> body;
    private long scratch;

    /** @param kernel closed with this step */
    KernelStep(K kernel, long scratchBytes, Body<K> body) {
        this.kernel = kernel;
        this.scratchBytes = scratchBytes;
        this.body = body;
    }

    /** Runs the kernel on its operands. */
    interface Body<K> {
        void run(K kernel, ExecutionState s, long scratch);
    }

    @Override
    public long scratchBytes() {
        return scratchBytes;
    }

    @Override
    public void bind(long address) {
        scratch = address;
    }

    @Override
    public void run(ExecutionState s) {
        body.run(kernel, s, scratch);
    }

    @Override
    public void close() {
        kernel.close();
    }
}
