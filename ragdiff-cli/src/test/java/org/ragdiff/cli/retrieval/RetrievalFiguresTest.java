package org.ragdiff.cli.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.eval.stat.MeanInterval;

class RetrievalFiguresTest {
    @Test
    void garmentsCountOnceHoweverManyPhotosTheyHave() {
        ClusteredFigures figures = new ClusteredFigures(
                List.of(
                        new ViewRow("a", 0.0, Map.of("x", 1.0, "y", 0.5)),
                        new ViewRow("a", 0.4, Map.of("x", 0.0, "y", 0.25)),
                        new ViewRow("a", 0.5, Map.of("x", 0.5)),
                        new ViewRow("b", 0.1, Map.of("x", 0.0, "y", 1.0))),
                1);
        assertThat(figures.photos()).isEqualTo(4);
        assertThat(figures.garments()).isEqualTo(2);
        assertThat(figures.mean("x").orElseThrow().mean()).isCloseTo(0.25, within(1e-12));
        // Photos without y do not count: ((0.5 + −0.25) / 2 − 1) / 2.
        MeanInterval difference = figures.difference("x", "y").orElseThrow();
        assertThat(difference.mean()).isCloseTo(-0.4375, within(1e-12));
        assertThat(difference.n()).isEqualTo(2);
        assertThat(figures.hidden(0.3, 0.5).photos()).isEqualTo(1);
        assertThat(figures.mean("z")).isEmpty();
    }

    private static Silhouette box(int side, int left, int top, int width, int height) {
        boolean[] inside = new boolean[side * side];
        for (int y = top; y < top + height; y++) {
            for (int x = left; x < left + width; x++) {
                inside[y * side + x] = true;
            }
        }
        return new Silhouette(side, side, inside);
    }

    @Test
    void momentsOfABoxAreThoseOfItsFormula() {
        // h₁ = (w² + h²) / (12·w·h), h₂ = ((w² − h²) / (12·w·h))²; OpenCV sums pixels, of which 1 is taken off.
        float[] hu = MaskMoments.of(box(64, 5, 9, 40, 20));
        double h1 = (40 * 40 - 1 + 20 * 20 - 1) / (12.0 * 40 * 20);
        double h2 = Math.pow((40 * 40 - 20 * 20) / (12.0 * 40 * 20), 2);
        assertThat(hu[0]).isCloseTo((float) -Math.log10(h1), within(1e-4f));
        assertThat(hu[1]).isCloseTo((float) -Math.log10(h2), within(1e-4f));
        // Turned by a right angle and moved it is the same garment.
        MaskMoments moments = new MaskMoments();
        assertThat(moments.similarity(hu, MaskMoments.of(box(64, 20, 3, 20, 40))))
                .isCloseTo(0, within(1e-6));
        assertThat(moments.similarity(hu, MaskMoments.of(box(64, 20, 3, 20, 20))))
                .isLessThan(-0.1);
    }

    @Test
    void histogramsLookInsideTheMaskAlone() {
        byte[] rgb = new byte[16 * 16 * 3];
        for (int i = 0; i < 16 * 16; i++) {
            rgb[i * 3] = (byte) (i % 16 < 8 ? 200 : 10);
        }
        RgbImage image = new RgbImage(16, 16, rgb);
        float[] left = ColourHistogram.of(image, box(16, 0, 0, 8, 16));
        float[] right = ColourHistogram.of(image, box(16, 8, 0, 8, 16));
        float[] both = ColourHistogram.of(image, box(16, 0, 0, 16, 16));
        ColourHistogram histogram = new ColourHistogram();
        assertThat(histogram.similarity(left, left)).isCloseTo(1, within(1e-6));
        assertThat(histogram.similarity(left, right)).isZero();
        assertThat(histogram.similarity(left, both)).isCloseTo(Math.sqrt(0.5), within(1e-6));
    }
}
