package org.ragdiff.data.procedural;

import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.List;

/** The panels of a pair of sleeves. Stateless. */
final class SleevePattern {
    private SleevePattern() {}

    static void add(UpperShape shape, Look look, List<Panel> panels) {
        if (shape.sleeve().isEmpty()) {
            return;
        }
        SleeveCut cut = shape.sleeve().get();
        for (int side = -1; side <= 1; side += 2) {
            SleeveCut.Frame f = cut.frame(shape.body(), side);
            double turn = side * (Math.PI / 2 - f.lower());
            List<Mark> marks = new ArrayList<>();
            Path2D seam = cut.raglan()
                    ? cut.raglanLine(shape.body(), shape.neck()).open(side)
                    : shape.body().armholeLine().open(side);
            for (int k = 0; k < look.tracks(); k++) {
                Path2D line = cut.upperEdge(shape.body(), shape.neck(), side).open(side);
                double d = 2.6 + 1.7 * k;
                line = Paths.moved(line, -side * d * Math.sin(f.lower()), d * Math.cos(f.lower()));
                marks.add(Mark.stroke(line, 0.9, look.trimRgb(), 1));
            }
            marks.addAll(Mark.seam(seam));
            if (cut.band() == 0) {
                marks.addAll(Mark.stitch(across(f, side, Math.min(2.2, 0.3 * cut.length()))));
            }
            if (shape.seams().quilting() > 0) {
                for (double d = shape.seams().quilting();
                        d < cut.length();
                        d += shape.seams().quilting()) {
                    marks.addAll(quilt(across(f, side, d)));
                }
            }
            panels.add(
                    Panel.of(cut.outline(shape.body(), shape.neck(), side).closed(side), Cloth.SLEEVE, Panel.Drape.TUBE)
                            .withAngle(-turn)
                            .withLift(cut.raglan() ? 0.4 : 0.8)
                            .with(marks));
            if (cut.band() > 0) {
                panels.add(band(f, cut.band(), side).withAngle(-turn));
            }
        }
    }

    static List<Mark> quilt(Path2D line) {
        return List.of(
                Mark.stroke(line, 2.6, Mark.DARK, 0.08),
                Mark.stroke(line, 1.3, Mark.DARK, 0.12),
                Mark.stroke(line, 0.35, Mark.DARK, 0.3));
    }

    private static Panel band(SleeveCut.Frame f, double width, int side) {
        double dx = Math.cos(f.lower());
        double dy = Math.sin(f.lower());
        double[] e = edge(f, 4);
        Path2D path = Paths.polygon(
                side,
                e[0] - dx * width,
                e[1] - dy * width,
                e[0] + dx * 3,
                e[1] + dy * 3,
                e[2] + dx * 3,
                e[3] + dy * 3,
                e[2] - dx * width,
                e[3] - dy * width);
        Path2D line = Paths.polyline(side, e[0] - dx * width, e[1] - dy * width, e[2] - dx * width, e[3] - dy * width);
        return Panel.overlay(path, Cloth.TRIM).with(Mark.seam(line));
    }

    /** A line across the sleeve, {@code distance} from its opening. */
    private static Path2D across(SleeveCut.Frame f, int side, double distance) {
        double[] e = edge(f, 6);
        double dx = distance * Math.cos(f.lower());
        double dy = distance * Math.sin(f.lower());
        return Paths.polyline(side, e[0] - dx, e[1] - dy, e[2] - dx, e[3] - dy);
    }

    /** The opening, made longer at both ends. */
    private static double[] edge(SleeveCut.Frame f, double by) {
        double x = f.bottomX() - f.topX();
        double y = f.bottomY() - f.topY();
        double n = Math.hypot(x, y);
        x *= by / n;
        y *= by / n;
        return new double[] {f.topX() - x, f.topY() - y, f.bottomX() + x, f.bottomY() + y};
    }
}
