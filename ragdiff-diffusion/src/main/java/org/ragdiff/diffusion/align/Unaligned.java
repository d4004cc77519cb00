package org.ragdiff.diffusion.align;

import java.util.List;
import org.ragdiff.core.AlignedPhoto;
import org.ragdiff.core.PhotoAligner;
import org.ragdiff.core.RgbImage;

/** Leaves photos as they are: the baseline of the pattern alignment. Stateless. */
public final class Unaligned implements PhotoAligner {
    /** {@link #fingerprint} of all of them. */
    public static final String FINGERPRINT = "unaligned";

    @Override
    public String fingerprint() {
        return FINGERPRINT;
    }

    @Override
    public List<AlignedPhoto> align(List<RgbImage> photos) {
        return photos.stream().map(AlignedPhoto::unaligned).toList();
    }

    @Override
    public void close() {}
}
