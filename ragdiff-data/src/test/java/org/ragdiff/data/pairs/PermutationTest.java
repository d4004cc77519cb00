package org.ragdiff.data.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PermutationTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 16, 17, 97, 1000, 4097})
    void everyPlaceHasItsOwnNumber(int n) {
        Permutation p = Permutation.of(n, 7);
        assertThat(IntStream.range(0, n).map(p::at).sorted().toArray())
                .isEqualTo(IntStream.range(0, n).toArray());
    }

    @Test
    void seedsGiveUnrelatedOrders() {
        Permutation a = Permutation.of(1000, 1);
        Permutation b = Permutation.of(1000, 2);
        // Two random orders agree at one place on average; 8 or more have a probability of 1e-5.
        long same = IntStream.range(0, 1000).filter(i -> a.at(i) == b.at(i)).count();
        long fixed = IntStream.range(0, 1000).filter(i -> a.at(i) == i).count();
        assertThat(same).isLessThan(8);
        assertThat(fixed).isLessThan(8);
    }
}
