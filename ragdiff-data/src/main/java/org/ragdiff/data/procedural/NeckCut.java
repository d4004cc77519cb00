package org.ragdiff.data.procedural;

import org.ragdiff.core.GarmentAttributes.Neckline;

/**
 * Neckline and collar. Immutable.
 *
 * @param kind its line in front
 * @param width half width at the shoulder, centimetres, 4 to 20
 * @param depth of the front's middle below the shoulder, 2 to 60
 * @param back depth of the back's middle, 0 to 12
 * @param collar what is sewn to it
 * @param size of the collar or hood: its height, 0 to 40; of straps: their width
 */
record NeckCut(Kind kind, double width, double depth, double back, Collar collar, double size) {
    /** The front neckline's line. */
    enum Kind {
        ROUND,
        DEEP_ROUND,
        V,
        /** The front ends below the shoulder and hangs on straps. */
        STRAPS
    }

    /** What is sewn to the neckline. */
    enum Collar {
        /** A facing turned in. */
        NONE,
        /** A ribbed band. */
        RIB,
        /** A turtleneck or stand-up collar. */
        STAND,
        SHIRT,
        LAPEL,
        HOOD
    }

    NeckCut {
        Ranges.check("neck width", width, 4, 20);
        Ranges.check("neck depth", depth, 2, 60);
        Ranges.check("back neck depth", back, 0, 12);
        Ranges.check("collar size", size, 0, 40);
    }

    Neckline neckline() {
        return switch (collar) {
            case SHIRT, LAPEL -> Neckline.COLLAR;
            case HOOD -> Neckline.HOOD;
            case STAND -> Neckline.CREW;
            case NONE, RIB ->
                switch (kind) {
                    case ROUND -> Neckline.CREW;
                    case DEEP_ROUND -> Neckline.SCOOP;
                    case V -> Neckline.V;
                    case STRAPS -> Neckline.STRAPS;
                };
        };
    }

    /** The front's line from x = {@code middle} to the shoulder. */
    Contour front(double middle) {
        Contour c = Contour.from(middle, depth);
        double w = width - middle;
        return switch (kind) {
            case ROUND -> c.curve(middle + 0.6 * w, depth, width - 0.02 * w, 0.55 * depth, width, 0);
            case DEEP_ROUND -> c.curve(middle + 0.75 * w, depth, width - 0.02 * w, 0.5 * depth, width, 0);
            case V -> c.curve(middle + 0.3 * w, depth * 0.68, middle + 0.8 * w, depth * 0.25, width, 0);
            case STRAPS ->
                c.curve(middle + 0.4 * w, depth - 0.5, middle + 0.75 * w, strapEnd() + 0.3, width, strapEnd())
                        .line(width + size, strapEnd());
        };
    }

    /** y where a strap meets the front. */
    double strapEnd() {
        return depth - 3;
    }

    /** The back's line from the middle to the shoulder. */
    Contour backLine() {
        return Contour.from(0, back).curve(0.55 * width, back, 0.9 * width, 0.5 * back, width, 0);
    }
}
