package org.ragdiff.data.procedural;

import java.awt.geom.Path2D;
import java.util.List;

/** Pockets of upper garments. Stateless. */
final class PocketPattern {
    private PocketPattern() {}

    /**
     * @param only 1 or -1 for the pockets of that side's front alone, 0 for all
     */
    static void add(UpperShape shape, Look look, List<Panel> panels, int only) {
        BodyCut b = shape.body();
        double hemY = b.length() - shape.front().hemBand();
        switch (shape.front().pockets()) {
            case NONE -> {
                return;
            }
            case CHEST -> chest(b, panels, only, 1);
            case TWO_CHEST -> {
                chest(b, panels, only, 1);
                chest(b, panels, only, -1);
            }
            case KANGAROO -> kangaroo(b, hemY, panels);
            case PATCH, FLAP, WELT -> {
                for (int side = -1; side <= 1; side += 2) {
                    if (only == 0 || only == side) {
                        hip(shape, hemY, panels, side);
                    }
                }
            }
            default -> throw new AssertionError(shape.front().pockets());
        }
    }

    private static void chest(BodyCut b, List<Panel> panels, int only, int side) {
        if (only != 0 && only != side) {
            return;
        }
        double x0 = b.chest() * 0.24;
        double x1 = b.chest() * 0.66;
        double y0 = b.armhole() * 0.86;
        double y1 = y0 + (x1 - x0) * 1.15;
        Path2D path = Paths.polygon(side, x0, y0, x1, y0, x1, y1 - 1.5, (x0 + x1) / 2, y1, x0, y1 - 1.5);
        panels.add(sewn(path).with(Mark.stitch(Paths.polyline(side, x0, y0 + 1.6, x1, y0 + 1.6))));
    }

    private static void kangaroo(BodyCut b, double hemY, List<Panel> panels) {
        double w = Math.min(b.chest(), b.hem()) * 0.62;
        double y0 = hemY - 21;
        double y1 = hemY - 1.5;
        Path2D path = Contour.from(0, y0)
                .line(w * 0.62, y0)
                .curve(w * 0.68, y0 + 5, w * 0.9, y0 + 9, w, y0 + 12)
                .line(w, y1)
                .line(0, y1)
                .mirroredClosed();
        panels.add(sewn(path));
    }

    private static void hip(UpperShape shape, double hemY, List<Panel> panels, int side) {
        BodyCut b = shape.body();
        double room = Math.max(shape.front().gapHem(), 2);
        double w = Math.min(b.waist(), b.hem()) - room;
        double x0 = room + w * 0.26;
        double x1 = room + w * 0.82;
        double y0 = Math.max(b.waistAt() + 2, hemY - 0.38 * (hemY - b.armhole()));
        double y1 = Math.min(hemY - 3, y0 + (x1 - x0) * 1.15);
        switch (shape.front().pockets()) {
            case PATCH ->
                panels.add(sewn(Paths.polygon(side, x0, y0, x1, y0 - 0.4, x1, y1, x0, y1))
                        .with(Mark.stitch(Paths.polyline(side, x0, y0 + 2, x1, y0 + 1.6))));
            case FLAP -> panels.add(sewn(Paths.polygon(side, x0, y0, x1, y0 - 0.8, x1, y0 + 4.2, x0, y0 + 5)));
            default -> {
                Path2D line = Paths.polyline(side, x0 + 2, y0 + 8, x1, y0 - 3);
                panels.add(Panel.overlay(
                                Paths.polygon(side, x0 + 2, y0 + 8, x1, y0 - 3, x1 - 1.5, y0 - 4, x0 + 0.5, y0 + 7),
                                Cloth.MAIN)
                        .withLift(0.3)
                        .with(List.of(Mark.stroke(line, 0.9, Mark.DARK, 0.4))));
            }
        }
    }

    private static Panel sewn(Path2D path) {
        return Panel.overlay(path, Cloth.MAIN)
                .withLift(0.5)
                .with(List.of(Mark.stroke(path, 1.4, Mark.DARK, 0.1), Mark.stroke(path, 0.5, Mark.DARK, 0.28)));
    }
}
