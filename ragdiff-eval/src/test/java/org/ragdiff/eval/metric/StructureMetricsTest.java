package org.ragdiff.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.Silhouette;

class StructureMetricsTest {
    @Test
    void countsSleevesAndLegs() {
        assertThat(PartCount.of(Pictures.top(128, 0.45))).isEqualTo(new PartCount(2, 2, 1));
        assertThat(PartCount.of(Pictures.top(128, 0)).certainLimbs()).isZero();
        assertThat(PartCount.of(Pictures.trousers(128))).isEqualTo(new PartCount(0, 0, 2));
        assertThat(PartCount.of(Pictures.box(64, 0.3, 0.4)).certainLimbs()).isZero();
        assertThat(PartCount.of(new Silhouette(8, 8, new boolean[64]))).isEqualTo(new PartCount(0, 0, 0));
    }

    @Test
    void lostSleevesAndAnotherGarmentAreHallucinations() {
        Silhouette shirt = Pictures.top(128, 0.45);
        assertThat(StructureHallucination.of(shirt, shirt, 0.8).hallucinated()).isFalse();
        assertThat(StructureHallucination.of(Pictures.box(128, 0.22, 0.4), shirt, 0.8)
                        .wrongParts())
                .isTrue();
        assertThat(StructureHallucination.of(Pictures.trousers(128), shirt, 0.8).wrongOverlap())
                .isTrue();
    }

    @Test
    void averagedShapesAreLessSharpThanOne() {
        SignedDistanceField narrow = SignedDistanceField.of(Pictures.box(64, 0.15, 0.4));
        SignedDistanceField wide = SignedDistanceField.of(Pictures.box(64, 0.4, 0.15));
        float[] mean = narrow.toArray();
        float[] other = wide.toArray();
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (mean[i] + other[i]) / 2;
        }
        double one = BoundarySharpness.of(narrow);
        assertThat(one).isEqualTo(1, within(0.1));
        assertThat(BoundarySharpness.of(new SignedDistanceField(64, mean))).isLessThan(0.85 * one);
    }

    @Test
    void blurredEdgesAreLessSharp() {
        Silhouette s = Pictures.top(128, 0.2);
        int[] blue = {40, 60, 150};
        double sharp = BoundarySharpness.of(Pictures.cloth(s, blue, 0, 0, 0, 0), s);
        double soft = BoundarySharpness.of(Pictures.cloth(s, blue, 0, 0, 3, 0), s);
        double softer = BoundarySharpness.of(Pictures.cloth(s, blue, 0, 0, 8, 0), s);
        assertThat(sharp).isGreaterThan(0.9);
        assertThat(soft).isLessThan(sharp - 0.1);
        assertThat(softer).isLessThan(soft - 0.05);
    }

    @Test
    void recallCountsRanks() {
        int[] ranks = {1, 3, 0, 5, 1};
        assertThat(RetrievalRanks.recallAt(1, ranks)).isEqualTo(0.4);
        assertThat(RetrievalRanks.recallAt(5, ranks)).isEqualTo(0.8);
        assertThat(RetrievalRanks.meanReciprocalRank(ranks)).isEqualTo((2 + 1 / 3.0 + 0.2) / 5, within(1e-12));
        assertThatThrownBy(() -> RetrievalRanks.recallAt(0, ranks)).hasMessageContaining("k must be");
    }

    @Test
    void differentSizesAreRefused() {
        RgbImage a = RgbImage.wrap(12, 12, new byte[432]);
        RgbImage b = RgbImage.wrap(12, 13, new byte[468]);
        assertThatThrownBy(() -> Psnr.of(a, b)).hasMessageContaining("equal sizes");
        assertThatThrownBy(() -> Ssim.of(a, b)).hasMessageContaining("equal sizes");
        assertThatThrownBy(() -> Psnr.inside(a, a, new Silhouette(12, 12, new boolean[144])))
                .hasMessageContaining("empty");
    }
}
