package org.ragdiff.data.procedural;

/**
 * Front and back of an upper garment, flat half widths in centimetres. Immutable.
 *
 * @param shoulder x of the shoulder's end, 7 to 34
 * @param chest at the underarm, 14 to 48, not below {@code shoulder - 4}
 * @param waist 12 to 52
 * @param hem 12 to 90
 * @param length from the shoulder to the hem, 30 to 150
 * @param drop of the shoulder's end below its neck end, 0 to 2 less than {@code armhole}
 * @param armhole y of the underarm, 12 to 34
 * @param waistAt y of the waist, above the hem
 * @param hemKind its line
 * @param hemCurve how far the hem's line leaves the straight, 0 to 20
 * @param bell how late the skirt widens below the waist, 0 straight lines to 1 a bell
 */
record BodyCut(
        double shoulder,
        double chest,
        double waist,
        double hem,
        double length,
        double drop,
        double armhole,
        double waistAt,
        HemKind hemKind,
        double hemCurve,
        double bell) {
    /** The hem's line. */
    enum HemKind {
        /** Straight; {@code hemCurve} lowers its middle a little. */
        STRAIGHT,
        /** Up at the side seams, as shirts. */
        SHIRT_TAIL,
        /** Leg openings and a crotch, as bodies. */
        BODY
    }

    BodyCut {
        Ranges.check("shoulder", shoulder, 7, 34);
        Ranges.check("chest", chest, Math.max(14, shoulder - 4), 48);
        Ranges.check("waist", waist, 12, 52);
        Ranges.check("hem", hem, 12, 90);
        Ranges.check("length", length, 30, 150);
        Ranges.check("armhole", armhole, 12, 34);
        Ranges.check("drop", drop, 0, armhole - 2);
        Ranges.check("waistAt", waistAt, armhole, length);
        Ranges.check("hemCurve", hemCurve, 0, 20);
        Ranges.check("bell", bell, 0, 1);
    }

    /** From the shoulder's end to the underarm. */
    Contour armholeLine() {
        return Contour.from(shoulder, drop)
                .curve(
                        shoulder - 1,
                        drop + 0.5 * (armhole - drop),
                        shoulder + 0.3 * (chest - shoulder) - 1.5,
                        armhole - 0.3,
                        chest,
                        armhole);
    }

    /** Where the side seam ends. */
    double sideEnd() {
        return hemKind == HemKind.STRAIGHT ? length : length - hemCurve;
    }

    /** Appends shoulder (from wherever the contour is), armhole, side seam and hem, to x = {@code middle}. */
    Contour outer(Contour c, double middle) {
        c.line(shoulder, drop);
        c.curve(
                shoulder - 1,
                drop + 0.5 * (armhole - drop),
                shoulder + 0.3 * (chest - shoulder) - 1.5,
                armhole - 0.3,
                chest,
                armhole);
        side(c);
        return hemLine(c, middle);
    }

    /** The hem alone, from the side seam to the middle. */
    Contour hemLine() {
        return hemLine(Contour.from(hem, sideEnd()), 0);
    }

    private void side(Contour c) {
        double end = sideEnd();
        if (end < waistAt + 4) {
            c.curve(
                    chest - (chest - waist) * 0.2,
                    armhole + (end - armhole) * 0.35,
                    hem + (waist - hem) * 0.4,
                    armhole + (end - armhole) * 0.65,
                    hem,
                    end);
            return;
        }
        double up = waistAt - armhole;
        double down = end - waistAt;
        double slope = hem > waist ? 0.33 * (1 - bell) : 0.15;
        c.curve(chest - (chest - waist) * 0.15, armhole + 0.35 * up, waist, waistAt - 0.35 * up, waist, waistAt);
        c.curve(
                waist + (hem - waist) * slope,
                waistAt + down * 0.33,
                waist + (hem - waist) * (0.67 + 0.1 * bell),
                waistAt + down * 0.67,
                hem,
                end);
    }

    private Contour hemLine(Contour c, double middle) {
        double end = sideEnd();
        return switch (hemKind) {
            case STRAIGHT ->
                c.curve(
                        middle + (hem - middle) * 0.67,
                        length + 0.6 * hemCurve,
                        middle + (hem - middle) * 0.33,
                        length + hemCurve,
                        middle,
                        length + hemCurve);
            case SHIRT_TAIL ->
                c.curve(
                        middle + (hem - middle) * 0.86,
                        end + 0.25 * hemCurve,
                        middle + (hem - middle) * 0.62,
                        length,
                        middle,
                        length);
            case BODY ->
                c.curve(hem * 0.62, end + 0.5, 7, length - 0.55 * hemCurve, 5, length)
                        .line(middle, length);
        };
    }
}
