package org.ragdiff.cli.train;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongFunction;

/**
 * Makes the batch of the next step while the present one is worked on. Batches are functions of their step,
 * so what is made ahead never depends on when it is asked for. For one training thread.
 */
final class Prefetched<T> {
    private final LongFunction<T> batches;
    private long nextStep = -1;
    private CompletableFuture<T> next;

    Prefetched(LongFunction<T> batches) {
        this.batches = batches;
    }

    T batch(long step) {
        CompletableFuture<T> now = step == nextStep ? next : start(step);
        nextStep = step + 1;
        next = start(nextStep);
        try {
            return now.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private CompletableFuture<T> start(long step) {
        return CompletableFuture.supplyAsync(() -> batches.apply(step));
    }
}
