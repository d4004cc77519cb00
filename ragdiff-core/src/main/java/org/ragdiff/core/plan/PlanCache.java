package org.ragdiff.core.plan;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Function;

/**
 * Warm plans by key: each borrower has one for itself, so that calls on several threads do not wait for each
 * other; a plan that was given back serves the next call of its key. The least recently used idle plans are
 * closed when there are too many. Thread-safe.
 *
 * @param <K> what a plan depends on, such as shapes; with equals and hashCode
 */
public final class PlanCache<K> implements AutoCloseable {
    private static final int IDLE = 8;

    private final Function<K, Plan> compile;
    private final Deque<Lease> idle = new ArrayDeque<>();
    private boolean closed;

    public PlanCache(Function<K, Plan> compile) {
        this.compile = compile;
    }

    /** A plan for the caller alone, until the lease is closed. Its inputs hold what the last borrower set. */
    public Lease borrow(K key) {
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("closed");
            }
            for (Iterator<Lease> all = idle.iterator(); all.hasNext(); ) {
                Lease lease = all.next();
                if (lease.key.equals(key)) {
                    all.remove();
                    return new Lease(lease.key, lease.plan);
                }
            }
        }
        return new Lease(key, compile.apply(key));
    }

    private void giveBack(Lease lease) {
        Plan dropped = null;
        synchronized (this) {
            if (closed) {
                dropped = lease.plan;
            } else {
                idle.addFirst(lease);
                if (idle.size() > IDLE) {
                    dropped = idle.removeLast().plan;
                }
            }
        }
        if (dropped != null) {
            dropped.close();
        }
    }

    /** Closes idle plans now and borrowed ones when they are given back. */
    @Override
    public synchronized void close() {
        closed = true;
        idle.forEach(lease -> lease.plan.close());
        idle.clear();
    }

    /** A borrowed plan. */
    public final class Lease implements AutoCloseable {
        private final K key;
        private final Plan plan;
        private boolean returned;

        private Lease(K key, Plan plan) {
            this.key = key;
            this.plan = plan;
        }

        /** Not to be closed, nor used after the lease. */
        public Plan plan() {
            if (returned) {
                throw new IllegalStateException("the plan was given back");
            }
            return plan;
        }

        /** Gives the plan back. */
        @Override
        public void close() {
            if (!returned) {
                returned = true;
                giveBack(this);
            }
        }
    }
}
