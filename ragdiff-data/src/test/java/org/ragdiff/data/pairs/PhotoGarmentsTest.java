package org.ragdiff.data.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.data.photo.PhotoPreparationOptions;
import org.ragdiff.data.procedural.ProceduralGarments;
import org.ragdiff.data.wild.WildScenery;
import org.ragdiff.data.wild.WildView;
import org.ragdiff.data.wild.WildViewOptions;
import org.ragdiff.data.wild.WildViewRenderer;

class PhotoGarmentsTest {
    private static final int SIDE = 96;
    private static final PhotoGarmentOptions OPTIONS =
            new PhotoGarmentOptions(SIDE, PhotoPreparationOptions.defaults().withWorkingSide(112));

    @TempDir
    Path root;

    private final AtomicInteger prepared = new AtomicInteger();

    /** Photos of made garments, whose silhouettes are known, on plain cloth. */
    private ProceduralGarments photos(Path folder, int count) throws IOException {
        Files.createDirectories(folder);
        ProceduralGarments garments = new ProceduralGarments(count, SIDE, 99);
        WildViewOptions upright =
                WildViewOptions.easy().withSide(112).withGeometry(0, 0, 0, 0).withCoverage(0.8, 0.85);
        WildViewRenderer renderer = new WildViewRenderer(upright, new PlainCloth());
        for (int i = 0; i < count; i++) {
            StandardGarment g = garments.get(i);
            WildView view = renderer.render(g.standard(), g.silhouette(), g.group(), i);
            ImageFiles.writePng(folder.resolve("photo-" + i + ".png"), view.photo(), Map.of());
        }
        return garments;
    }

    private GarmentArchive open(Path folder) throws IOException {
        return PhotoGarments.openOrPrepare(
                folder, OPTIONS, root.resolve("cache"), (done, all) -> prepared.incrementAndGet());
    }

    @Test
    void confidentGarmentsHaveTheSilhouettesThatWerePhotographed() throws IOException {
        Path folder = root.resolve("photos");
        ProceduralGarments garments = photos(folder, 9);
        GarmentArchive archive = open(folder);
        assertThat(archive.size()).isGreaterThanOrEqualTo(4);
        double sum = 0;
        // A lost tip of a sleeve moves and scales all the rest in the standard frame.
        for (int i = 0; i < archive.size(); i++) {
            int number = Integer.parseInt(archive.id(i).substring("photo-".length()));
            sum += archive.get(i).silhouette().iou(garments.get(number).silhouette());
        }
        assertThat(sum / archive.size()).isGreaterThan(0.9);
    }

    @Test
    void preparesOnceAndAgainWhenAPhotoChanges() throws IOException {
        Path folder = root.resolve("photos");
        photos(folder, 4);
        String first = open(folder).fingerprint();
        assertThat(prepared.get()).isEqualTo(4);
        assertThat(open(folder).fingerprint()).isEqualTo(first);
        assertThat(prepared.get()).isEqualTo(4);
        Files.delete(folder.resolve("photo-0.png"));
        assertThat(open(folder).fingerprint()).isNotEqualTo(first);
        assertThat(prepared.get()).isEqualTo(7);
    }

    @Test
    void damagedPhotosAreLeftOut() throws IOException {
        Path folder = root.resolve("photos");
        photos(folder, 2);
        Files.write(folder.resolve("damaged.jpg"), new byte[] {1, 2, 3});
        GarmentArchive archive = open(folder);
        for (int i = 0; i < archive.size(); i++) {
            assertThat(archive.id(i)).isNotEqualTo("damaged");
        }
    }

    @Test
    void aFolderWithoutPhotosIsNamed() throws IOException {
        Path empty = Files.createDirectory(root.resolve("empty"));
        assertThatThrownBy(() -> open(empty)).isInstanceOf(IOException.class).hasMessageContaining("no photos in");
    }

    /** Yellow cloth with a little grain. */
    private record PlainCloth() implements WildScenery {
        @Override
        public RgbImage background(int side, SplittableRandom random, String excludedGroup) {
            byte[] rgb = new byte[3 * side * side];
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = (byte) (i % 3 == 2 ? 120 + random.nextInt(6) : 222 + random.nextInt(6));
            }
            return RgbImage.wrap(side, side, rgb);
        }

        @Override
        public Optional<OtherGarment> otherGarment(SplittableRandom random, String excludedGroup) {
            return Optional.empty();
        }

        @Override
        public String fingerprint() {
            return "plain-cloth";
        }
    }
}
