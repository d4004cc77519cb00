package org.ragdiff.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every {@link StructureEncoder} must do. */
public abstract class StructureEncoderContract {
    /** A new encoder, closed by the test. */
    protected abstract StructureEncoder encoder() throws Exception;

    private static RgbImage noise(long seed, int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        new SplittableRandom(seed).nextBytes(rgb);
        return new RgbImage(width, height, rgb);
    }

    private static Silhouette disc(int side, double radius) {
        boolean[] inside = new boolean[side * side];
        for (int i = 0; i < inside.length; i++) {
            inside[i] = Math.hypot(i % side + 0.5 - side / 2.0, i / side + 0.5 - side / 2.0) < radius * side;
        }
        return new Silhouette(side, side, inside);
    }

    private static List<RgbImage> photos() {
        return List.of(noise(1, 40, 40), noise(2, 90, 30), noise(3, 17, 61), noise(4, 1, 1), noise(5, 128, 128));
    }

    private static List<GarmentAttributes> unknown(int n) {
        return new ArrayList<>(java.util.Collections.nCopies(n, GarmentAttributes.UNKNOWN));
    }

    private static double length(float[] v) {
        double sum = 0;
        for (float x : v) {
            sum += (double) x * x;
        }
        return Math.sqrt(sum);
    }

    private static void assertSame(StructureQuery a, StructureQuery b) {
        assertThat(a.embedding()).containsExactly(b.embedding(), within(1e-5f));
        assertThat(a.attributes()).isEqualTo(b.attributes());
        assertThat(a.field().isPresent()).isEqualTo(b.field().isPresent());
        a.field().ifPresent(f -> assertThat(f.toArray())
                .containsExactly(b.field().orElseThrow().toArray(), within(1e-5f)));
    }

    @Test
    void embeddingsAreUnitVectorsOfTheDimension() throws Exception {
        try (StructureEncoder encoder = encoder()) {
            List<float[]> all = new ArrayList<>();
            encoder.encodePhotos(photos(), unknown(5)).forEach(q -> all.add(q.embedding()));
            all.addAll(encoder.encodeStandards(
                    List.of(noise(6, 64, 64), noise(7, 96, 96)), List.of(disc(64, 0.4), disc(96, 0.2))));
            assertThat(all).hasSize(7).allSatisfy(e -> {
                assertThat(e).hasSize(encoder.dimension());
                assertThat(length(e)).isCloseTo(1, within(1e-4));
            });
            assertThat(encoder.fingerprint()).isNotBlank();
        }
    }

    @Test
    void fieldsHaveTheStandardSide() throws Exception {
        try (StructureEncoder encoder = encoder()) {
            for (StructureQuery q : encoder.encodePhotos(photos(), unknown(5))) {
                q.field().ifPresent(f -> assertThat(f.side()).isEqualTo(StandardFrame.FIELD_SIDE));
            }
        }
    }

    @Test
    void anEmptyListGivesAnEmptyList() throws Exception {
        try (StructureEncoder encoder = encoder()) {
            assertThat(encoder.encodePhotos(List.of(), List.of())).isEmpty();
            assertThat(encoder.encodeStandards(List.of(), List.of())).isEmpty();
        }
    }

    @Test
    void aPhotoDoesNotDependOnItsNeighbours() throws Exception {
        try (StructureEncoder encoder = encoder()) {
            List<RgbImage> many = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                many.addAll(photos());
            }
            List<StructureQuery> together = encoder.encodePhotos(many, unknown(many.size()));
            for (int i : new int[] {0, 1, 3, 33, 39}) {
                assertSame(
                        together.get(i),
                        encoder.encodePhotos(List.of(many.get(i)), unknown(1)).get(0));
            }
        }
    }

    @Test
    void givenAttributesAreKept() throws Exception {
        GarmentAttributes skirt = GarmentAttributes.of(GarmentAttributes.Category.SKIRT);
        try (StructureEncoder encoder = encoder()) {
            StructureQuery q =
                    encoder.encodePhotos(photos().subList(0, 1), List.of(skirt)).get(0);
            assertThat(q.attributes().category()).isEqualTo(GarmentAttributes.Category.SKIRT);
        }
    }

    @Test
    void unequalCountsAreRefused() throws Exception {
        try (StructureEncoder encoder = encoder()) {
            assertThatThrownBy(() -> encoder.encodePhotos(photos(), unknown(2)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("5")
                    .hasMessageContaining("2");
            assertThatThrownBy(() -> encoder.encodeStandards(List.of(noise(1, 8, 8)), List.of()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> encoder.encodeStandards(List.of(noise(1, 64, 64)), List.of(disc(32, 0.3))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("64");
        }
    }

    @Test
    void threadsGetWhatOneThreadGets() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (StructureEncoder encoder = encoder()) {
            List<StructureQuery> expected = encoder.encodePhotos(photos(), unknown(5));
            List<Future<List<StructureQuery>>> runs = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                runs.add(threads.submit(() -> encoder.encodePhotos(photos(), unknown(5))));
            }
            for (Future<List<StructureQuery>> run : runs) {
                List<StructureQuery> found = run.get();
                for (int i = 0; i < found.size(); i++) {
                    assertSame(found.get(i), expected.get(i));
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
