package org.ragdiff.diffusion.pipeline;

import java.util.ArrayDeque;
import org.ragdiff.core.RgbImage;

/**
 * Makes a nearly white background white: every pixel that is connected to the border over nearly white ones.
 * White parts of the garment stay, unless they open to the border. Immutable.
 *
 * @param tolerance how far below 255 the darkest channel of a nearly white pixel may lie, 0 for off
 */
public record WhiteBackground(int tolerance) {
    public WhiteBackground {
        if (tolerance < 0 || tolerance > 255) {
            throw new IllegalArgumentException("tolerance must be in [0, 255], got " + tolerance);
        }
    }

    /** A cleaned copy. */
    public RgbImage clean(RgbImage image) {
        if (tolerance == 0) {
            return image;
        }
        byte[] rgb = image.rgb();
        boolean[] background = of(image);
        for (int i = 0; i < background.length; i++) {
            if (background[i]) {
                rgb[3 * i] = rgb[3 * i + 1] = rgb[3 * i + 2] = (byte) 255;
            }
        }
        return RgbImage.wrap(image.width(), image.height(), rgb);
    }

    /** Which pixels are background, row-major. */
    public boolean[] of(RgbImage image) {
        int w = image.width();
        int h = image.height();
        boolean[] background = new boolean[w * h];
        boolean[] seen = new boolean[w * h];
        ArrayDeque<Integer> open = new ArrayDeque<>();
        for (int x = 0; x < w; x++) {
            visit(image, seen, open, x, 0);
            visit(image, seen, open, x, h - 1);
        }
        for (int y = 0; y < h; y++) {
            visit(image, seen, open, 0, y);
            visit(image, seen, open, w - 1, y);
        }
        while (!open.isEmpty()) {
            int i = open.pop();
            background[i] = true;
            int x = i % w;
            int y = i / w;
            visit(image, seen, open, x - 1, y);
            visit(image, seen, open, x + 1, y);
            visit(image, seen, open, x, y - 1);
            visit(image, seen, open, x, y + 1);
        }
        return background;
    }

    private void visit(RgbImage image, boolean[] seen, ArrayDeque<Integer> open, int x, int y) {
        int w = image.width();
        if (x < 0 || y < 0 || x >= w || y >= image.height() || seen[y * w + x]) {
            return;
        }
        seen[y * w + x] = true;
        if (Math.min(image.at(x, y, 0), Math.min(image.at(x, y, 1), image.at(x, y, 2))) >= 255 - tolerance) {
            open.push(y * w + x);
        }
    }
}
