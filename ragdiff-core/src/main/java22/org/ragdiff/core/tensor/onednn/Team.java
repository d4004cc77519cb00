package org.ragdiff.core.tensor.onednn;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;

/**
 * Daemon threads that help a caller through numbered parts of a loop. Parts are taken one by one, so that a
 * helper that wakes late costs nothing. Helpers wait awake for a few microseconds only, as the threads of
 * oneDNN need the processors next. Thread-safe; a second caller at a time goes without help.
 */
final class Team {
    private static final int SPINS = 400;

    private record Job(IntConsumer body, int parts, AtomicInteger next, AtomicInteger left) {
        void work() {
            for (int i = next.getAndIncrement(); i < parts; i = next.getAndIncrement()) {
                body.accept(i);
                left.decrementAndGet();
            }
        }
    }

    private final Thread[] helpers;
    private final ReentrantLock busy = new ReentrantLock();
    private volatile Job job;

    Team(int threads) {
        helpers = new Thread[threads - 1];
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] = new Thread(this::help, "ragdiff-vector-" + i);
            helpers[i].setDaemon(true);
            helpers[i].start();
        }
    }

    /** Returns when all parts are done. The body must not throw. */
    void run(int parts, IntConsumer body) {
        if (helpers.length == 0 || parts == 1 || !busy.tryLock()) {
            for (int i = 0; i < parts; i++) {
                body.accept(i);
            }
            return;
        }
        try {
            Job mine = new Job(body, parts, new AtomicInteger(), new AtomicInteger(parts));
            job = mine;
            for (Thread helper : helpers) {
                LockSupport.unpark(helper);
            }
            mine.work();
            while (mine.left.get() > 0) {
                Thread.onSpinWait();
            }
        } finally {
            job = null;
            busy.unlock();
        }
    }

    private void help() {
        int idle = 0;
        while (true) {
            Job current = job;
            if (current != null && current.next.get() < current.parts) {
                current.work();
                idle = 0;
            } else if (idle++ < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(this);
                idle = 0;
            }
        }
    }
}
