package org.ragdiff.data.procedural;

/**
 * A pair of sleeves. Immutable.
 *
 * @param length from the shoulder's end along the upper edge, centimetres, 3 to 75
 * @param angle of the lower arm below the horizontal, degrees, 0 to 86
 * @param cuff width of the opening, centimetres, 6 to 40
 * @param skew the right sleeve's angle less the left one's, degrees, -12 to 12
 * @param puff how far the edges bulge, centimetres, 0 to 6
 * @param raglan whether the sleeve reaches the neckline
 * @param band width of a cuff of the trim fabric, 0 for a hem
 */
record SleeveCut(double length, double angle, double cuff, double skew, double puff, boolean raglan, double band) {
    /** Where the upper arm's part falls no steeper, unless the whole sleeve hangs. */
    private static final double UPPER_ARM_ANGLE = 42;

    /** From this angle on the upper arm follows a hanging sleeve. */
    private static final double HANGING = 68;

    /** Least width of the sleeve across the underarm. */
    private static final double UPPER_ARM_WIDTH = 9.5;

    /** The upper arm's part: from there the sleeve turns to its angle. */
    private static final double UPPER_ARM = 18;

    SleeveCut {
        Ranges.check("length", length, 3, 75);
        Ranges.check("angle", angle, 0, 86);
        Ranges.check("cuff", cuff, 6, 40);
        Ranges.check("skew", skew, -12, 12);
        Ranges.check("puff", puff, 0, 6);
        Ranges.check("band", band, 0, Math.max(0, 0.5 * length));
    }

    SleeveCut withLength(double l) {
        return new SleeveCut(l, angle, cuff, skew, puff, raglan, Math.min(band, 0.5 * l));
    }

    /** Four corners and the direction of one sleeve, on the right side. */
    record Frame(double topX, double topY, double bottomX, double bottomY, double upper, double lower) {}

    /**
     * @param side 1 right, -1 left: the sleeves differ by the skew
     */
    Frame frame(BodyCut body, int side) {
        double degrees = Math.max(0, Math.min(88, angle + side * skew / 2));
        double lower = Math.toRadians(degrees);
        double hanging = UPPER_ARM_ANGLE + 1.2 * Math.max(0, degrees - HANGING);
        double upper = Math.min(Math.toRadians(Math.min(degrees, hanging)), steepest(body));
        double first = Math.min(length, UPPER_ARM);
        double end = length > UPPER_ARM ? lower : upper;
        double tx = body.shoulder() + first * Math.cos(upper) + (length - first) * Math.cos(lower);
        double ty = body.drop() + first * Math.sin(upper) + (length - first) * Math.sin(lower);
        double px = -Math.sin(end);
        double py = Math.cos(end);
        double bx = tx + cuff * px;
        double by = ty + cuff * py;
        double dx = Math.cos(end);
        double dy = Math.sin(end);
        double under = (bx - body.chest()) * dx + (by - body.armhole()) * dy;
        // A cap sleeve's opening would end inside the body: it ends at the underarm instead.
        double least = 0.8;
        if (under < least) {
            bx = body.chest() + least * dx;
            by = body.armhole() + least * dy;
        }
        return new Frame(tx, ty, bx, by, upper, end);
    }

    /** The steepest upper edge that leaves the sleeve {@link #UPPER_ARM_WIDTH} wide at the underarm. */
    private static double steepest(BodyCut body) {
        double across = body.chest() - body.shoulder();
        double down = body.armhole() - body.drop();
        double ratio = Math.min(1, UPPER_ARM_WIDTH / Math.hypot(across, down));
        return Math.max(0, Math.acos(ratio) - Math.atan2(across, down));
    }

    /** The closed outline, on the right half; mirror it for the left. */
    Contour outline(BodyCut body, NeckCut neck, int side) {
        Frame f = frame(body, side);
        double sx = body.shoulder();
        double sy = body.drop();
        Contour c;
        if (raglan) {
            c = Contour.from(neck.width(), 0).line(sx, sy);
        } else {
            c = Contour.from(sx, sy);
        }
        upperEdge(c, f, body, neck);
        c.line(f.bottomX, f.bottomY);
        double ux = body.chest();
        double uy = body.armhole();
        double under = Math.hypot(f.bottomX - ux, f.bottomY - uy);
        double sag = Math.min(puff, 0.12 * under);
        // The lower edge of a short sleeve is straight; a long one's leaves the body along the arm.
        double bend = Math.min(1, under / 30);
        double straight = Math.atan2(f.bottomY - uy, f.bottomX - ux);
        double end = straight + bend * (f.lower - straight);
        double first = straight + bend * (0.6 * f.upper + 0.4 * f.lower - straight);
        c.curve(
                f.bottomX - under * 0.33 * Math.cos(end) - sag * Math.sin(f.lower),
                f.bottomY - under * 0.33 * Math.sin(end) + sag * Math.cos(f.lower),
                ux + under * 0.3 * Math.cos(first),
                uy + under * 0.3 * Math.sin(first),
                ux,
                uy);
        return raglan ? c.back(raglanLine(body, neck)) : c.back(body.armholeLine());
    }

    /** From the shoulder's end to the opening. */
    Contour upperEdge(BodyCut body, NeckCut neck, int side) {
        return upperEdge(Contour.from(body.shoulder(), body.drop()), frame(body, side), body, neck);
    }

    private Contour upperEdge(Contour c, Frame f, BodyCut body, NeckCut neck) {
        double sx = body.shoulder();
        double sy = body.drop();
        double along = Math.hypot(f.topX - sx, f.topY - sy);
        double shoulderSlope = Math.atan2(sy, sx - neck.width());
        double chord = Math.atan2(f.topY - sy, f.topX - sx);
        double start = chord - Math.min(0.5, Math.max(0, chord - shoulderSlope)) * 0.8;
        double out = puff / Math.max(1, along) * 3;
        return c.curve(
                sx + along * 0.36 * Math.cos(start) + out * Math.sin(start) * along * 0.3,
                sy + along * 0.36 * Math.sin(start) - out * Math.cos(start) * along * 0.3,
                f.topX - along * 0.33 * Math.cos(f.lower) + puff * Math.sin(f.lower),
                f.topY - along * 0.33 * Math.sin(f.lower) - puff * Math.cos(f.lower),
                f.topX,
                f.topY);
    }

    /** From the neckline to the underarm, which it reaches below the armhole: no gap is left between. */
    Contour raglanLine(BodyCut body, NeckCut neck) {
        return Contour.from(neck.width(), 0)
                .curve(
                        neck.width() + 3,
                        body.armhole() * 0.45,
                        body.shoulder() + 0.3 * (body.chest() - body.shoulder()) - 4.5,
                        body.armhole() + 0.6,
                        body.chest(),
                        body.armhole());
    }
}
