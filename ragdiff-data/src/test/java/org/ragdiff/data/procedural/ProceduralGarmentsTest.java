package org.ragdiff.data.procedural;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.GarmentAttributes.Neckline;
import org.ragdiff.core.GarmentAttributes.Sleeve;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.data.pairs.StandardGarment;
import org.ragdiff.data.wild.ProceduralScenery;
import org.ragdiff.data.wild.WildView;
import org.ragdiff.data.wild.WildViewOptions;
import org.ragdiff.data.wild.WildViewRenderer;

class ProceduralGarmentsTest {
    private static final int COUNT = 200;
    private final ProceduralGarments garments = new ProceduralGarments(COUNT, 128, 7);

    @Test
    void theSameIndexGivesTheSameGarment() {
        ProceduralGarments again = new ProceduralGarments(COUNT, 128, 7);
        List<StandardGarment> parallel =
                IntStream.range(0, 24).parallel().mapToObj(again::get).toList();
        for (int i = 0; i < 24; i++) {
            StandardGarment a = garments.get(i);
            assertThat(parallel.get(i)).isEqualTo(a);
            assertThat(garments.attributes(i)).isEqualTo(a.attributes());
            assertThat(garments.category(i).attribute())
                    .isEqualTo(a.attributes().category());
        }
        assertThat(again.fingerprint()).isEqualTo(garments.fingerprint());
    }

    @Test
    void anotherSeedGivesOtherGarments() {
        ProceduralGarments other = new ProceduralGarments(COUNT, 128, 8);
        assertThat(other.fingerprint()).isNotEqualTo(garments.fingerprint());
        for (int i = 0; i < 8; i++) {
            assertThat(other.get(i).standard()).isNotEqualTo(garments.get(i).standard());
            assertThat(other.id(i)).isNotEqualTo(garments.id(i));
        }
    }

    @Test
    void idsAreUniqueAndEveryKindOccurs() {
        Set<String> ids = new HashSet<>();
        EnumSet<ProceduralCategory> kinds = EnumSet.noneOf(ProceduralCategory.class);
        for (int i = 0; i < COUNT; i++) {
            ids.add(garments.id(i));
            kinds.add(garments.category(i));
            assertThat(garments.group(i)).isEqualTo(garments.id(i));
        }
        assertThat(ids).hasSize(COUNT);
        EnumSet<ProceduralCategory> mixed = EnumSet.allOf(ProceduralCategory.class);
        mixed.removeIf(kind -> kind.share() == 0);
        assertThat(kinds).isEqualTo(mixed).doesNotContain(ProceduralCategory.KIMONO);
    }

    @Test
    void garmentsOfOneKindAreOtherGarments() {
        ProceduralGarments kimonos = ProceduralGarments.of(ProceduralCategory.KIMONO, 30, 64, 7);
        assertThat(kimonos.fingerprint())
                .isNotEqualTo(ProceduralGarments.of(ProceduralCategory.COAT, 30, 64, 7)
                        .fingerprint());
        for (int i = 0; i < 30; i++) {
            assertThat(kimonos.category(i)).isEqualTo(ProceduralCategory.KIMONO);
            assertThat(kimonos.id(i)).isNotEqualTo(garments.id(i));
            assertThat(kimonos.get(i).attributes()).isEqualTo(kimonos.attributes(i));
            assertThat(kimonos.attributes(i).category()).isEqualTo(GarmentAttributes.Category.UNKNOWN);
            assertThat(kimonos.attributes(i).closure()).isEqualTo(GarmentAttributes.Closure.OPEN);
        }
    }

    /** Within four standard deviations of a binomial count. */
    @Test
    void kindsOccurByTheirWeight() {
        int n = 4000;
        ProceduralGarments many = new ProceduralGarments(n, 128, 1);
        Map<ProceduralCategory, Integer> counts = new EnumMap<>(ProceduralCategory.class);
        for (int i = 0; i < n; i++) {
            counts.merge(many.category(i), 1, Integer::sum);
        }
        counts.forEach((kind, count) -> {
            double p = kind.share();
            assertThat(count).isCloseTo((int) (n * p), within((int) (4 * Math.sqrt(n * p * (1 - p)))));
        });
    }

