package org.ragdiff.data.procedural;

import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.List;
import org.ragdiff.core.GarmentAttributes.Closure;

/** The front of an upper garment: one panel or two, closure, pockets, hem. Stateless. */
final class FrontPattern {
    private FrontPattern() {}

    static void add(UpperShape shape, Look look, List<Panel> panels) {
        List<Mark> marks = new ArrayList<>(look.print());
        seams(shape, marks);
        neckBand(shape, look, marks);
        if (!shape.front().split()) {
            closure(shape, look, marks);
            panels.add(front(shape.body().outer(shape.neck().front(0), 0).mirroredClosed(), shape, marks));
            overlays(shape, look, panels, 0);
            return;
        }
        for (int side = -1; side <= 1; side += 2) {
            List<Mark> own = new ArrayList<>(marks);
            edge(shape, look, side, own);
            panels.add(front(half(shape).closed(side), shape, own));
            overlays(shape, look, panels, side);
        }
    }

    private static Panel front(Path2D outline, UpperShape shape, List<Mark> marks) {
        Panel.Drape drape = shape.seams().gathers() > 0 ? Panel.Drape.FALL : Panel.Drape.BODY;
        return Panel.of(outline, Cloth.MAIN, drape).withLift(0.9).with(marks);
    }

    /** One half of a split front; jackets are rounded off at the hem. */
    private static Contour half(UpperShape shape) {
        FrontCut front = shape.front();
        BodyCut body = shape.body();
        double top = front.gapTop();
        double hem = Math.min(front.gapHem(), body.hem() - 6);
        Contour c = shape.neck().front(top);
        if (shape.neck().collar() != NeckCut.Collar.LAPEL) {
            return body.outer(c, hem);
        }
        double round = Math.min(9, 0.35 * (body.hem() - hem));
        double y = body.length() + body.hemCurve();
        return body.outer(c, hem + round)
                .curve(hem + 0.4 * round, y, hem, y - 0.4 * round, hem * 0.7, y - 1.3 * round)
                .curve(
                        hem * 0.4,
                        y - 2.6 * round,
                        top + 0.2,
                        shape.neck().depth() + 8,
                        top,
                        shape.neck().depth());
    }

    private static void edge(UpperShape shape, Look look, int side, List<Mark> marks) {
        FrontCut front = shape.front();
        double y0 = shape.neck().depth();
        double y1 = shape.body().length();
        double hem = Math.min(front.gapHem(), shape.body().hem() - 6);
        if (shape.neck().collar() != NeckCut.Collar.LAPEL) {
            marks.addAll(Mark.stitch(Paths.polyline(side, front.gapTop() + 2.4, y0 + 1, hem + 2.4, y1 + 4)));
        }
        if (front.closure() == Closure.ZIP) {
            Path2D line = Paths.polyline(side, front.gapTop(), y0, hem, y1 + 3);
            marks.add(Mark.stroke(line, 1.6, look.metalRgb(), 0.9));
        }
        if (side > 0) {
            for (int k = 0; k < front.buttons(); k++) {
                double t = (k + 0.5) / front.buttons();
                double y = y0 + 1.5 + t * (y1 - y0) * Math.max(0.1, front.share());
                double s = (y - y0) / (y1 - y0);
                button(front.gapTop() + (hem - front.gapTop()) * s * s + 1.6, y, 0.9, look, marks);
            }
        }
    }

    private static void closure(UpperShape shape, Look look, List<Mark> marks) {
        FrontCut front = shape.front();
        double top =
                shape.neck().collar() == NeckCut.Collar.STAND ? 0 : shape.neck().depth();
        double bottom = top + front.share() * (shape.body().length() + 4 - top);
        if (front.closure() == Closure.ZIP) {
            Path2D line = Paths.polyline(1, 0, top, 0, bottom);
            marks.add(Mark.stroke(line, 2.6, Mark.DARK, 0.12));
            marks.add(Mark.stroke(line, 1.1, look.metalRgb(), 0.95));
            marks.add(Mark.stroke(line, 0.3, Mark.DARK, 0.5));
            marks.add(Mark.fill(Paths.ellipse(0, top + 2.5, 0.6, 1.5), Palette.scaled(look.metalRgb(), 0.8)));
        } else if (front.closure() == Closure.BUTTONS) {
            boolean whole = front.share() > 0.95;
            double end = whole ? bottom : bottom + 0.5;
            double w = whole ? 1.7 : 1.5;
            marks.add(Mark.stroke(Paths.polyline(1, w, top - 1, w, end), 1.4, Mark.DARK, 0.08));
            marks.add(Mark.stroke(Paths.polyline(1, w, top - 1, w, end), 0.35, Mark.DARK, 0.32));
            marks.addAll(Mark.stitch(Paths.polyline(1, -w, top - 1, -w, end)));
            if (!whole) {
                marks.add(Mark.stroke(Paths.polyline(1, -w, end, w, end), 0.35, Mark.DARK, 0.32));
            }
            for (int k = 0; k < front.buttons(); k++) {
                double t = front.buttons() == 1 ? 0.5 : (k + 0.15) / (front.buttons() - 0.3);
                button(0, top + 1 + t * (bottom - top - (whole ? 9 : 2)), whole ? 0.62 : 0.55, look, marks);
            }
        }
    }

