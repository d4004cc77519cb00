package org.ragdiff.data.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GroupSplitTest {
    /** First 32 bits of SHA-256("held-out:" + group) mod 100, computed with hashlib: 7, 7, 19, 98. */
    @Test
    void dependsOnTheHashOfTheGroupAlone() {
        assertThat(GroupSplit.isHeldOut("sender-1")).isTrue();
        assertThat(GroupSplit.isHeldOut("e")).isTrue();
        assertThat(GroupSplit.isHeldOut("f")).isFalse();
        assertThat(GroupSplit.isHeldOut("sender-204")).isFalse();
    }

    @Test
    void aboutASixthIsHeldOut() {
        long held = IntStream.range(0, 10_000)
                .filter(i -> GroupSplit.isHeldOut("group-" + i))
                .count();
        // 16 % of 10,000 with a standard deviation of 37.
        assertThat(held).isBetween(1450L, 1750L);
    }

    @Test
    void theTwoSidesShareNoGroupAndMissNoGarment() {
        GarmentStore store = new Squares(200, 32);
        GarmentSubset training = GroupSplit.training(store);
        GarmentSubset heldOut = GroupSplit.heldOut(store);
        Set<String> groups = new HashSet<>();
        IntStream.range(0, training.size()).forEach(i -> groups.add(training.group(i)));
        assertThat(IntStream.range(0, heldOut.size()).mapToObj(heldOut::group))
                .isNotEmpty()
                .noneMatch(groups::contains);
        assertThat(training.size() + heldOut.size()).isEqualTo(200);
        assertThat(training.fingerprint()).isNotEqualTo(heldOut.fingerprint());
        assertThat(training.get(3).id()).isEqualTo(store.id(training.indexInStore(3)));
    }
}
