package org.ragdiff.core.tensor;

import org.nd4j.linalg.factory.Environment;
import org.nd4j.linalg.factory.Nd4j;

/**
 * While open, ND4J refuses to make arrays beyond what it holds and a number of bytes more: a bound that no short-lived
 * array slips through. For the whole process.
 */
public final class OffHeapLimit implements AutoCloseable {
    private static final int PROCESSOR = 0;

    private final Environment nd4j = Nd4j.getEnvironment();
    private final long before = nd4j.getDeviceLimit(PROCESSOR);

    /** @param bytes may be 0 */
    public OffHeapLimit(long bytes) {
        // ND4J takes a limit of 0 for none.
        nd4j.setDeviceLimit(PROCESSOR, Math.max(1, nd4j.getDeviceCouner(PROCESSOR) + bytes));
    }

    @Override
    public void close() {
        nd4j.setDeviceLimit(PROCESSOR, before);
    }
}
