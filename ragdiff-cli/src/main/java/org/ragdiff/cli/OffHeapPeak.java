package org.ragdiff.cli;

import java.util.Locale;
import org.bytedeco.javacpp.Pointer;
import org.ragdiff.core.tensor.OffHeapMemory;

/**
 * Watches the memory outside Java's heap while it is open: what arrays and native buffers hold, and the whole process.
 * A thread of its own looks every few milliseconds; shorter peaks are missed.
 */
final class OffHeapPeak implements AutoCloseable {
    private static final long MILLISECONDS = 20;

    private final Thread watcher;
    private volatile boolean open = true;
    private volatile long buffers;
    private volatile long process;

    private OffHeapPeak() {
        watcher = new Thread(this::watch, "off-heap-peak");
        watcher.setDaemon(true);
    }

    static OffHeapPeak start() {
        OffHeapPeak peak = new OffHeapPeak();
        peak.watcher.start();
        return peak;
    }

    private void watch() {
        while (open) {
            look();
            try {
                Thread.sleep(MILLISECONDS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private synchronized void look() {
        buffers = Math.max(buffers, OffHeapMemory.bytes());
        process = Math.max(process, Pointer.physicalBytes());
    }

    /** One line with the peaks so far. */
    String report() {
        look();
        return String.format(
                Locale.ROOT,
                "peak of off-heap memory: %.1f MB in arrays and native buffers (the whole process with Java's heap: %.1f MB)",
                buffers / 1e6,
                process / 1e6);
    }

    @Override
    public void close() {
        open = false;
        watcher.interrupt();
    }
}
