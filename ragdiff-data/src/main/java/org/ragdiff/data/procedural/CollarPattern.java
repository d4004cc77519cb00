package org.ragdiff.data.procedural;

import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.List;
import org.ragdiff.core.GarmentAttributes.Closure;

/** Collars, hoods and straps. Stateless. */
final class CollarPattern {
    private CollarPattern() {}

    /** What stands behind the neck. */
    static void behind(UpperShape shape, List<Panel> panels) {
        NeckCut n = shape.neck();
        if (n.collar() == NeckCut.Collar.SHIRT || n.collar() == NeckCut.Collar.LAPEL) {
            double h = standing(n);
            Path2D path = Contour.from(0, -h)
                    .curve(0.5 * n.width(), -h, 0.8 * n.width(), -0.9 * h, n.width() + 0.6, 0.4)
                    .curve(0.7 * n.width(), n.back() + 1, 0.4 * n.width(), n.back() + 1.6, 0, n.back() + 1.6)
                    .mirroredClosed();
            Path2D fold = Contour.from(0, n.back())
                    .curve(0.4 * n.width(), n.back(), 0.7 * n.width(), n.back() * 0.6, n.width(), 0.3)
                    .mirroredOpen();
            panels.add(
                    Panel.of(path, Cloth.TRIM, Panel.Drape.FLAT).withLight(0.86).with(Mark.seam(fold)));
        }
    }

    private static double standing(NeckCut n) {
        return Math.min(3.2, 0.5 * n.size());
    }

    static void inFront(UpperShape shape, Look look, List<Panel> panels) {
        switch (shape.neck().collar()) {
            case NONE, RIB -> {
                return;
            }
            case STAND -> stand(shape, look, panels);
            case SHIRT -> leaves(shape, panels);
            case LAPEL -> lapels(shape, panels);
            case HOOD -> hood(shape, look, panels);
            default -> throw new AssertionError(shape.neck().collar());
        }
    }

    private static void leaves(UpperShape shape, List<Panel> panels) {
        NeckCut n = shape.neck();
        double h = standing(n);
        double w = n.width();
        double tipX = w * 0.86 + 0.12 * n.size();
        double tipY = Math.max(n.depth() * 0.72, 3.2) + n.size() * 0.72;
        for (int side = -1; side <= 1; side += 2) {
            Path2D path = Contour.from(0.5 * w, -h * 0.97)
                    .curve(0.75 * w, -h, w + 0.8, -0.6 * h, w + 1.5 + 0.12 * n.size(), 1.2)
                    .curve(w + 1.4, tipY * 0.4, tipX + 0.8, tipY * 0.75, tipX, tipY)
                    .curve(tipX * 0.75, tipY * 0.93, 2.2, n.depth() + 1.2, 0.25, n.depth() + 0.4)
                    .curve(0.3 * w, n.depth() * 0.68, 0.85 * w, n.depth() * 0.3, 0.8 * w, -h * 0.25)
                    .line(0.5 * w, -h * 0.97)
                    .closed(side);
            panels.add(Panel.of(path, Cloth.TRIM, Panel.Drape.FLAT)
                    .withAngle(side * 0.5)
                    .withLift(0.8)
                    .with(List.of(Mark.stroke(path, 0.8, Mark.DARK, 0.1))));
        }
    }

    private static void lapels(UpperShape shape, List<Panel> panels) {
        NeckCut n = shape.neck();
        double h = standing(n);
        double w = n.width();
        double d = n.depth();
        double wide = w + n.size() * 0.85;
        double notch = d * 0.3;
        double top = shape.front().gapTop();
        for (int side = -1; side <= 1; side += 2) {
            Path2D path = Contour.from(0.5 * w, -h)
                    .curve(0.8 * w, -h, w + 1.5, -0.5 * h, w + 2.4, 1.6)
                    .curve(w + 3, notch * 0.4, wide * 0.82, notch * 0.75, wide * 0.86, notch * 0.85)
                    .line(wide * 0.78, notch * 1.1)
                    .line(wide, notch * 1.06)
                    .curve(wide * 0.98, d * 0.5, w * 0.8, d * 0.85, top + 0.3, d + 1)
                    .curve(0.35 * w, d * 0.62, 0.8 * w, d * 0.25, 0.82 * w, -h * 0.2)
                    .line(0.5 * w, -h)
                    .closed(side);
            Path2D gorge = Paths.polyline(side, wide * 0.78, notch * 1.1, w * 0.9, notch * 0.42);
            panels.add(Panel.of(path, Cloth.TRIM, Panel.Drape.FLAT)
                    .withAngle(side * 0.25)
                    .withLift(1)
                    .with(Mark.seam(gorge))
                    .with(List.of(Mark.stroke(path, 0.8, Mark.DARK, 0.09))));
        }
    }

