package org.ragdiff.diffusion.pipeline;

import org.ragdiff.core.AlignedPhoto;
import org.ragdiff.core.RgbImage;

/**
 * Lays what the aligned photo shows of the garment over the generated one, inside the generated silhouette: prints and
 * weaves that a small denoiser cannot draw are the photo's own. Structure stays as generated, and so does what the photo
 * does not show. Immutable.
 *
 * @param share of the photo where it is surely seen, in [0, 1]; 0 for off
 */
public record PatternTransfer(double share) {
    public PatternTransfer {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("the share of the pattern transfer must be in [0, 1], got " + share);
        }
    }

    /**
     * @param image generated, its background white
     * @param photo of any side; one that does not lie in the standard frame is left alone
     * @param background what is background in {@code image}
     */
    public RgbImage apply(RgbImage image, AlignedPhoto photo, WhiteBackground background) {
        if (share == 0 || !photo.inFrame() || photo.side() != image.width() || image.width() != image.height()) {
            return image;
        }
        byte[] alpha = Cutout.of(image, background).alpha();
        byte[] out = image.rgb();
        float[] seen = photo.colours();
        for (int i = 0; i < alpha.length; i++) {
            double visible = photo.visibility()[i];
            if (visible == 0 || alpha[i] == 0) {
                continue;
            }
            // Squared: what is seen half surely is often half background.
            double weight = share * visible * visible * (alpha[i] & 0xff) / 255;
            for (int c = 3 * i; c < 3 * i + 3; c++) {
                double colour = 255 + (seen[c] - 1) * 127.5 / visible;
                double mixed = (out[c] & 0xff) + weight * (colour - (out[c] & 0xff));
                out[c] = (byte) Math.round(Math.max(0, Math.min(255, mixed)));
            }
        }
        return RgbImage.wrap(image.width(), image.height(), out);
    }
}
