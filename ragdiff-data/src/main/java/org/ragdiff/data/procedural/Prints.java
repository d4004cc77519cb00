package org.ragdiff.data.procedural;

import static org.ragdiff.data.procedural.Ranges.chance;
import static org.ragdiff.data.procedural.Ranges.draw;

import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Prints and logos on the front: badges, lettering, pictures of blobs, chest bands. Stateless. */
final class Prints {
    private Prints() {}

    static List<Mark> sample(GarmentShape shape, int ground, SplittableRandom r) {
        UpperShape upper = (UpperShape) shape;
        BodyCut body = upper.body();
        double chest = Math.min(body.chest(), body.waist());
        double top = Math.max(upper.neck().depth() + 4, 0.55 * body.armhole());
        double room = Math.max(8, Math.min(0.5 * body.length(), body.length() - top - 22));
        int ink = Palette.against(ground, r);
        double k = r.nextDouble();
        boolean placket = upper.front().closure() != org.ragdiff.core.GarmentAttributes.Closure.NONE;
        if (placket || k < 0.2) {
            return logo(chest * 0.45, Math.max(top, body.armhole() * 0.9), draw(r, 3, 6), ink, r);
        } else if (k < 0.45) {
            return lettering(0, top + draw(r, 3, 8), chest * draw(r, 0.7, 1.3), 1 + r.nextInt(3), ink, r);
        } else if (k < 0.58) {
            return badge(0, top + room * 0.4, Math.min(chest * 0.55, room * 0.5) * draw(r, 0.6, 1), ground, ink, r);
        } else if (k < 0.7) {
            return picture(0, top + room * 0.45, chest * draw(r, 0.4, 0.62), room * draw(r, 0.35, 0.5), ground, ink, r);
        } else if (k < 0.8) {
            return band(body, top + room * draw(r, 0.1, 0.5), ground, ink, r);
        } else if (k < 0.92) {
            List<Mark> marks = new ArrayList<>(picture(0, top + room * 0.35, chest * 0.5, room * 0.32, ground, ink, r));
            marks.addAll(lettering(0, top + room * 0.75, chest, 1, ink, r));
            return marks;
        }
        return scattered(chest, top, room, ink, r);
    }

    private static List<Mark> logo(double x, double y, double size, int ink, SplittableRandom r) {
        if (chance(r, 0.4)) {
            return lettering(x, y, size * 1.6, 1, ink, r);
        }
        return List.of(Mark.fill(blob(x, y, size * 0.5, size * 0.4, r), ink));
    }

    private static List<Mark> lettering(double x, double y, double width, int lines, int ink, SplittableRandom r) {
        List<Mark> marks = new ArrayList<>();
        double lineY = y;
        boolean heavy = chance(r, 0.5);
        for (int k = 0; k < lines; k++) {
            int letters = 3 + r.nextInt(k == 0 ? 6 : 9);
            double w = width * (k == 0 ? 1 : draw(r, 0.5, 1));
            double advance = w / letters;
            double height = Math.min(advance * draw(r, 1.1, 1.7), width * 0.4);
            double stroke = advance * (heavy ? 0.26 : 0.15);
            for (int i = 0; i < letters; i++) {
                Path2D glyph = Letters.sample(x - w / 2 + (i + 0.14) * advance, lineY, advance * 0.72, height, r);
                marks.add(Mark.stroke(glyph, stroke, ink, 0.95));
            }
            lineY += height * 1.45;
        }
        return marks;
    }

    private static List<Mark> badge(double x, double y, double size, int ground, int ink, SplittableRandom r) {
        List<Mark> marks = new ArrayList<>();
        Path2D plate = chance(r, 0.5)
                ? Paths.ellipse(x, y, size, size)
                : Paths.polygon(
                        1,
                        x - size,
                        y - size * 0.8,
                        x + size,
                        y - size * 0.8,
                        x + size,
                        y + size * 0.8,
                        x - size,
                        y + size * 0.8);
        if (chance(r, 0.6)) {
            marks.add(Mark.fill(plate, ink, 0.95));
            marks.add(Mark.fill(
                    blob(x, y - 0.1 * size, size * 0.55, size * 0.5, r),
                    chance(r, 0.5) ? ground : Palette.against(ink, r)));
        } else {
            marks.add(Mark.stroke(plate, size * 0.12, ink, 0.95));
            marks.addAll(lettering(x, y - size * 0.2, size * 1.3, 1, ink, r));
        }
        return marks;
    }

