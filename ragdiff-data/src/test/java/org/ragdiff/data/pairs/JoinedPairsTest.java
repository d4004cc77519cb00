package org.ragdiff.data.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

class JoinedPairsTest {
    /** Pairs of 2 by 2 pixels whose left column is dark and whose id says source and place. */
    private static PairSource source(String name, int garments) {
        return new PairSource() {
            @Override
            public int garments() {
                return garments;
            }

            @Override
            public GarmentPair pair(long index) {
                byte[] rgb = {0, 0, 0, 90, 90, 90, 0, 0, 0, 90, 90, 90};
                RgbImage image = RgbImage.wrap(2, 2, rgb);
                Silhouette left = new Silhouette(2, 2, new boolean[] {true, false, true, false});
                return new GarmentPair(
                        image,
                        image,
                        left,
                        GarmentAttributes.UNKNOWN,
                        name + index % garments,
                        name,
                        0,
                        Optional.of(left));
            }

            @Override
            public String fingerprint() {
                return name + garments;
            }
        };
    }

    private static List<String> turn(PairSource pairs, int turn) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < pairs.garments(); i++) {
            ids.add(pairs.pair((long) turn * pairs.garments() + i).id());
        }
        return ids;
    }

    @Test
    void everyTurnShowsAllOnceAndMixed() {
        PairSource joined = new JoinedPairs(List.of(source("a", 20), source("b", 5)), 3);
        assertThat(joined.garments()).isEqualTo(25);
        for (int t = 0; t < 3; t++) {
            assertThat(new HashSet<>(turn(joined, t))).hasSize(25);
        }
        assertThat(turn(joined, 0)).isNotEqualTo(turn(joined, 1));
        assertThat(turn(joined, 0).subList(0, 15)).anyMatch(id -> id.startsWith("b"));
        assertThat(joined.fingerprint()).isNotEqualTo(new JoinedPairs(List.of(source("a", 20)), 3).fingerprint());
        assertThatThrownBy(() -> joined.pair(-1)).hasMessageContaining("got -1");
        assertThatThrownBy(() -> new JoinedPairs(List.of(), 0)).hasMessageContaining("no sources");
    }

    @Test
    void mirrorImagesAreOfPhotoAndFlat() {
        PairSource mirrored = new MirroredPairs(source("a", 3));
        assertThat(turn(mirrored, 0))
                .containsExactlyInAnyOrder("a0", "a1", "a2", "a0-mirrored", "a1-mirrored", "a2-mirrored");
        assertThat(turn(mirrored, 1)).containsExactlyInAnyOrderElementsOf(turn(mirrored, 0));
        for (int i = 0; i < 6; i++) {
            GarmentPair p = mirrored.pair(i);
            int dark = p.id().endsWith("-mirrored") ? 1 : 0;
            assertThat(p.wild().at(dark, 0, 0)).isZero();
            assertThat(p.standard().at(dark, 1, 0)).isZero();
            assertThat(p.silhouette().at(dark, 1)).isTrue();
            assertThat(p.garmentInPhoto().orElseThrow().at(1 - dark, 0)).isFalse();
            assertThat(p.group()).isEqualTo("a");
        }
    }
}
