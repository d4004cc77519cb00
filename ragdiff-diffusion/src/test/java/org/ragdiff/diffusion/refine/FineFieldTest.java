package org.ragdiff.diffusion.refine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.SignedDistanceField;

class FineFieldTest {
    private static float[] random(int n, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] out = new float[n];
        for (int i = 0; i < n; i++) {
            out[i] = (float) random.nextGaussian();
        }
        return out;
    }

    @Test
    void itIsTheFieldResized() {
        float[] two = random(2 * RefinerInputs.CELLS, 1);
        float[] expected = RefinerInputs.field(two, RefinerInputs.CELLS)
                .resize(FineField.SIDE)
                .toArray();
        float[] fine = FineField.of(two, RefinerInputs.CELLS);
        for (int i = 0; i < fine.length; i++) {
            assertThat(fine[i]).isEqualTo(RefinerInputs.SIDE * expected[i], within(1e-5f));
        }
        float[] same = RefinerInputs.truth(new SignedDistanceField(FineField.SIDE, fine));
        assertThat(same[77]).isEqualTo(RefinerInputs.SIDE * fine[77], within(1e-4f));
    }

    /** ⟨A x, y⟩ = ⟨x, Aᵀ y⟩. */
    @Test
    void theTransposeIsOne() {
        float[] x = random(RefinerInputs.CELLS, 2);
        float[] y = random(FineField.CELLS, 3);
        float[] fine = FineField.of(x, 0);
        float[] back = new float[RefinerInputs.CELLS];
        FineField.transpose(y, back, 0);
        double one = 0;
        for (int i = 0; i < y.length; i++) {
            one += fine[i] * y[i];
        }
        double other = 0;
        for (int i = 0; i < x.length; i++) {
            other += x[i] * back[i];
        }
        assertThat(one).isEqualTo(other, within(1e-2));
    }
}