    private static List<Mark> picture(
            double x, double y, double rx, double ry, int ground, int ink, SplittableRandom r) {
        List<Mark> marks = new ArrayList<>();
        int second = Palette.against(ground, r);
        int third = Palette.garment(r);
        int count = 3 + r.nextInt(5);
        marks.add(Mark.fill(blob(x, y, rx, ry, r), ink, 0.95));
        for (int k = 0; k < count; k++) {
            double bx = x + rx * 0.5 * draw(r, -1, 1);
            double by = y + ry * 0.5 * draw(r, -1, 1);
            double size = draw(r, 0.12, 0.45);
            marks.add(Mark.fill(
                    blob(bx, by, rx * size, ry * size, r), k % 3 == 0 ? second : k % 3 == 1 ? third : ground, 0.95));
        }
        return marks;
    }

    private static List<Mark> band(BodyCut body, double y, int ground, int ink, SplittableRandom r) {
        List<Mark> marks = new ArrayList<>();
        double w = Math.max(body.chest(), body.hem()) + 6;
        int count = 1 + r.nextInt(3);
        double lineY = y;
        for (int k = 0; k < count; k++) {
            double h = draw(r, 1, 6);
            int rgb = k == 1 ? Palette.against(ground, r) : ink;
            marks.add(Mark.fill(Paths.polygon(1, -w, lineY, w, lineY, w, lineY + h, -w, lineY + h), rgb));
            lineY += h + draw(r, 0.8, 3);
        }
        return marks;
    }

    private static List<Mark> scattered(double chest, double top, double room, int ink, SplittableRandom r) {
        List<Mark> marks = new ArrayList<>();
        int count = 8 + r.nextInt(14);
        for (int k = 0; k < count; k++) {
            double x = chest * 0.7 * draw(r, -1, 1);
            double y = top + room * 1.2 * r.nextDouble();
            double size = draw(r, 0.8, 2.2);
            marks.add(
                    chance(r, 0.5)
                            ? Mark.fill(blob(x, y, size, size, r), ink)
                            : Mark.stroke(blob(x, y, size, size, r), 0.4, ink, 0.9));
        }
        return marks;
    }

    /** A closed smooth shape: a star with random rays, its corners rounded. */
    private static Path2D blob(double cx, double cy, double rx, double ry, SplittableRandom r) {
        int n = 5 + r.nextInt(7);
        double spread = draw(r, 0.05, 0.5);
        double[] x = new double[n];
        double[] y = new double[n];
        double turn = 2 * Math.PI * r.nextDouble();
        for (int i = 0; i < n; i++) {
            double radius = 1 - spread * r.nextDouble();
            x[i] = cx + rx * radius * Math.cos(turn + 2 * Math.PI * i / n);
            y[i] = cy + ry * radius * Math.sin(turn + 2 * Math.PI * i / n);
        }
        double tension = chance(r, 0.25) ? 0 : 1 / 6.0;
        Path2D.Double path = new Path2D.Double(Path2D.WIND_NON_ZERO);
        path.moveTo(x[0], y[0]);
        for (int i = 0; i < n; i++) {
            int a = (i + n - 1) % n;
            int b = (i + 1) % n;
            int c = (i + 2) % n;
            path.curveTo(
                    x[i] + (x[b] - x[a]) * tension,
                    y[i] + (y[b] - y[a]) * tension,
                    x[b] - (x[c] - x[i]) * tension,
                    y[b] - (y[c] - y[i]) * tension,
                    x[b],
                    y[b]);
        }
        path.closePath();
        return path;
    }
}
