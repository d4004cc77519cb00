package org.ragdiff.core.tensor.onednn;

/** One primitive over fixed operands. */
final class CallStep implements PlannedStep {
    private final Call call;
    private final long[] operands;

    /** @param call closed with this step */
    CallStep(Call call, long... operands) {
        this.call = call;
        this.operands = operands;
    }

    @Override
    public long scratchBytes() {
        return call.scratchpadBytes();
    }

    @Override
    public void bind(long scratch) {
        call.bind(scratch, operands);
    }

    @Override
    public void run(ExecutionState s) {
        call.runBound(s);
    }

    @Override
    public void close() {
        call.close();
    }
}
