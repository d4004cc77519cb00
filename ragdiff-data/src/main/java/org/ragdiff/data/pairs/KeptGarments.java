package org.ragdiff.data.pairs;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A store that keeps each garment in memory from its first use on: for stores that draw their garments anew
 * each time. Thread-safe if the store is.
 */
public final class KeptGarments implements GarmentStore {
    private final GarmentStore store;
    private final AtomicReferenceArray<StandardGarment> kept;

    public KeptGarments(GarmentStore store) {
        this.store = store;
        this.kept = new AtomicReferenceArray<>(store.size());
    }

    @Override
    public int size() {
        return store.size();
    }

    @Override
    public int side() {
        return store.side();
    }

    @Override
    public StandardGarment get(int index) {
        StandardGarment found = kept.get(index);
        if (found == null) {
            found = store.get(index);
            kept.set(index, found);
        }
        return found;
    }

    @Override
    public String id(int index) {
        return store.id(index);
    }

    @Override
    public String group(int index) {
        return store.group(index);
    }

    @Override
    public String fingerprint() {
        return store.fingerprint();
    }
}
