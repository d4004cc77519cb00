package org.ragdiff.data.procedural;

import java.awt.geom.Path2D;
import java.util.SplittableRandom;

/**
 * Capital letters as strokes: no system font is needed, so that a picture is the same on every
 * machine. Stateless.
 */
final class Letters {
    /** Points on a grid of 3 columns and 5 rows, one digit a coordinate; blanks part the strokes. */
    private static final String[] STROKES = {
        "04 10 24|03 23",
        "04 00 10 21 12 02 12 23 14 04",
        "21 10 01 03 14 23",
        "04 00 10 21 23 14 04",
        "20 00 04 24|02 12",
        "20 00 04|02 12",
        "21 10 01 03 14 23 22 12",
        "00 04|20 24|02 22",
        "10 14",
        "20 23 14 03",
        "00 04|20 02 24",
        "00 04 24",
        "04 00 12 20 24",
        "04 00 24 20",
        "10 01 03 14 23 21 10",
        "04 00 10 21 12 02",
        "04 00 10 21 12 02|12 24",
        "21 10 01 12 23 14 03",
        "00 20|10 14",
        "00 03 14 23 20",
        "00 14 20",
        "00 04 12 24 20",
        "00 24|20 04",
        "00 12 20|12 14",
        "00 20 04 24",
        "01 10 20|14 10",
        "10 01 12 03 14 23 12 21 10"
    };

    private Letters() {}

    /**
     * @param x left edge, centimetres
     * @param y upper edge
     */
    static Path2D sample(double x, double y, double width, double height, SplittableRandom random) {
        String strokes = STROKES[random.nextInt(STROKES.length)];
        Path2D.Double path = new Path2D.Double(Path2D.WIND_NON_ZERO);
        for (String stroke : strokes.split("\\|")) {
            boolean first = true;
            for (String point : stroke.split(" ")) {
                double px = x + width * (point.charAt(0) - '0') / 2;
                double py = y + height * (point.charAt(1) - '0') / 4;
                if (first) {
                    path.moveTo(px, py);
                } else {
                    path.lineTo(px, py);
                }
                first = false;
            }
        }
        return path;
    }
}
