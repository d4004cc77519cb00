package org.ragdiff.diffusion.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.AlignedPhoto;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.StructureQuery;

class SilhouetteFusionTest {
    private static final int SIDE = 32;
    private static final int CELLS = 16;

    /** Left of a column of the field. */
    private static SignedDistanceField leftOf(int column) {
        boolean[] inside = new boolean[CELLS * CELLS];
        for (int i = 0; i < inside.length; i++) {
            inside[i] = i % CELLS < column;
        }
        return SignedDistanceField.of(new Silhouette(CELLS, CELLS, inside));
    }

    private static StructureQuery query(SignedDistanceField field) {
        return new StructureQuery(new float[] {1}, Optional.ofNullable(field), GarmentAttributes.UNKNOWN);
    }

    /** Covers pixels of the columns asked for; reaches those of the rows above {@code reach}. */
    private static AlignedPhoto photo(IntPredicate columns, int reach, boolean inFrame) {
        float[] coverage = new float[SIDE * SIDE];
        for (int i = 0; i < coverage.length; i++) {
            coverage[i] = i / SIDE >= reach ? 0.5f : columns.test(i % SIDE) ? 0.9f : 0.1f;
        }
        return new AlignedPhoto(SIDE, new float[3 * SIDE * SIDE], new float[SIDE * SIDE], coverage, inFrame);
    }

    private static SignedDistanceField fused(double share, SignedDistanceField decoded, AlignedPhoto photo) {
        return new SilhouetteFusion(share).apply(query(decoded), photo).field().orElseThrow();
    }

    /** Distances of straight edges are linear: half way between columns 4 and 8 lies 6. */
    @Test
    void theOutlineLiesBetweenBoth() {
        SignedDistanceField out = fused(0.5, leftOf(4), photo(x -> x < 16, SIDE, true));
        assertThat(out.toSilhouette()).isEqualTo(leftOf(6).toSilhouette());
        assertThat(fused(1, leftOf(4), photo(x -> x < 16, SIDE, true)).toSilhouette())
                .isEqualTo(leftOf(8).toSilhouette());
        assertThat((double) out.at(6, 8)).isEqualTo(leftOf(6).at(6, 8), within(0.02));
    }

    @Test
    void whereThePhotoDoesNotReachTheDecodedFieldStays() {
        SignedDistanceField out = fused(1, leftOf(4), photo(x -> x < 24, SIDE / 2, true));
        assertThat(out.at(10, 2)).as("seen").isNegative();
        assertThat(out.at(5, CELLS - 1)).as("beyond the photo").isPositive();
        assertThat(out.at(2, CELLS - 1)).isNegative();
    }

    @Test
    void withoutEvidenceNothingChanges() {
        StructureQuery q = query(leftOf(4));
        AlignedPhoto photo = photo(x -> x < 16, SIDE, true);
        assertThat(new SilhouetteFusion(0).apply(q, photo)).isSameAs(q);
        assertThat(new SilhouetteFusion(0.5).apply(q, photo(x -> x < 16, SIDE, false)))
                .isSameAs(q);
        assertThat(new SilhouetteFusion(0.5).apply(q, photo(x -> false, SIDE, true)))
                .isSameAs(q);
        StructureQuery without = query(null);
        assertThat(new SilhouetteFusion(0.5).apply(without, photo)).isSameAs(without);
        assertThatThrownBy(() -> new SilhouetteFusion(-0.1)).hasMessageContaining("[0, 1]");
    }
}
