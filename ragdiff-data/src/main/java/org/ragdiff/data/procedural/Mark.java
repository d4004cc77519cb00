package org.ragdiff.data.procedural;

import java.awt.geom.Path2D;
import java.util.List;

/**
 * Something drawn on a panel and clipped to it: a stitch line, a button, a print. Immutable; the
 * path is not to be modified.
 *
 * @param path in centimetres
 * @param width of the stroke in centimetres; 0 fills
 * @param rgb 0xRRGGBB
 * @param opacity in [0, 1]
 */
record Mark(Path2D path, double width, int rgb, double opacity) {
    static final int DARK = 0x0a0a10;
    static final int LIGHT = 0xffffff;

    Mark {
        if (!(width >= 0) || !(opacity >= 0 && opacity <= 1)) {
            throw new IllegalArgumentException("mark of width " + width + ", opacity " + opacity);
        }
    }

    static Mark fill(Path2D path, int rgb) {
        return new Mark(path, 0, rgb, 1);
    }

    static Mark fill(Path2D path, int rgb, double opacity) {
        return new Mark(path, 0, rgb, opacity);
    }

    static Mark stroke(Path2D path, double width, int rgb, double opacity) {
        return new Mark(path, width, rgb, opacity);
    }

    /** A seam: a thin dark line with a soft hollow around it. */
    static List<Mark> seam(Path2D path) {
        return List.of(stroke(path, 1.6, DARK, 0.08), stroke(path, 0.34, DARK, 0.22));
    }

    /** A row of stitches along a hem, without a hollow. */
    static List<Mark> stitch(Path2D path) {
        return List.of(stroke(path, 0.28, DARK, 0.18));
    }

    Mark laid(Lay lay) {
        return new Mark(lay.apply(path), width, rgb, opacity);
    }
}