    @Test
    void thePictureIsWhiteOutsideTheSilhouette() {
        for (int i = 0; i < 60; i++) {
            StandardGarment g = garments.get(i);
            Silhouette s = g.silhouette();
            RgbImage p = g.standard();
            int notWhite = 0;
            for (int y = 0; y < 128; y++) {
                for (int x = 0; x < 128; x++) {
                    int least = Math.min(p.at(x, y, 0), Math.min(p.at(x, y, 1), p.at(x, y, 2)));
                    if (far(s, x, y)) {
                        assertThat(least).as("%s at %d, %d", g.id(), x, y).isGreaterThanOrEqualTo(250);
                    }
                    notWhite += s.at(x, y) && least < 252 ? 1 : 0;
                }
            }
            assertThat(notWhite).as(g.id()).isGreaterThan((int) (0.99 * s.area()));
        }
    }

    /** No garment pixel within two: the antialiased tip of a corner reaches no further. */
    private static boolean far(Silhouette s, int x, int y) {
        for (int dy = -2; dy <= 2; dy++) {
            for (int dx = -2; dx <= 2; dx++) {
                int nx = x + dx;
                int ny = y + dy;
                if (nx >= 0 && ny >= 0 && nx < s.width() && ny < s.height() && s.at(nx, ny)) {
                    return false;
                }
            }
        }
        return true;
    }

    @Test
    void theBoxIsCentredAndItsLongerSideCoversTheFrame() {
        for (int i = 0; i < COUNT; i++) {
            int[] box = Shapes.box(garments.get(i).silhouette());
            int w = box[2] - box[0];
            int h = box[3] - box[1];
            assertThat((double) Math.max(w, h)).as(garments.id(i)).isCloseTo(StandardFrame.COVERAGE * 128, within(2.5));
            assertThat((box[0] + box[2]) / 2.0).as(garments.id(i)).isCloseTo(64, within(2.0));
            assertThat((box[1] + box[3]) / 2.0).as(garments.id(i)).isCloseTo(64, within(2.0));
        }
    }

    @Test
    void theGarmentIsTheSameAtEverySide() {
        ProceduralGarments fine = new ProceduralGarments(COUNT, 256, 7);
        for (int i = 0; i < 40; i++) {
            Silhouette coarse = garments.get(i).silhouette();
            assertThat(coarse.iou(Shapes.halved(fine.get(i).silhouette())))
                    .as(garments.id(i))
                    .isGreaterThan(0.97);
        }
        for (int side : new int[] {32, 1024}) {
            StandardGarment g = new ProceduralGarments(3, side, 7).get(2);
            assertThat(g.standard().width()).isEqualTo(side);
            assertThat((double) g.silhouette().area() / side / side)
                    .isCloseTo(garments.get(2).silhouette().area() / 128.0 / 128, within(0.02));
        }
    }

    @Test
    void garmentsAreOnePieceWithoutHoles() {
        ProceduralGarments fine = new ProceduralGarments(COUNT, 256, 7);
        for (int i = 0; i < COUNT; i++) {
            Silhouette s = fine.get(i).silhouette();
            assertThat(Shapes.components(s, true, 3)).as(fine.id(i)).isEqualTo(1);
            // Straps enclose white between them and the bodice, and long sleeves may rest on the sides.
            Sleeve sleeve = fine.attributes(i).sleeve();
            boolean open = sleeve == Sleeve.NONE || sleeve == Sleeve.SHORT;
            if (open && fine.attributes(i).neckline() != Neckline.STRAPS) {
                assertThat(Shapes.components(s, false, 30)).as(fine.id(i)).isEqualTo(1);
            }
        }
    }

    @Test
    void wildViewsCanBeMade() {
        WildViewRenderer renderer = new WildViewRenderer(WildViewOptions.defaults(), new ProceduralScenery());
        StandardGarment g = garments.get(0);
        WildView view = renderer.render(g.standard(), g.silhouette(), g.group(), 3);
        assertThat(view.photo().width()).isEqualTo(128);
        assertThat(view.garmentMaskInPhoto().area()).isGreaterThan(128 * 128 / 20);
    }

    @Test
    void namesWhatIsWrong() {
        assertThatThrownBy(() -> new ProceduralGarments(0, 128, 1)).hasMessageContaining("count must be at least 1");
        assertThatThrownBy(() -> new ProceduralGarments(1, 16, 1))
                .hasMessageContaining("side must be in 32..1024, got 16");
        assertThatThrownBy(() -> garments.get(COUNT)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> garments.id(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
