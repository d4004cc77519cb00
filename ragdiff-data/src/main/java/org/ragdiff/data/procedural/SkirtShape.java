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
 * A skirt, from the waist down. Immutable.
 *
 * @param waist half width at the top, centimetres, 12 to 40
 * @param hip half width at the hips, at least {@code waist - 2}, to 60
 * @param length from the waist to the hem, 24 to 110
 * @param hem half width at the hem, 14 to 85
 * @param bell how late it widens, 0 straight to 1
 * @param dip how far the hem's middle hangs below its sides, -6 to 10
 * @param waves lobes of a flounced hem on each half, 0 to 5
 * @param slant how much lower the hem ends on the right than on the left, -14 to 14
 * @param band height of the waistband, 1 to 10
 * @param pleats pressed folds on each half, 0 to 12
 * @param slit height of a slit at the side, 0 for none, to 40
 * @param closure NONE, ZIP (at the side), or BUTTONS down the front
 */
record SkirtShape(
        double waist,
        double hip,
        double length,
        double hem,
        double bell,
        double dip,
        int waves,
        double slant,
        double band,
        int pleats,
        double slit,
        Closure closure)
        implements GarmentShape {
    SkirtShape {
        Ranges.check("waist", waist, 12, 40);
        Ranges.check("hip", hip, waist - 2, 60);
        Ranges.check("length", length, 24, 110);
        Ranges.check("hem", hem, 14, 85);
        Ranges.check("bell", bell, 0, 1);
        Ranges.check("dip", dip, -6, 10);
        Ranges.check("waves", waves, 0, 5);
        Ranges.check("slant", slant, -14, 14);
        Ranges.check("band", band, 1, 10);
        Ranges.check("pleats", pleats, 0, 12);
        Ranges.check("slit", slit, 0, 40);
    }

    @Override
    public GarmentAttributes attributes() {
        Length name = length < 46 ? Length.THIGH : length < 66 ? Length.KNEE : length < 84 ? Length.CALF : Length.ANKLE;
        Fit fit =
                hem > 1.3 * hip ? Fit.FLARED : hem < 0.95 * hip ? Fit.SLIM : hem > 1.15 * hip ? Fit.LOOSE : Fit.REGULAR;
        return new GarmentAttributes(Category.SKIRT, Sleeve.NONE, Neckline.NONE, name, closure, fit);
    }

    @Override
    public Construction construct(Look look) {
        List<Panel> panels = new ArrayList<>();
        Path2D back = Contour.from(0, -1.4)
                .curve(0.4 * waist, -1.4, 0.8 * waist, -0.9, waist - 0.2, 0)
                .line(waist, band)
                .line(0, band + 1)
                .mirroredClosed();
        panels.add(Panel.of(back, Cloth.LINING, Panel.Drape.FLAT).withLight(0.7));
        panels.add(Panel.of(
                        outline(),
                        Cloth.MAIN,
                        pleats > 0 || closure == Closure.BUTTONS ? Panel.Drape.BODY : Panel.Drape.FALL)
                .with(look.print())
                .with(marks(look)));
        panels.add(waistband(look));
        return new Construction(panels);
    }

    private Path2D outline() {
        Contour right = half(1);
        Contour left = half(-1);
        Path2D.Double path = new Path2D.Double(right.open(1));
        path.append(Contour.reversedOpen(left, -1), true);
        path.closePath();
        return path;
    }

    private double end(int side) {
        return length + side * slant / 2;
    }

    private Contour half(int side) {
        double hipAt = Math.min(20, 0.4 * length);
        double end = end(side);
        double slope = hem > hip ? 0.33 * (1 - bell) : 0.33;
        Contour c = Contour.from(0, 1).curve(0.4 * waist, 0.9, 0.8 * waist, 0.4, waist, 0);
        c.line(waist + 0.2, band);
        c.curve(
                waist + (hip - waist) * 0.45,
                band + 0.3 * (hipAt - band),
                hip - (hem - hip) * 0.1,
                hipAt - 0.35 * (hipAt - band),
                hip,
                hipAt);
        c.curve(
                hip + (hem - hip) * slope,
                hipAt + 0.33 * (end - hipAt),
                hip + (hem - hip) * 0.67,
                hipAt + 0.67 * (end - hipAt),
                hem,
                end);
        return hemLine(c, end);
    }

    private Contour hemLine(Contour c, double end) {
        double middle = length + dip;
        if (waves == 0) {
            return c.curve(0.67 * hem, end + 0.62 * (middle - end), 0.33 * hem, middle, 0, middle);
        }
        for (int k = 0; k < waves; k++) {
            double x0 = hem * (waves - k) / waves;
            double x1 = hem * (waves - k - 1) / waves;
            double y1 = end + (middle - end) * (k + 1) / waves;
            double y0 = end + (middle - end) * k / waves;
            double low = 0.16 * (x0 - x1) + 0.8;
            c.curve(
                    x0 + 0.7 * (x1 - x0),
                    y0 + low,
                    x0 + 0.45 * (x1 - x0),
                    y1 + low,
                    x1,
                    y1 + (k + 1 < waves ? -0.4 : 0));
        }
        return c;
    }

    private List<Mark> marks(Look look) {
        List<Mark> marks = new ArrayList<>();
        for (int side = -1; side <= 1; side += 2) {
            Contour line = hemLine(Contour.from(hem, end(side)), end(side));
            marks.addAll(Mark.stitch(Paths.moved(line.open(side), 0, -2.2)));
            for (int k = 0; k < pleats; k++) {
                double t = (k + 0.5) / pleats;
                Path2D fold = Contour.from(t * waist, band)
                        .curve(t * hip, 0.33 * length, t * (hip + hem) / 2, 0.67 * length, t * hem, length + 12)
                        .open(side);
                double w = hem / pleats;
                marks.add(Mark.stroke(Paths.moved(fold, 0.3 * w, 0), 0.55 * w, Mark.DARK, 0.07));
                marks.add(Mark.stroke(Paths.moved(fold, 0.12 * w, 0), 0.25 * w, Mark.DARK, 0.12));
                marks.add(Mark.stroke(fold, 0.4, Mark.DARK, 0.28));
                marks.add(Mark.stroke(Paths.moved(fold, -0.2 * w, 0), 0.3 * w, Mark.LIGHT, 0.07));
            }
        }
        if (slit > 0) {
            double x = 0.45 * hem;
            marks.add(Mark.fill(
                    Paths.polygon(1, x, length - slit, x + 1.2, length + 12, x - 1.2, length + 12), Mark.DARK, 0.5));
        }
        if (closure == Closure.BUTTONS) {
            marks.addAll(Mark.seam(Paths.polyline(1, 2, band, 2, length + 12)));
            marks.addAll(Mark.stitch(Paths.polyline(1, -2, band, -2, length + 12)));
            int count = Math.max(3, (int) (length / 9));
            for (int k = 0; k < count; k++) {
                FrontPattern.button(0, band + 4 + (length - band - 8) * k / count, 0.9, look, marks);
            }
        } else if (closure == Closure.ZIP) {
            marks.addAll(Mark.seam(Paths.polyline(1, 0, band, 0, band + 15)));
        }
        return marks;
    }

    private Panel waistband(Look look) {
        Path2D path = Contour.from(0, 1)
                .curve(0.4 * waist, 0.9, 0.8 * waist, 0.4, waist, 0)
                .line(waist + 0.2, band)
                .curve(0.8 * waist, band + 0.5, 0.4 * waist, band + 1, 0, band + 1)
                .mirroredClosed();
        List<Mark> marks = new ArrayList<>();
        if (closure == Closure.NONE) {
            for (double x = -waist; x < waist; x += 1.5) {
                marks.add(Mark.stroke(Paths.polyline(1, x, 0, x, band + 2), 0.5, Mark.DARK, 0.09));
            }
        } else if (closure == Closure.BUTTONS) {
            FrontPattern.button(0, 0.5 * band + 0.8, 0.9, look, marks);
        }
        return Panel.of(path, closure == Closure.NONE ? Cloth.TRIM : Cloth.MAIN, Panel.Drape.FLAT)
                .withLift(0.4)
                .with(List.of(Mark.stroke(path, 0.5, Mark.DARK, 0.22)))
                .with(marks);
    }
}
