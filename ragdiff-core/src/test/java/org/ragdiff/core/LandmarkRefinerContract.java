package org.ragdiff.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link LandmarkRefiner} keeps. A subclass gives one. */
public abstract class LandmarkRefinerContract {
    private static final int PHOTO = 48;

    private LandmarkRefiner refiner;
    private List<LandmarkEvidence> evidence;

    /** A new refiner, closed by the test. */
    protected abstract LandmarkRefiner refiner();

    @BeforeEach
    void open() {
        refiner = refiner();
        evidence = new ArrayList<>();
        for (int n = 0; n < 11; n++) {
            evidence.add(new LandmarkEvidence(photo(4 + n, true), disc(64, 0.2 + 0.01 * n), disc(64, 0.25)));
        }
    }

    @AfterEach
    void close() {
        refiner.close();
    }

    /** Of cloth but for a margin. */
    protected static AlignedPhoto photo(int margin, boolean inFrame) {
        float[] colours = new float[3 * PHOTO * PHOTO];
        float[] seen = new float[PHOTO * PHOTO];
        Arrays.fill(colours, 1);
        for (int i = 0; i < seen.length; i++) {
            int x = i % PHOTO;
            int y = i / PHOTO;
            if (Math.min(Math.min(x, PHOTO - 1 - x), Math.min(y, PHOTO - 1 - y)) >= margin) {
                seen[i] = 1;
                Arrays.fill(colours, 3 * i, 3 * i + 3, -0.5f);
            }
        }
        return new AlignedPhoto(PHOTO, colours, seen, seen, inFrame);
    }

    protected static SignedDistanceField disc(int side, double radius) {
        float[] out = new float[side * side];
        for (int i = 0; i < out.length; i++) {
            double x = (i % side + 0.5) / side - 0.5;
            double y = (i / side + 0.5) / side - 0.5;
            out[i] = (float) (Math.hypot(x, y) - radius);
        }
        return new SignedDistanceField(side, out);
    }

    @Test
    void eachLandmarkGivesOneOfItsSide() {
        assertThat(refiner.refine(List.of())).isEmpty();
        List<LandmarkEvidence> sides = IntStream.of(64, 32, 100)
                .mapToObj(side -> new LandmarkEvidence(photo(5, true), disc(40, 0.2), disc(side, 0.3)))
                .toList();
        assertThat(refiner.refine(sides)).extracting(SignedDistanceField::side).containsExactly(64, 32, 100);
    }

    /** However many are refined at once, and whoever asks at the same time. */
    @Test
    void aLandmarkIsRefinedByItself() throws Exception {
        List<SignedDistanceField> together = refiner.refine(evidence);
        List<SignedDistanceField> alone =
                Concurrently.run(4, evidence.size(), i -> refiner.refine(List.of(evidence.get(i)))
                        .get(0));
        for (int i = 0; i < alone.size(); i++) {
            float[] one = alone.get(i).toArray();
            float[] other = together.get(i).toArray();
            for (int p = 0; p < one.length; p++) {
                assertThat(Math.abs(one[p] - other[p])).isLessThan(1e-4f);
            }
        }
    }

    /** A photo that nobody brought into the frame says nothing of places there. */
    @Test
    void landmarksOfUnalignedPhotosStay() {
        LandmarkEvidence unaligned = new LandmarkEvidence(photo(5, false), disc(64, 0.2), disc(64, 0.3));
        List<SignedDistanceField> out = refiner.refine(List.of(evidence.get(0), unaligned, evidence.get(1)));
        assertThat(out.get(1)).isEqualTo(unaligned.landmark());
        assertThat(refiner.refine(List.of(evidence.get(1))).get(0).side())
                .isEqualTo(out.get(2).side());
    }

    @Test
    void itIsKnownByItsFingerprint() {
        assertThat(refiner.fingerprint()).isNotBlank();
        try (LandmarkRefiner other = refiner()) {
            assertThat(other.fingerprint()).isEqualTo(refiner.fingerprint());
        }
    }
}
