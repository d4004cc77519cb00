package org.ragdiff.data.pairs;

/**
 * A store's garments, and then their mirror images under the same groups: twice as many shapes to learn
 * from. Immutable; thread-safe if the store is.
 */
public final class MirroredGarments implements GarmentStore {
    static final String SUFFIX = "-mirrored";

    private final GarmentStore store;

    public MirroredGarments(GarmentStore store) {
        this.store = store;
        Math.multiplyExact(store.size(), 2);
    }

    private boolean mirrored(int index) {
        if (index < 0 || index >= size()) {
            throw new IndexOutOfBoundsException("garment " + index + " of " + size());
        }
        return index >= store.size();
    }

    private int origin(int index) {
        return mirrored(index) ? index - store.size() : index;
    }

    @Override
    public int size() {
        return 2 * store.size();
    }

    @Override
    public int side() {
        return store.side();
    }

    @Override
    public StandardGarment get(int index) {
        StandardGarment g = store.get(origin(index));
        return mirrored(index)
                ? new StandardGarment(
                        g.standard().mirrored(), g.silhouette().mirrored(), g.attributes(), g.id() + SUFFIX, g.group())
                : g;
    }

    @Override
    public String id(int index) {
        return store.id(origin(index)) + (mirrored(index) ? SUFFIX : "");
    }

    @Override
    public String group(int index) {
        return store.group(origin(index));
    }

    @Override
    public String fingerprint() {
        return "mirrored-" + store.fingerprint();
    }
}
