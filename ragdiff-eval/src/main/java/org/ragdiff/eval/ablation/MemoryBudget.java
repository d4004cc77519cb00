package org.ragdiff.eval.ablation;

/**
 * Bytes that threads share: one waits until what it needs is free. Who asks for more than there is at all is
 * refused. Thread-safe.
 */
public final class MemoryBudget {
    private final long bytes;
    private long free;

    /**
     * @param bytes at least 1
     */
    public MemoryBudget(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("a budget has at least 1 byte, got " + bytes);
        }
        this.bytes = bytes;
        this.free = bytes;
    }

    /** What a thread holds until it closes it. */
    public interface Share extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Waits until the bytes are free.
     *
     * @throws IllegalArgumentException if they exceed the whole budget
     */
    public synchronized Share acquire(long wanted) throws InterruptedException {
        if (wanted > bytes) {
            throw new IllegalArgumentException("needs about " + mebibytes(wanted) + " MiB, the budget has "
                    + mebibytes(bytes) + " MiB; give more with --memory");
        }
        while (free < wanted) {
            wait();
        }
        free -= wanted;
        return () -> release(wanted);
    }

    private synchronized void release(long given) {
        free += given;
        notifyAll();
    }

    private static long mebibytes(long n) {
        return (n + (1 << 20) - 1) >> 20;
    }
}
