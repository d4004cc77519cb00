package org.ragdiff.cli.generate;

import java.io.IOException;
import java.nio.file.Path;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SignedDistanceField;
import org.ragdiff.core.Silhouette;
import org.ragdiff.core.StandardFrame;
import org.ragdiff.core.image.ImageFiles;
import org.ragdiff.core.image.ResampleFilter;
import org.ragdiff.core.image.Resize;

/**
 * A silhouette that the user drew, black on white or white on black: what most of the picture's edge shows
 * is outside. The picture is the standard frame; one that is not square is centred in it. Stateless.
 */
public final class LandmarkMask {
    private static final int MAX_SIDE = 512;

    private LandmarkMask() {}

    /**
     * @throws BadInputException if the picture is of one colour
     * @throws IOException if it cannot be read
     */
    public static SignedDistanceField read(Path file) throws IOException {
        Silhouette silhouette = silhouette(ImageFiles.read(file));
        if (silhouette.area() == 0) {
            throw new BadInputException(file + ": shows no silhouette; draw the garment's shape in black on white or"
                    + " in white on black");
        }
        return SignedDistanceField.of(silhouette).resize(StandardFrame.FIELD_SIDE);
    }

    static Silhouette silhouette(RgbImage picture) {
        RgbImage small = reduced(picture);
        int w = small.width();
        int h = small.height();
        boolean[] bright = new boolean[w * h];
        int edge = 0;
        int brightEdge = 0;
        for (int i = 0; i < bright.length; i++) {
            int x = i % w;
            int y = i / w;
            // Rec. 601 luma.
            bright[i] = 299 * small.at(x, y, 0) + 587 * small.at(x, y, 1) + 114 * small.at(x, y, 2) >= 127_500;
            if (x == 0 || y == 0 || x == w - 1 || y == h - 1) {
                edge++;
                brightEdge += bright[i] ? 1 : 0;
            }
        }
        boolean outside = 2 * brightEdge >= edge;
        int side = Math.max(w, h);
        boolean[] inside = new boolean[side * side];
        for (int i = 0; i < bright.length; i++) {
            inside[(i / w + (side - h) / 2) * side + i % w + (side - w) / 2] = bright[i] != outside;
        }
        return new Silhouette(side, side, inside);
    }

    private static RgbImage reduced(RgbImage picture) {
        int longest = Math.max(picture.width(), picture.height());
        if (longest <= MAX_SIDE) {
            return picture;
        }
        int w = Math.max(1, (int) Math.round((double) picture.width() * MAX_SIDE / longest));
        int h = Math.max(1, (int) Math.round((double) picture.height() * MAX_SIDE / longest));
        return Resize.rgb(picture, w, h, ResampleFilter.BOX);
    }
}
