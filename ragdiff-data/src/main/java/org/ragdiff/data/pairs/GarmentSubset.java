package org.ragdiff.data.pairs;

import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.ragdiff.core.provenance.Sha256;

/** Some garments of a store, in its order. Immutable; thread-safe if the store is. */
public final class GarmentSubset implements GarmentStore {
    private final GarmentStore store;
    private final String name;
    private final int[] indices;

    private GarmentSubset(GarmentStore store, String name, int[] indices) {
        this.store = store;
        this.name = name;
        this.indices = indices;
    }

    /**
     * @param name of the choice, for the fingerprint
     * @param chosen by index in the store
     */
    public static GarmentSubset where(GarmentStore store, String name, IntPredicate chosen) {
        return new GarmentSubset(
                store, name, IntStream.range(0, store.size()).filter(chosen).toArray());
    }

    /** The garment's index in the store that this is a subset of. */
    public int indexInStore(int index) {
        return indices[index];
    }

    @Override
    public int size() {
        return indices.length;
    }

    @Override
    public int side() {
        return store.side();
    }

    @Override
    public StandardGarment get(int index) {
        return store.get(indices[index]);
    }

    @Override
    public String id(int index) {
        return store.id(indices[index]);
    }

    @Override
    public String group(int index) {
        return store.group(indices[index]);
    }

    @Override
    public String fingerprint() {
        return "subset-"
                + Sha256.of(store.fingerprint() + " " + name + " " + java.util.Arrays.toString(indices))
                        .substring(0, 16);
    }
}
