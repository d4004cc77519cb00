package org.ragdiff.data.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.RgbImage;
import org.ragdiff.data.procedural.ProceduralGarments;
import org.ragdiff.data.wild.ProceduralScenery;
import org.ragdiff.data.wild.WildViewOptions;

class GarmentDyeTest {
    private static RgbImage pixel(int r, int g, int b) {
        return RgbImage.wrap(1, 1, new byte[] {(byte) r, (byte) g, (byte) b});
    }

    private static double luma(RgbImage p) {
        return 0.299 * p.at(0, 0, 0) + 0.587 * p.at(0, 0, 1) + 0.114 * p.at(0, 0, 2);
    }

    @Test
    void whiteAndBlackStay() {
        for (int grey : new int[] {0, 255}) {
            assertThat(GarmentDye.dyed(pixel(grey, grey, grey), 2, 1.5, 1.7)).isEqualTo(pixel(grey, grey, grey));
        }
    }

    @Test
    void noChangeIsNoChange() {
        RgbImage in = pixel(180, 90, 60);
        RgbImage out = GarmentDye.dyed(in, 0, 1, 1);
        for (int c = 0; c < 3; c++) {
            assertThat((double) out.at(0, 0, c)).isEqualTo(in.at(0, 0, c), within(1.0));
        }
    }

    /** Half a turn of the chroma mirrors colours about grey: U and V change sign, luma stays. */
    @Test
    void halfATurnGivesTheComplement() {
        RgbImage in = pixel(150, 100, 90);
        RgbImage out = GarmentDye.dyed(in, Math.PI, 1, 1);
        double y = luma(in);
        assertThat(luma(out)).isEqualTo(y, within(1.5));
        assertThat((double) out.at(0, 0, 0)).isEqualTo(2 * y - 150, within(1.5));
        assertThat((double) out.at(0, 0, 2)).isEqualTo(2 * y - 90, within(1.5));
    }

    @Test
    void pairsShowTheDyedGarmentInBothPictures() {
        ProceduralGarments garments = new ProceduralGarments(6, 64, 3);
        WildViewOptions view = WildViewOptions.defaults().withSide(64);
        WildPairs plain = new WildPairs(garments, new ProceduralScenery(), view, 5);
        WildPairs dyed = new WildPairs(garments, new ProceduralScenery(), view, 5, 1);
        assertThat(dyed.fingerprint()).isNotEqualTo(plain.fingerprint());
        GarmentPair a = plain.pair(0);
        GarmentPair b = dyed.pair(0);
        assertThat(b.silhouette()).isEqualTo(a.silhouette());
        assertThat(b.standard()).isNotEqualTo(a.standard());
        assertThat(b.wild()).isNotEqualTo(a.wild());
        assertThat(b.garmentInPhoto()).isEqualTo(a.garmentInPhoto());
        assertThat(b.standard().at(0, 0, 0)).as("background").isEqualTo(255);
        assertThatThrownBy(() -> new WildPairs(garments, new ProceduralScenery(), view, 5, 1.5))
                .hasMessageContaining("dyed must be in [0, 1]");
        SplittableRandom random = new SplittableRandom(4);
        assertThat(GarmentDye.sample(garments.get(1), random).id()).isEqualTo(garments.id(1));
    }
}