    private static void stand(UpperShape shape, Look look, List<Panel> panels) {
        NeckCut n = shape.neck();
        double h = n.size();
        double w = n.width();
        double top = w * 0.92;
        Path2D path = Contour.from(0, -h + 0.5)
                .curve(0.5 * top, -h + 0.4, 0.9 * top, -h, top, -h - 0.2)
                .curve(top, -0.5 * h, w, -0.2 * h, w + 0.8, 0.6)
                .curve(w, 0.6 * n.depth() + 0.6, 0.6 * w, n.depth() + 0.6, 0, n.depth() + 0.6)
                .mirroredClosed();
        Path2D hole = Contour.from(0, -h - 0.6)
                .curve(0.5 * top, -h - 0.7, 0.95 * top, -h - 0.6, top, -h - 0.2)
                .curve(0.9 * top, -h + 0.9, 0.5 * top, -h + 1.8, 0, -h + 1.9)
                .mirroredClosed();
        List<Mark> marks = new ArrayList<>(Mark.seam(Contour.from(0, n.depth() + 0.5)
                .curve(0.6 * w, n.depth() + 0.5, w, 0.6 * n.depth(), w + 0.8, 0.5)
                .mirroredOpen()));
        if (shape.front().closure() == Closure.ZIP) {
            marks.add(Mark.stroke(Paths.polyline(1, 0, -h, 0, n.depth() + 2), 1.1, look.metalRgb(), 0.95));
            marks.add(Mark.stroke(Paths.polyline(1, 0, -h, 0, n.depth() + 2), 0.3, Mark.DARK, 0.5));
        }
        panels.add(Panel.of(path, Cloth.TRIM, Panel.Drape.FLAT).withLift(0.5).with(marks));
        panels.add(Panel.of(hole, Cloth.LINING, Panel.Drape.FLAT).withLight(0.66));
    }

    private static void hood(UpperShape shape, Look look, List<Panel> panels) {
        NeckCut n = shape.neck();
        double h = n.size();
        double w = Math.max(n.width() + 3, 0.36 * h + 3);
        double d = n.depth();
        Path2D outer = Contour.from(0, -h)
                .curve(0.62 * w, -h, 1.02 * w, -0.78 * h, w, -0.45 * h)
                .curve(0.98 * w, -0.2 * h, n.width() + 3, -1.5, n.width() + 2.4, 2.2)
                .curve(n.width() + 1, d * 0.7, n.width() * 0.5, d + 1.4, 0, d + 1.8)
                .mirroredClosed();
        Path2D opening = Contour.from(0, -0.84 * h)
                .curve(0.45 * w, -0.84 * h, 0.72 * w, -0.62 * h, 0.66 * w, -0.36 * h)
                .curve(0.6 * w, -0.1 * h, 0.3 * w, d * 0.5, 0, d - 0.3)
                .mirroredClosed();
        List<Mark> marks = new ArrayList<>();
        marks.addAll(Mark.seam(Contour.from(0, d + 1.7)
                .curve(n.width() * 0.5, d + 1.3, n.width() + 1, d * 0.7, n.width() + 2.4, 2.2)
                .mirroredOpen()));
        marks.add(Mark.stroke(opening, 4.4, Mark.DARK, 0.07));
        panels.add(Panel.of(outer, Cloth.MAIN, Panel.Drape.BODY).withLift(1.1).with(marks));
        panels.add(Panel.overlay(opening, Cloth.LINING)
                .withLight(0.62)
                .with(List.of(
                        Mark.stroke(opening, 4, Mark.DARK, 0.16),
                        Mark.stroke(opening, 1.6, Mark.DARK, 0.2),
                        Mark.stroke(Paths.polyline(1, 0, -h, 0, 0), 0.4, Mark.DARK, 0.3))));
    }

    /** Straps from the front's corners over the shoulder to the back. */
    static void straps(UpperShape shape, List<Panel> panels) {
        NeckCut n = shape.neck();
        for (int side = -1; side <= 1; side += 2) {
            double x = n.width();
            double s = n.size();
            double y = n.strapEnd() + 1;
            Path2D path = Contour.from(x, y)
                    .curve(x - 0.3, y * 0.6, x - 0.6, y * 0.3, x - 0.6, 0.6)
                    .curve(x - 0.5, -0.1, x + s - 0.5, -0.1, x + s - 0.5, 0.6)
                    .curve(x + s - 0.5, y * 0.3, x + s - 0.2, y * 0.6, x + s, y)
                    .closed(side);
            panels.add(Panel.of(path, Cloth.TRIM, Panel.Drape.FLAT));
        }
    }
}
