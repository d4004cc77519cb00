package org.ragdiff.core.tensor.nd4j;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.AllocationPolicy;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.memory.enums.SpillPolicy;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A workspace for each thread: arrays made between enter and close lie in memory that is reused, because a
 * fresh array of a few megabytes costs milliseconds. Thread-safe.
 */
final class Scratch implements AutoCloseable {
    private static final AtomicLong COUNT = new AtomicLong();
    private static final WorkspaceConfiguration CONFIGURATION = WorkspaceConfiguration.builder()
            .policyAllocation(AllocationPolicy.STRICT)
            .policyLearning(LearningPolicy.FIRST_LOOP)
            .policySpill(SpillPolicy.REALLOCATE)
            .build();

    private final String id = "ragdiff-nd4j-" + COUNT.incrementAndGet();
    private final Set<MemoryWorkspace> all = ConcurrentHashMap.newKeySet();

    MemoryWorkspace enter() {
        MemoryWorkspace w = Nd4j.getWorkspaceManager().getWorkspaceForCurrentThread(CONFIGURATION, id);
        all.add(w);
        return w.notifyScopeEntered();
    }

    @Override
    public void close() {
        all.forEach(w -> w.destroyWorkspace(true));
        all.clear();
    }
}
