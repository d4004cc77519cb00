package org.ragdiff.data.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ragdiff.data.wild.ProceduralScenery;
import org.ragdiff.data.wild.WildViewOptions;

class WildPairsTest {
    private static final WildViewOptions SMALL = WildViewOptions.defaults().withSide(48);

    private final WildPairs pairs = new WildPairs(new Squares(13, 48), new ProceduralScenery(), SMALL, 5);

    @Test
    void eachTurnShowsEveryGarmentOnceInAnotherOrder() {
        int[] first = IntStream.range(0, 13).map(pairs::garment).toArray();
        int[] second = IntStream.range(13, 26).map(pairs::garment).toArray();
        assertThat(first).containsExactlyInAnyOrder(IntStream.range(0, 13).toArray());
        assertThat(second).containsExactlyInAnyOrder(first).isNotEqualTo(first);
    }

    @Test
    void aPairIsAFunctionOfItsIndex() {
        GarmentPair again = new WildPairs(new Squares(13, 48), new ProceduralScenery(), SMALL, 5).pair(17);
        pairs.pair(3);
        assertThat(pairs.pair(17)).usingRecursiveComparison().isEqualTo(again);
        WildPairs other = new WildPairs(new Squares(13, 48), new ProceduralScenery(), SMALL, 6);
        assertThat(other.fingerprint()).isNotEqualTo(pairs.fingerprint());
        assertThat(IntStream.range(0, 13).anyMatch(i -> other.garment(i) != pairs.garment(i)))
                .isTrue();
    }

    @Test
    void thePairIsOfTheGarmentThatThePositionNames() {
        GarmentStore squares = new Squares(13, 48);
        for (int i = 0; i < 13; i++) {
            GarmentPair pair = pairs.pair(i);
            assertThat(pair.id()).isEqualTo(squares.id(pairs.garment(i)));
            assertThat(pair.standard()).isEqualTo(squares.get(pairs.garment(i)).standard());
            assertThat(pair.garmentInPhoto()).isPresent();
        }
    }

    @Test
    void negativePositionsAreRefused() {
        assertThatThrownBy(() -> pairs.pair(-1)).hasMessageContaining("-1");
    }
}
