package org.ragdiff.data.procedural;

import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.List;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.GarmentAttributes.Category;
import org.ragdiff.core.GarmentAttributes.Closure;
import org.ragdiff.core.GarmentAttributes.Fit;
import org.ragdiff.core.GarmentAttributes.Length;
import org.ragdiff.core.GarmentAttributes.Neckline;
import org.ragdiff.core.GarmentAttributes.Sleeve;

/**
 * Trousers and shorts, from the waist down. Immutable.
 *
 * @param category PANTS or SHORTS
 * @param waist half width at the top, centimetres, 12 to 40
 * @param hip half width at the hips, at least {@code waist - 3}, to 44
 * @param rise from the waist to the crotch, 16 to 42
 * @param length from the waist to the hem, at least {@code rise + 3}, to 125
 * @param knee whole width of a leg at the knee, 8 to 45
 * @param hem whole width of a leg's opening, 7 to 50
 * @param spread how far the legs lie apart at the hem, beyond straight, 0 to 22
 * @param band height of the waistband, 1.5 to 12
 * @param cuff height of a band at the hem, 0 for none, to 8
 * @param closure ZIP or BUTTONS for a fly, NONE for an elastic waist
 * @param style what is sewn on
 */
record PantsShape(
        Category category,
        double waist,
        double hip,
        double rise,
        double length,
        double knee,
        double hem,
        double spread,
        double band,
        double cuff,
        Closure closure,
        Style style)
        implements GarmentShape {
    /** Seams and pockets. */
    enum Style {
        /** Curved front pockets, fly, rivets. */
        JEANS,
        /** Slanted pockets and pressed creases. */
        PRESSED,
        /** Elastic waist, cord. */
        SPORT,
        /** Side pockets with flaps on the legs. */
        CARGO,
        /** No pockets. */
        PLAIN
    }

    /** Least distance of an inner hem from the middle: the legs stay two. */
    private static final double LEAST_GAP = 1.7;

    PantsShape {
        if (category != Category.PANTS && category != Category.SHORTS) {
            throw new IllegalArgumentException("trousers are PANTS or SHORTS, not " + category);
        }
        Ranges.check("waist", waist, 12, 40);
        Ranges.check("hip", hip, waist - 3, 44);
        Ranges.check("rise", rise, 16, 42);
        Ranges.check("length", length, rise + 3, 125);
        Ranges.check("knee", knee, 8, 45);
        Ranges.check("hem", hem, 7, 50);
        Ranges.check("spread", spread, 0, 22);
        Ranges.check("band", band, 1.5, 12);
        Ranges.check("cuff", cuff, 0, 8);
    }

    @Override
    public GarmentAttributes attributes() {
        return new GarmentAttributes(category, Sleeve.NONE, Neckline.NONE, lengthName(), closure, fit());
    }

    private Length lengthName() {
        return length < 48 ? Length.THIGH : length < 66 ? Length.KNEE : length < 88 ? Length.CALF : Length.ANKLE;
    }

    private Fit fit() {
        if (hem > 1.18 * knee) {
            return Fit.FLARED;
        }
        return knee < 0.78 * hip ? Fit.SLIM : knee > hip ? Fit.LOOSE : Fit.REGULAR;
    }

    private double hemMiddle() {
        return Math.max(0.5 * hip + spread, hem / 2 + LEAST_GAP);
    }

    private double kneeAt() {
        return rise + 0.45 * (length - rise);
    }

    private double kneeMiddle() {
        return 0.5 * hip + 0.42 * (hemMiddle() - 0.5 * hip);
    }

    @Override
    public Construction construct(Look look) {
        List<Panel> panels = new ArrayList<>();
        Path2D back = Contour.from(0, -1.6)
                .curve(0.4 * waist, -1.6, 0.8 * waist, -1, waist - 0.2, 0)
                .line(waist, band)
                .line(0, band + 1)
                .mirroredClosed();
        panels.add(Panel.of(back, Cloth.LINING, Panel.Drape.FLAT).withLight(0.7));
        for (int side = -1; side <= 1; side += 2) {
            panels.add(
                    Panel.of(leg().closed(side), Cloth.MAIN, Panel.Drape.TUBE).with(legMarks(side, look)));
            if (cuff > 0) {
                double y = length - cuff;
                Path2D line = Paths.polyline(side, 0, y, hemMiddle() + hem, y);
                panels.add(Panel.overlay(
                                Paths.polygon(
                                        side,
                                        -4,
                                        y,
                                        hemMiddle() + hem,
                                        y,
                                        hemMiddle() + hem,
                                        length + 9,
                                        -4,
                                        length + 9),
                                Cloth.TRIM)
                        .with(Mark.seam(line)));
            }
            if (style == Style.CARGO) {
                double x1 = hip + 1;
                double y = rise + 0.18 * Math.min(60, length - rise);
                Path2D p = Paths.polygon(side, x1 - 12, y, x1 + 4, y - 0.5, x1 + 4, y + 17, x1 - 12, y + 16);
                panels.add(sewn(p).with(List.of(
                        Mark.stroke(Paths.polyline(side, x1 - 12, y + 5, x1 + 4, y + 4.5), 0.5, Mark.DARK, 0.35))));
            }
        }
        panels.add(waistband(look));
        return new Construction(panels);
    }

    private Contour leg() {
        double hm = hemMiddle();
        double km = kneeMiddle();
        double ky = kneeAt();
        double hipAt = 0.68 * rise;
        boolean shorts = length - rise < 22;
        Contour c = Contour.from(0, 1).curve(0.4 * waist, 0.9, 0.8 * waist, 0.4, waist, 0);
        c.curve(waist + 0.2, 0.3 * hipAt, hip, 0.55 * hipAt, hip, hipAt);
        if (shorts) {
            c.curve(
                    hip + 0.2,
                    rise,
                    hm + hem / 2 - 0.5,
                    length - 0.5 * (length - hipAt) + 2,
                    hm + hem / 2,
                    length - 0.4);
            c.line(hm - hem / 2, length + 0.4);
        } else {
            double ko = km + knee / 2;
            double ki = Math.max(0.8, km - knee / 2);
            c.curve(hip, rise, ko + 0.5, ky - 0.5 * (ky - rise), ko, ky);
            c.curve(
                    ko - 0.4,
                    ky + 0.3 * (length - ky),
                    hm + hem / 2,
                    length - 0.4 * (length - ky),
                    hm + hem / 2,
                    length - 0.3);
            c.curve(hm + 0.2 * hem, length + 0.5, hm - 0.2 * hem, length + 0.6, hm - hem / 2, length + 0.2);
            c.curve(hm - hem / 2, length - 0.4 * (length - ky), ki, ky + 0.3 * (length - ky), ki, ky);
            c.curve(ki - 0.1, ky - 0.4 * (ky - rise), 0.8, rise + 5, 0, rise);
            return c;
        }
        return c.curve(hm - hem / 2 - 0.3, length - 0.4 * (length - rise), 1, rise + 1.5, 0, rise);
    }

    private Contour outerSeam() {
        double ko = kneeMiddle() + knee / 2;
        double ho = hemMiddle() + hem / 2;
        Contour c = Contour.from(waist, 0).curve(waist + 0.2, 0.2 * rise, hip, 0.37 * rise, hip, 0.68 * rise);
        return length - rise < 22
                ? c.line(ho, length)
                : c.curve(hip, rise, ko, kneeAt() - 6, ko, kneeAt()).line(ho, length);
    }

    private List<Mark> legMarks(int side, Look look) {
        List<Mark> marks = new ArrayList<>();
        if (side < 0) {
            marks.addAll(look.print());
        }
        for (int k = 0; k < look.tracks(); k++) {
            marks.add(Mark.stroke(
                    Paths.moved(outerSeam().open(side), -side * (1.8 + 1.7 * k), 0), 0.9, look.trimRgb(), 1));
        }
        Path2D front = Paths.polyline(1, 0, band, 0, rise);
        marks.add(Mark.stroke(front, 1.8, Mark.DARK, 0.1));
        marks.add(Mark.stroke(front, 0.4, Mark.DARK, 0.3));
        if (cuff == 0) {
            double y = length - 2.2;
            marks.addAll(Mark.stitch(Paths.polyline(side, -2, y + 0.4, hemMiddle() + hem, y - 0.4)));
        }
        if (closure != Closure.NONE && side > 0) {
            Path2D fly = Contour.from(3.4, band)
                    .line(3.2, rise * 0.55)
                    .curve(3, rise * 0.7, 1.5, rise * 0.8, 0, rise * 0.82)
                    .open(1);
            marks.addAll(stitched(fly, look));
        }
        switch (style) {
            case JEANS ->
                marks.addAll(stitched(
                        Contour.from(0.42 * waist, band)
                                .curve(0.45 * waist, band + 6, 0.7 * waist, band + 8.5, hip + 1, band + 8)
                                .open(side),
                        look));
            case PRESSED, CARGO ->
                marks.addAll(Mark.seam(Paths.polyline(side, 0.68 * waist, band, hip + 0.5, band + 15)));
            case SPORT -> marks.addAll(Mark.seam(Paths.polyline(side, 0.82 * waist, band + 2, hip - 0.5, band + 15)));
            case PLAIN -> {
                return marks;
            }
            default -> throw new AssertionError(style);
        }
        if (style == Style.PRESSED) {
            Path2D crease = Contour.from(0.5 * hip, rise * 0.6)
                    .curve(0.5 * hip, rise, kneeMiddle(), kneeAt() - 5, hemMiddle(), length)
                    .open(side);
            marks.add(Mark.stroke(Paths.moved(crease, 0.35, 0), 0.7, Mark.LIGHT, 0.16));
            marks.add(Mark.stroke(crease, 0.4, Mark.DARK, 0.22));
        }
        return marks;
    }

    private List<Mark> stitched(Path2D path, Look look) {
        List<Mark> marks = new ArrayList<>(Mark.seam(path));
        if (style == Style.JEANS) {
            marks.add(Mark.stroke(Paths.moved(path, 0, 0.6), 0.25, look.metalRgb(), 0.7));
        }
        return marks;
    }

    private Panel waistband(Look look) {
        Path2D path = Contour.from(0, 1)
                .curve(0.4 * waist, 0.9, 0.8 * waist, 0.4, waist, 0)
                .line(waist + 0.12, band)
                .curve(0.8 * waist, band + 0.5, 0.4 * waist, band + 1, 0, band + 1)
                .mirroredClosed();
        List<Mark> marks = new ArrayList<>();
        if (closure == Closure.NONE) {
            for (double x = -waist; x < waist; x += 1.6) {
                marks.add(Mark.stroke(Paths.polyline(1, x, 0, x, band + 2), 0.5, Mark.DARK, 0.09));
            }
        } else {
            for (double x : new double[] {-0.72, -0.36, 0.4, 0.74}) {
                double cx = x * waist;
                marks.add(Mark.stroke(Paths.polyline(1, cx, 0, cx, band + 1.2), 1.9, Mark.DARK, 0.25));
                marks.add(Mark.stroke(Paths.polyline(1, cx, 0, cx, band + 1.2), 1.1, Mark.LIGHT, 0.1));
            }
            FrontPattern.button(1, 0.5 * band + 0.8, 0.85, look, marks);
        }
        if (style == Style.SPORT) {
            for (int side = -1; side <= 1; side += 2) {
                marks.add(Mark.stroke(
                        Contour.from(1.2 * side, 0.6 * band)
                                .line(2.5 * side, band + 1)
                                .open(1),
                        0.7,
                        look.buttonRgb(),
                        1));
            }
        }
        return Panel.of(path, closure == Closure.NONE ? Cloth.TRIM : Cloth.MAIN, Panel.Drape.FLAT)
                .withLift(0.5)
                .with(List.of(Mark.stroke(path, 0.5, Mark.DARK, 0.25)))
                .with(marks);
    }

    private static Panel sewn(Path2D path) {
        return Panel.overlay(path, Cloth.MAIN)
                .withLift(0.5)
                .with(List.of(Mark.stroke(path, 1.4, Mark.DARK, 0.1), Mark.stroke(path, 0.5, Mark.DARK, 0.28)));
    }
}
