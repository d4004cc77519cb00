package org.ragdiff.data.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class StoresTest {
    private final GarmentStore squares = new Squares(9, 32);

    @Test
    void mirrorImagesFollowTheirOriginalsInTheSameGroup() {
        GarmentStore both = new MirroredGarments(squares);
        assertThat(both.size()).isEqualTo(18);
        StandardGarment original = both.get(4);
        StandardGarment mirrored = both.get(13);
        assertThat(original).usingRecursiveComparison().isEqualTo(squares.get(4));
        assertThat(mirrored.group()).isEqualTo(original.group());
        assertThat(mirrored.id()).isNotEqualTo(original.id());
        for (int y = 0; y < 32; y++) {
            for (int x = 0; x < 32; x++) {
                assertThat(mirrored.silhouette().at(x, y))
                        .isEqualTo(original.silhouette().at(31 - x, y));
                assertThat(mirrored.standard().at(x, y, 1))
                        .isEqualTo(original.standard().at(31 - x, y, 1));
            }
        }
        assertThat(mirrored.silhouette()).isNotEqualTo(original.silhouette());
    }

    @Test
    void joinedStoresFollowEachOther() {
        GarmentStore joined = new JoinedGarments(List.of(squares, new Squares(2, 32)));
        assertThat(joined.size()).isEqualTo(11);
        assertThat(joined.get(10).id()).isEqualTo("square-1");
        assertThat(joined.id(8)).isEqualTo("square-8");
        assertThatThrownBy(() -> joined.get(11)).hasMessageContaining("garment 11 of 11");
        assertThatThrownBy(() -> new JoinedGarments(List.of(squares, new Squares(2, 64))))
                .hasMessageContaining("[32, 64]");
    }

    @Test
    void keptGarmentsAreDrawnOnce() {
        GarmentStore kept = new KeptGarments(squares);
        assertThat(kept.get(3)).isSameAs(kept.get(3));
        assertThat(kept.fingerprint()).isEqualTo(squares.fingerprint());
    }
}
