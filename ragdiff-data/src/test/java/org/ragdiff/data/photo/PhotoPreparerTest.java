package org.ragdiff.data.photo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.data.pairs.StandardGarment;
import org.ragdiff.data.procedural.ProceduralGarments;
import org.ragdiff.data.wild.ProceduralScenery;

/** Photos of made garments: the truth is the silhouette that was pasted. */
class PhotoPreparerTest {
    private static final int SIDE = 112;
    private static final int PHOTO = 128;
    private static final int MARGIN = (PHOTO - SIDE) / 2;

    /** Of garments that cover enough of the photo to be accepted at all. */
    private static final double SMALLEST_SHARE = 0.22;

    private final List<StandardGarment> garments = IntStream.range(0, 24)
            .mapToObj(new ProceduralGarments(24, SIDE, 4)::get)
            .filter(g -> g.silhouette().area() > SMALLEST_SHARE * PHOTO * PHOTO)
            .limit(5)
            .toList();
    private final PhotoPreparer preparer =
            new PhotoPreparer(PhotoPreparationOptions.defaults().withWorkingSide(PHOTO));

    private PreparedGarment prepare(RgbImage photo) {
        return preparer.prepare(photo, SIDE).orElseThrow();
    }

    private static boolean accepted(PreparedGarment p) {
        return p.confidence() >= PhotoPreparationOptions.defaults().acceptConfidence();
    }

    private static RgbImage onContrast(StandardGarment g, int width, int height, int left, int top) {
        int[] far = MadePhotos.opposite(MadePhotos.meanColour(g));
        return MadePhotos.paste(g, MadePhotos.plain(width, height, far), left, top);
    }

    /** The garment's own silhouette, moved to where it was pasted. */
    private static Silhouette pasted(StandardGarment g, int width, int height, int left, int top) {
        boolean[] inside = new boolean[width * height];
        for (int i = 0; i < SIDE * SIDE; i++) {
            inside[(i / SIDE + top) * width + i % SIDE + left] = g.silhouette().at(i % SIDE, i / SIDE);
        }
        return new Silhouette(width, height, inside);
    }

    /** In the standard frame a lost tip of a sleeve moves and scales all the rest, so the bound is lower there. */
    @Test
    void confidentMasksAreTheSilhouettesThatWerePasted() {
        int confident = 0;
        double sum = 0;
        for (StandardGarment g : garments) {
            PreparedGarment p = prepare(onContrast(g, PHOTO, PHOTO, MARGIN, MARGIN));
            if (accepted(p)) {
                confident++;
                assertThat(p.photoMask().iou(pasted(g, PHOTO, PHOTO, MARGIN, MARGIN)))
                        .as(g.id())
                        .isGreaterThan(0.95);
                double iou = p.silhouette().iou(g.silhouette());
                assertThat(iou).as(g.id()).isGreaterThan(0.85);
                sum += iou;
                assertStandardFrame(p);
            }
        }
        assertThat(confident).isGreaterThanOrEqualTo(4);
        assertThat(sum / confident).isGreaterThan(0.92);
    }

    @Test
    void confidentMasksOnTexturesAreTheSilhouettesToo() {
        int confident = 0;
        double sum = 0;
        for (int i = 0; i < garments.size(); i++) {
            StandardGarment g = garments.get(i);
            RgbImage background = new ProceduralScenery().background(PHOTO, new SplittableRandom(i), "");
            PreparedGarment p = prepare(MadePhotos.paste(g, background, MARGIN, MARGIN));
            if (accepted(p)) {
                confident++;
                sum += p.photoMask().iou(pasted(g, PHOTO, PHOTO, MARGIN, MARGIN));
                assertStandardFrame(p);
            }
        }
        assertThat(confident).isGreaterThanOrEqualTo(2);
        assertThat(sum / confident).isGreaterThan(0.9);
    }

