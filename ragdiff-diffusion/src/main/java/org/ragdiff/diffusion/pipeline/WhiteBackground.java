package org.ragdiff.diffusion.pipeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.ragdiff.core.RgbImage;

/**
 * Makes a nearly white background white: every pixel that is connected to the border over nearly white ones, and faint
 * specks among them. White parts of the garment stay, unless they open to the border. Immutable.
 *
 * @param tolerance how far below 255 the darkest channel of a nearly white pixel may lie, 0 for off
 */
public record WhiteBackground(int tolerance) {
    /** Largest share of the picture that a speck covers. */
    private static final double SPECK = 0.001;
    /** A pixel this many tolerances below white is no part of a speck. */
    private static final int FAINT = 4;

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
        addSpecks(image, background);
        return background;
    }

    private void addSpecks(RgbImage image, boolean[] background) {
        boolean[] known = background.clone();
        for (int i = 0; i < known.length; i++) {
            if (!known[i]) {
                List<Integer> island = island(known, i, image.width());
                if (island.size() <= SPECK * known.length && island.stream().allMatch(p -> isFaint(image, p))) {
                    island.forEach(p -> background[p] = true);
                }
            }
        }
    }

    private boolean isFaint(RgbImage image, int pixel) {
        return darkest(image, pixel % image.width(), pixel / image.width()) >= 255 - FAINT * tolerance;
    }

    /** The pixels that hang together with one, corners counted; marks them as known. */
    private static List<Integer> island(boolean[] known, int first, int w) {
        List<Integer> found = new ArrayList<>(List.of(first));
        known[first] = true;
        for (int next = 0; next < found.size(); next++) {
            int x = found.get(next) % w;
            int y = found.get(next) / w;
            for (int yy = Math.max(0, y - 1); yy <= Math.min(known.length / w - 1, y + 1); yy++) {
                for (int xx = Math.max(0, x - 1); xx <= Math.min(w - 1, x + 1); xx++) {
                    if (!known[yy * w + xx]) {
                        known[yy * w + xx] = true;
                        found.add(yy * w + xx);
                    }
                }
            }
        }
        return found;
    }

    private static int darkest(RgbImage image, int x, int y) {
        return Math.min(image.at(x, y, 0), Math.min(image.at(x, y, 1), image.at(x, y, 2)));
    }

    private void visit(RgbImage image, boolean[] seen, ArrayDeque<Integer> open, int x, int y) {
        int w = image.width();
        if (x < 0 || y < 0 || x >= w || y >= image.height() || seen[y * w + x]) {
            return;
        }
        seen[y * w + x] = true;
        if (darkest(image, x, y) >= 255 - tolerance) {
            open.push(y * w + x);
        }
    }
}
