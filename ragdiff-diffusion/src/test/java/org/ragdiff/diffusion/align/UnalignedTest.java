package org.ragdiff.diffusion.align;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.ragdiff.core.AlignedPhoto;
import org.ragdiff.core.PhotoAligner;
import org.ragdiff.core.PhotoAlignerContract;
import org.ragdiff.core.RgbImage;

class UnalignedTest extends PhotoAlignerContract {
    @Override
    protected PhotoAligner aligner() {
        return new Unaligned();
    }

    @Override
    protected int side() {
        return 12;
    }

    @Test
    void photosStayAsTheyAre() {
        RgbImage photo = RgbImage.wrap(4, 4, new byte[48]);
        AlignedPhoto out = new Unaligned().align(List.of(photo)).get(0);
        assertThat(out.image()).isEqualTo(photo);
        assertThat(out.visibility()).containsOnly(1);
    }
}