    /** The bounding box is centred and its longer side covers {@link StandardFrame#COVERAGE} of the frame. */
    private static void assertStandardFrame(PreparedGarment p) {
        Silhouette s = p.silhouette();
        int x0 = SIDE;
        int y0 = SIDE;
        int x1 = 0;
        int y1 = 0;
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                if (s.at(x, y)) {
                    x0 = Math.min(x0, x);
                    y0 = Math.min(y0, y);
                    x1 = Math.max(x1, x + 1);
                    y1 = Math.max(y1, y + 1);
                }
            }
        }
        assertThat((double) Math.max(x1 - x0, y1 - y0))
                .isBetween(StandardFrame.COVERAGE * SIDE - 1.5, StandardFrame.COVERAGE * SIDE + 1.5);
        assertThat((x0 + x1 - SIDE) / 2.0).isBetween(-1.5, 1.5);
        assertThat((y0 + y1 - SIDE) / 2.0).isBetween(-1.5, 1.5);
    }

    @Test
    void aGarmentOfTheBackgroundsColourIsLessCertain() {
        double apart = 0;
        double alike = 0;
        for (StandardGarment g : garments.subList(0, 3)) {
            apart += prepare(onContrast(g, PHOTO, PHOTO, MARGIN, MARGIN)).confidence();
            RgbImage own = MadePhotos.plain(PHOTO, PHOTO, MadePhotos.meanColour(g));
            alike += preparer.prepare(MadePhotos.paste(g, own, MARGIN, MARGIN), SIDE)
                    .map(PreparedGarment::confidence)
                    .orElse(0.0);
        }
        assertThat(alike / 3).isLessThan(apart / 3 - 0.3);
    }

    @Test
    void theGarmentMayLieAnywhereInAPhotoOfAnyFormat() {
        StandardGarment g = garments.get(0);
        PreparedGarment p = prepare(onContrast(g, 120, 160, 5, 36));
        assertThat(accepted(p)).isTrue();
        assertThat(p.photo().width()).as("at working size").isEqualTo(96);
        assertThat(p.photoMask().height()).isEqualTo(PHOTO);
        assertThat(p.silhouette().iou(g.silhouette())).isGreaterThan(0.9);
        assertStandardFrame(p);
    }

    @Test
    void theCutoutIsThePhotoInsideTheMaskAndWhiteOutside() {
        RgbImage photo = onContrast(garments.get(1), PHOTO, PHOTO, MARGIN, MARGIN);
        PreparedGarment p = prepare(photo);
        assertThat(p.photo()).isEqualTo(photo);
        RgbImage cutout = p.cutout();
        for (int y = 0; y < PHOTO; y++) {
            for (int x = 0; x < PHOTO; x++) {
                assertThat(cutout.at(x, y, 1)).isEqualTo(p.photoMask().at(x, y) ? photo.at(x, y, 1) : 255);
            }
        }
    }

    @Test
    void theSamePhotoGivesTheSameGarment() {
        RgbImage background = new ProceduralScenery().background(PHOTO, new SplittableRandom(9), "");
        RgbImage photo = MadePhotos.paste(garments.get(2), background, MARGIN, MARGIN);
        PreparedGarment first = prepare(photo);
        prepare(MadePhotos.paste(garments.get(0), background, MARGIN, MARGIN));
        assertThat(prepare(photo)).usingRecursiveComparison().isEqualTo(first);
    }

    @Test
    void noiseIsNoGarment() {
        byte[] rgb = new byte[3 * PHOTO * PHOTO];
        new SplittableRandom(3).nextBytes(rgb);
        Optional<PreparedGarment> p = preparer.prepare(RgbImage.wrap(PHOTO, PHOTO, rgb), SIDE);
        assertThat(p.map(PreparedGarment::confidence).orElse(0.0)).isLessThan(0.1);
    }

    @Test
    void onePlainColourIsNoGarment() {
        Optional<PreparedGarment> p = preparer.prepare(MadePhotos.plain(PHOTO, PHOTO, new int[] {90, 140, 200}), SIDE);
        assertThat(p.map(PreparedGarment::confidence).orElse(0.0)).isLessThan(0.1);
    }

    @Test
    void photosUnder16PixelsAreRejected() {
        assertThat(preparer.prepare(MadePhotos.plain(15, 200, new int[3]), SIDE))
                .isEmpty();
        assertThat(preparer.prepare(MadePhotos.plain(200, 15, new int[3]), SIDE))
                .isEmpty();
    }

    @Test
    void valuesOutOfRangeAreNamed() {
        RgbImage photo = MadePhotos.plain(32, 32, new int[3]);
        assertThatThrownBy(() -> preparer.prepare(photo, 15)).hasMessage("side must be in 16..2048, got 15");
        assertThatThrownBy(() -> preparer.prepare(photo, 2049)).hasMessage("side must be in 16..2048, got 2049");
        assertThatThrownBy(() -> new PhotoPreparationOptions(31, 4, 0.03, 0.5))
                .hasMessage("workingSide must be in 32..2048, got 31");
        assertThatThrownBy(() -> new PhotoPreparationOptions(160, 0, 0.03, 0.5))
                .hasMessage("iterations must be in 1..20, got 0");
        assertThatThrownBy(() -> new PhotoPreparationOptions(160, 4, 0.2, 0.5))
                .hasMessage("border must be in (0, 0.2), got 0.2");
        assertThatThrownBy(() -> new PhotoPreparationOptions(160, 4, 0.03, Double.NaN))
                .hasMessage("acceptConfidence must be in [0, 1], got NaN");
    }
}
