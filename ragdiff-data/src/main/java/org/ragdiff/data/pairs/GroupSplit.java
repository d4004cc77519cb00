package org.ragdiff.data.pairs;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.ragdiff.core.provenance.Sha256;

/**
 * Divides garments into training and held-out ones by a hash of their group alone: whatever else is in a
 * data set, a sender is always on the same side, and never on both. Stateless.
 */
public final class GroupSplit {
    private static final int HELD_OUT_PERCENT = 16;

    private GroupSplit() {}

    /** True for about a sixth of all groups. */
    public static boolean isHeldOut(String group) {
        long bits = Long.parseLong(Sha256.of("held-out:" + group).substring(0, 8), 16);
        return bits % 100 < HELD_OUT_PERCENT;
    }

    /** Those garments that networks may be trained on. */
    public static GarmentSubset training(GarmentStore store) {
        return GarmentSubset.where(store, "training", i -> !isHeldOut(store.group(i)));
    }

    /** Those that nothing was trained on. */
    public static GarmentSubset heldOut(GarmentStore store) {
        return GarmentSubset.where(store, "held-out", i -> isHeldOut(store.group(i)));
    }

    /**
     * Those of some groups to hold out where there are too few to leave it to chance.
     *
     * @param groups may hold one several times
     * @param share of the groups, in (0, 1); at least one is held out
     * @return chosen by the groups' names alone
     */
    public static Set<String> heldOutShare(Collection<String> groups, double share) {
        if (!(share > 0 && share < 1) || groups.isEmpty()) {
            throw new IllegalArgumentException(
                    "share must be in (0, 1) of at least one group, got " + share + " of " + groups.size());
        }
        List<String> sorted = groups.stream()
                .distinct()
                .sorted(Comparator.comparing((String g) -> Sha256.of("held-out:" + g)))
                .toList();
        return new LinkedHashSet<>(sorted.subList(0, Math.max(1, (int) Math.round(share * sorted.size()))));
    }
}
