package org.ragdiff.diffusion.refine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ragdiff.core.AlignedPhoto;
import org.ragdiff.core.LandmarkEvidence;
import org.ragdiff.core.SignedDistanceField;

class RefinerInputsTest {
    private static SignedDistanceField constant(float value) {
        float[] out = new float[RefinerInputs.CELLS];
        Arrays.fill(out, value);
        return new SignedDistanceField(RefinerInputs.SIDE, out);
    }

    /** A ramp across the photo stays one, whatever the photo's side. */
    @ParameterizedTest
    @ValueSource(ints = {32, 64, 100, 128, 256})
    void cellsHaveTheMeansOfTheirPixels(int side) {
        float[] colours = new float[3 * side * side];
        float[] seen = new float[side * side];
        float[] covered = new float[side * side];
        for (int i = 0; i < seen.length; i++) {
            seen[i] = (i % side + 0.5f) / side;
            covered[i] = (i / side + 0.5f) / side;
            colours[3 * i] = seen[i];
            colours[3 * i + 1] = covered[i];
            colours[3 * i + 2] = -1;
        }
        LandmarkEvidence e = new LandmarkEvidence(
                new AlignedPhoto(side, colours, seen, covered, true), constant(-1f / 64), constant(1));
        float[] out = RefinerInputs.of(List.of(e));
        double pixel = 1.0 / Math.min(side, 64);
        for (int i = 0; i < RefinerInputs.CELLS; i++) {
            int at = i * RefinerInputs.CHANNELS;
            double x = (i % 64 + 0.5) / 64;
            double y = (i / 64 + 0.5) / 64;
            assertThat((double) out[at]).isEqualTo(x, within(pixel));
            assertThat((double) out[at + 1]).isEqualTo(y, within(pixel));
            assertThat((double) out[at + 2]).isEqualTo(-1, within(1e-5));
            assertThat((double) out[at + 3]).isEqualTo(2 * x - 1, within(2 * pixel));
            assertThat((double) out[at + 4]).isEqualTo(2 * y - 1, within(2 * pixel));
            assertThat(out[at + 5]).isEqualTo(-1f / 8);
            assertThat(out[at + 6]).isEqualTo(1f);
        }
    }

    @Test
    void distancesAreInCells() {
        assertThat(RefinerInputs.landmarks(List.of(constant(0.5f), constant(-2f / 64))))
                .hasSize(2 * RefinerInputs.CELLS)
                .startsWith(32f)
                .endsWith(-2f);
        assertThat(RefinerInputs.field(RefinerInputs.cells(constant(0.25f)), 0)).isEqualTo(constant(0.25f));
    }
}
