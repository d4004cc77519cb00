package org.ragdiff.bench.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.nn.Attention;
import org.ragdiff.core.nn.Conv2d;
import org.ragdiff.core.tensor.Convolution;
import org.ragdiff.core.tensor.Var;

/** Counts against closed forms. */
class GraphFlopsTest {
    private final SplittableRandom random = new SplittableRandom(1);

    @Test
    void aConvolutionTakesTwoOperationsForEachWeightAndCell() {
        Conv2d conv = new Conv2d(random, 5, 7, 3, Convolution.of(2, 1));
        try (RecordedNetwork n = new RecordedNetwork(conv, b -> conv.apply(b.tape(), b.input("x", 2, 8, 6, 5)))) {
            assertThat(GraphFlops.of(n.graph())).isCloseTo(2.0 * (5 * 7 * 9) * (2 * 4 * 3), within(0.5));
        }
    }

    @Test
    void attentionTakesItsProjectionsAndFourOperationsForEachPairAndChannel() {
        Attention a = new Attention(random, 8, 8, 2);
        try (RecordedNetwork n = new RecordedNetwork(a, b -> {
            Var x = b.input("x", 3, 10, 8);
            return a.apply(b.tape(), x, a.project(b.tape(), x), null);
        })) {
            double projections = 4 * 2.0 * 30 * 8 * 8;
            assertThat(GraphFlops.of(n.graph())).isCloseTo(projections + 4.0 * 3 * 10 * 10 * 8, within(0.5));
        }
    }
}
