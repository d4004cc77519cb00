package org.ragdiff.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.AlignedPhoto;
import org.ragdiff.data.pairs.GarmentPair;
import org.ragdiff.data.pairs.WildPairs;
import org.ragdiff.data.procedural.ProceduralGarments;
import org.ragdiff.data.wild.ProceduralScenery;
import org.ragdiff.data.wild.WildViewOptions;
import org.ragdiff.diffusion.align.AlignmentBatch;
import org.ragdiff.diffusion.align.Correspondences;
import org.ragdiff.diffusion.align.PhotoLight;
import org.ragdiff.diffusion.align.PhotoWarp;
import org.ragdiff.diffusion.align.SplineWarpFit;

/** Made photos brought back to the standard images that they were made of. */
class AlignmentPairsTest {
    private static final int SIDE = 64;
    private static final WildPairs PAIRS = new WildPairs(
            new ProceduralGarments(6, SIDE, 3),
            new ProceduralScenery(),
            WildViewOptions.defaults().withSide(SIDE).withHiding(0, 0, 0),
            5);

    private static List<GarmentPair> pairs() {
        return IntStream.range(0, 6).mapToObj(i -> PAIRS.pair(i)).toList();
    }

    private static double iou(AlignedPhoto aligned, GarmentPair pair) {
        int both = 0;
        int either = 0;
        for (int i = 0; i < SIDE * SIDE; i++) {
            boolean seen = aligned.visibility()[i] > 0.5;
            boolean garment = pair.silhouette().at(i % SIDE, i / SIDE);
            both += seen && garment ? 1 : 0;
            either += seen || garment ? 1 : 0;
        }
        return (double) both / either;
    }

    /** What is bent back by its true positions has the true silhouette. */
    @Test
    void truePositionsGiveTheSilhouetteBack() {
        for (GarmentPair pair : pairs()) {
            AlignedPhoto aligned = PhotoWarp.align(
                    pair.wild(), AlignmentPairs.truth(pair, SIDE / 2), PhotoLight.even(), SplineWarpFit.defaults());
            assertThat(iou(aligned, pair)).as(pair.id()).isGreaterThan(0.93);
        }
    }

    /** What lies under a cover or outside the photo is hidden, but what the photo does reach has the true silhouette. */
    @Test
    void hiddenPartsBelongToTheWholeGarment() {
        WildPairs hidden = new WildPairs(
                new ProceduralGarments(6, SIDE, 3),
                new ProceduralScenery(),
                WildViewOptions.defaults().withSide(SIDE).withHiding(0.5, 0.5, 1),
                5);
        int seen = 0;
        int whole = 0;
        for (int k = 0; k < 6; k++) {
            GarmentPair pair = hidden.pair(k);
            AlignedPhoto aligned = PhotoWarp.align(
                    pair.wild(), AlignmentPairs.truth(pair, SIDE / 2), PhotoLight.even(), SplineWarpFit.defaults());
            int right = 0;
            int known = 0;
            for (int i = 0; i < SIDE * SIDE; i++) {
                boolean garment = pair.silhouette().at(i % SIDE, i / SIDE);
                known += aligned.coverage()[i] == 0.5f ? 0 : 1;
                right += aligned.coverage()[i] != 0.5f && aligned.coverage()[i] > 0.5f == garment ? 1 : 0;
                seen += garment && aligned.visibility()[i] > 0.5 ? 1 : 0;
                whole += garment && aligned.coverage()[i] > 0.5 ? 1 : 0;
            }
            assertThat((double) right / known).as(pair.id()).isGreaterThan(0.93);
        }
        assertThat(seen).isLessThan((int) (0.9 * whole));
    }

    @Test
    void cellsAreMeansOfPixels() {
        GarmentPair pair = PAIRS.pair(0);
        AlignmentBatch batch = AlignmentPairs.batch(
                new AlignmentPairs.Sample[] {AlignmentPairs.sample(pair, 16), AlignmentPairs.sample(PAIRS.pair(1), 16)
                });
        Correspondences c = AlignmentPairs.truth(pair, 16);
        int cell = 5 * 16 + 7;
        double x = 0;
        int seen = 0;
        int whole = 0;
        for (int i = 0; i < 16; i++) {
            int pixel = (5 * 4 + i / 4) * SIDE + 7 * 4 + i % 4;
            x += pair.positions().orElseThrow().x()[pixel] / 16;
            seen += pair.garmentInPhoto().orElseThrow().at(pixel % SIDE, pixel / SIDE) ? 1 : 0;
            int u = (int) (SIDE * pair.positions().orElseThrow().x()[pixel]);
            int v = (int) (SIDE * pair.positions().orElseThrow().y()[pixel]);
            whole += pair.silhouette().at(u, v) ? 1 : 0;
        }
        assertThat((double) c.x()[cell]).isCloseTo(x, org.assertj.core.api.Assertions.within(1e-5));
        assertThat(c.weight()[cell]).isEqualTo(seen / 16f);
        assertThat(c.whole()[cell]).isEqualTo(whole / 16f);
        assertThat(batch.whole()[cell]).isEqualTo(c.whole()[cell]);
        assertThat(batch.x()[cell]).isEqualTo(c.x()[cell]);
        assertThat(batch.photos()[0]).isEqualTo(pair.wild().at(0, 0, 0) / 127.5f - 1);
    }

    @Test
    void pairsWithoutPositionsAreRefused() {
        GarmentPair p = PAIRS.pair(0);
        GarmentPair unknown = new GarmentPair(
                p.wild(), p.standard(), p.silhouette(), p.attributes(), p.id(), p.group(), 0, Optional.empty());
        assertThatThrownBy(() -> AlignmentPairs.truth(unknown, 16)).hasMessageContaining("only made photos");
        assertThatThrownBy(() -> AlignmentPairs.truth(p, 15)).hasMessageContaining("15 cells do not divide");
    }
}
