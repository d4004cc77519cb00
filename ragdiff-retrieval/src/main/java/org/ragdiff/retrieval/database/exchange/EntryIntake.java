package org.ragdiff.retrieval.database.exchange;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.StructureEntry;
import org.ragdiff.retrieval.database.ThumbnailStore;

/** Brings entries into a database under a policy, in batches, and counts. Commits nothing. Not thread-safe. */
final class EntryIntake implements AutoCloseable {
    private static final int BATCH = 256;

    private final StructureDatabase target;
    /** Ids come once, so what was there decides. */
    private final StructureDatabase before;

    private final ConflictPolicy policy;
    private final List<StructureEntry> waiting = new ArrayList<>();
    private final Map<String, byte[]> pictures = new LinkedHashMap<>();
    private final Set<String> seen = new HashSet<>();
    private int added;
    private int replaced;
    private int kept;

    EntryIntake(StructureDatabase target, ConflictPolicy policy) {
        this.target = target;
        this.before = target.snapshot();
        this.policy = policy;
    }

    /**
     * @param thumbnail is kept where the database keeps pictures
     * @throws IllegalArgumentException if the id came before, or is there and the policy is FAIL
     */
    void take(StructureEntry entry, Optional<byte[]> thumbnail) {
        if (!seen.add(entry.id())) {
            throw new IllegalArgumentException("id " + entry.id() + " comes twice: make ids unique");
        }
        Optional<StructureEntry> there = before.get(entry.id());
        if (there.isPresent()) {
            if (policy == ConflictPolicy.KEEP || same(there.get(), entry)) {
                kept++;
                return;
            }
            if (policy == ConflictPolicy.FAIL) {
                throw new IllegalArgumentException("entry " + entry.id()
                        + " is in the database already, with other content: keep what is there or replace it");
            }
            replaced++;
        } else {
            added++;
        }
        waiting.add(entry);
        thumbnail.ifPresent(t -> pictures.put(entry.id(), t));
        if (waiting.size() == BATCH) {
            flush();
        }
    }

    private static boolean same(StructureEntry a, StructureEntry b) {
        return Arrays.equals(a.embedding(), b.embedding())
                && a.field().equals(b.field())
                && a.attributes().equals(b.attributes())
                && a.group().equals(b.group());
    }

    private void flush() {
        target.upsert(waiting);
        waiting.clear();
        if (target instanceof ThumbnailStore store) {
            pictures.forEach(store::putThumbnail);
        }
        pictures.clear();
    }

    /** Brings in the last of them. */
    IntakeCounts finish() {
        flush();
        return new IntakeCounts(added, replaced, kept);
    }

    @Override
    public void close() {
        before.close();
    }
}
