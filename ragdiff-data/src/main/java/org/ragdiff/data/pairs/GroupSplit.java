package org.ragdiff.data.pairs;

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
}