    static void button(double x, double y, double r, Look look, List<Mark> marks) {
        marks.add(Mark.fill(Paths.ellipse(x + 0.15, y + 0.25, r * 1.25, r * 1.25), Mark.DARK, 0.25));
        marks.add(Mark.fill(Paths.ellipse(x, y, r, r), look.buttonRgb()));
        marks.add(Mark.fill(Paths.ellipse(x, y, r * 0.35, r * 0.35), Mark.DARK, 0.3));
    }

    private static void neckBand(UpperShape shape, Look look, List<Mark> marks) {
        NeckCut neck = shape.neck();
        double middle = shape.front().gapTop();
        List<Path2D> lines = middle == 0
                ? List.of(neck.front(0).mirroredOpen())
                : List.of(neck.front(middle).open(-1), neck.front(middle).open(1));
        for (Path2D line : lines) {
            if (neck.collar() == NeckCut.Collar.RIB) {
                double width = Math.max(1.2, neck.size());
                marks.add(Mark.stroke(line, 2 * width + 1.2, Mark.DARK, 0.06));
                marks.add(Mark.stroke(line, 2 * width + 0.4, Mark.DARK, 0.16));
                marks.add(Mark.stroke(line, 2 * width, look.trimRgb(), 1));
                marks.add(Mark.stroke(line, 0.8, Mark.DARK, 0.12));
            } else if (neck.collar() == NeckCut.Collar.NONE) {
                marks.add(Mark.stroke(line, 2.4, Mark.DARK, 0.1));
            }
        }
    }

    private static void seams(UpperShape shape, List<Mark> marks) {
        BodyCut body = shape.body();
        SeamCut seams = shape.seams();
        if (shape.front().hemBand() == 0 && body.hemKind() != BodyCut.HemKind.BODY) {
            for (int side = -1; side <= 1; side += 2) {
                marks.addAll(Mark.stitch(Paths.moved(body.hemLine().open(side), 0, -2.2)));
            }
        }
        if (seams.yoke()) {
            for (int side = -1; side <= 1; side += 2) {
                marks.addAll(Mark.stitch(Paths.polyline(side, 2, 3.5, body.shoulder() + 2, body.drop() + 3.5)));
            }
        }
        if (seams.waistSeam()) {
            Path2D line = Contour.from(0, body.waistAt() + 0.8)
                    .curve(
                            body.waist() * 0.4,
                            body.waistAt() + 0.8,
                            body.waist() * 0.7,
                            body.waistAt() + 0.3,
                            body.waist() + 1,
                            body.waistAt())
                    .mirroredOpen();
            marks.addAll(Mark.seam(line));
        }
        for (int k = 1; k <= seams.tiers(); k++) {
            double y = body.waistAt() + (body.length() - body.waistAt()) * k / (seams.tiers() + 1.0);
            Path2D line = Contour.from(0, y + 1)
                    .curve(body.hem() * 0.4, y + 1, body.hem() * 0.7, y + 0.4, body.hem() + 2, y)
                    .mirroredOpen();
            marks.add(Mark.stroke(Paths.moved(line, 0, 0.7), 2, Mark.DARK, 0.1));
            marks.addAll(Mark.seam(line));
        }
        if (seams.quilting() > 0) {
            for (double y = body.drop() + seams.quilting(); y < body.length(); y += seams.quilting()) {
                marks.addAll(SleevePattern.quilt(Contour.from(0, y + 0.8)
                        .curve(body.chest() * 0.4, y + 0.8, body.chest() * 0.7, y, body.hem() + 3, y)
                        .mirroredOpen()));
            }
        }
    }

    private static void overlays(UpperShape shape, Look look, List<Panel> panels, int only) {
        PocketPattern.add(shape, look, panels, only);
        BodyCut body = shape.body();
        double band = shape.front().hemBand();
        if (band > 0) {
            double y = body.length() - band;
            double w = body.hem() + 12;
            Path2D path = Paths.polygon(1, -w, y, w, y, w, y + band + 25, -w, y + band + 25);
            panels.add(Panel.overlay(path, Cloth.TRIM).with(Mark.seam(Paths.polyline(1, -w, y, w, y))));
        }
        double belt = shape.seams().belt();
        if (belt > 0) {
            double y = body.waistAt() - belt / 2;
            double w = body.waist() + 8;
            panels.add(Panel.overlay(Paths.polygon(1, -w, y, w, y, w, y + belt, -w, y + belt), Cloth.TRIM)
                    .withLift(0.5)
                    .with(Mark.stitch(Paths.polyline(1, -w, y + 0.1, w, y + 0.1)))
                    .with(Mark.stitch(Paths.polyline(1, -w, y + belt - 0.1, w, y + belt - 0.1))));
        }
    }
}
