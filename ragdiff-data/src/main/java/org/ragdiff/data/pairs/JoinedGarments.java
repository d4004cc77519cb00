package org.ragdiff.data.pairs;

import java.util.List;
import java.util.stream.Collectors;
import org.ragdiff.core.provenance.Sha256;

/** Several stores of one side, one after the other. Immutable; thread-safe if the stores are. */
public final class JoinedGarments implements GarmentStore {
    private final List<GarmentStore> stores;
    private final int[] first;

    /** @param stores at least one, all of one side */
    public JoinedGarments(List<? extends GarmentStore> stores) {
        this.stores = List.copyOf(stores);
        if (stores.isEmpty()
                || stores.stream().anyMatch(s -> s.side() != stores.get(0).side())) {
            throw new IllegalArgumentException("expected stores of one side, got sides "
                    + stores.stream().map(GarmentStore::side).toList());
        }
        first = new int[stores.size() + 1];
        for (int i = 0; i < stores.size(); i++) {
            first[i + 1] = Math.addExact(first[i], stores.get(i).size());
        }
    }

    private interface Call<T> {
        T of(GarmentStore store, int index);
    }

    private <T> T at(int index, Call<T> call) {
        if (index < 0 || index >= size()) {
            throw new IndexOutOfBoundsException("garment " + index + " of " + size());
        }
        int s = 0;
        while (index >= first[s + 1]) {
            s++;
        }
        return call.of(stores.get(s), index - first[s]);
    }

    @Override
    public int size() {
        return first[stores.size()];
    }

    @Override
    public int side() {
        return stores.get(0).side();
    }

    @Override
    public StandardGarment get(int index) {
        return at(index, GarmentStore::get);
    }

    @Override
    public String id(int index) {
        return at(index, GarmentStore::id);
    }

    @Override
    public String group(int index) {
        return at(index, GarmentStore::group);
    }

    @Override
    public String fingerprint() {
        return "joined-"
                + Sha256.of(stores.stream().map(GarmentStore::fingerprint).collect(Collectors.joining(" ")))
                        .substring(0, 16);
    }
}
