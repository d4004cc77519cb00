package org.ragdiff.slle.edit;

import java.util.Arrays;

/**
 * Crops or lengthens the body from below. Sleeves that hang beside it stay: below the line only the region on the
 * garment's axis changes, or all regions where the axis is open there, as between trouser legs. Stateless.
 */
final class HemEdit {
    private static final double LEAST_LEFT = 0.15;

    private HemEdit() {}

    static void apply(EditCanvas canvas, double share) {
        EditCanvas.Box box = canvas.box();
        int side = canvas.side;
        int axis = box.axis();
        int bottom = bodyBottom(canvas, box);
        int change = (int) Math.round(share * canvas.frame);
        int line = change < 0 ? bottom + change : (box.top() + bottom) / 2;
        if (line < box.top() + LEAST_LEFT * box.height()) {
            throw new IllegalArgumentException("hem=" + share + " would leave nothing of a garment whose body is "
                    + (double) (bottom - box.top()) / canvas.frame + " of the frame long");
        }
        boolean[] below = canvas.copy();
        Arrays.fill(below, 0, line * side, false);
        int[] region = canvas.regions(below);
        int body = region[line * side + axis];
        boolean[] edited = canvas.copy();
        double factor = (double) (bottom - line) / (bottom - line + Math.max(0, change));
        int end = Math.min(side, Math.max(box.bottom(), bottom + change));
        for (int y = line; y < end; y++) {
            int source = line + (int) ((y - line) * factor);
            for (int x = box.left(); x < box.right(); x++) {
                int r = region[y * side + x];
                boolean other = r != 0 && body != 0 && r != body;
                int from = region[source * side + x];
                boolean moved = change > 0 && from != 0 && (body == 0 || from == body);
                edited[y * side + x] = other || moved;
            }
        }
        canvas.replace(edited);
    }

    /** Where the body ends below: on the axis, or the box's end where the axis is open in the lower half. */
    private static int bodyBottom(EditCanvas canvas, EditCanvas.Box box) {
        int y = (box.top() + box.bottom()) / 2;
        if (!canvas.inside[y * canvas.side + box.axis()]) {
            return box.bottom();
        }
        while (y < box.bottom() && canvas.inside[y * canvas.side + box.axis()]) {
            y++;
        }
        // A crotch in the lower half, with legs below it, is not the hem.
        boolean legs = legsBelow(canvas, box, y);
        return legs ? box.bottom() : y;
    }

    /** Whether on both sides of the axis something reaches far below the row and joins the body just above it. */
    private static boolean legsBelow(EditCanvas canvas, EditCanvas.Box box, int y) {
        int far = y + (int) (0.1 * canvas.frame);
        if (far >= box.bottom() || y == 0) {
            return false;
        }
        int[] run = canvas.run(y - 1, box.axis());
        if (run == null) {
            return false;
        }
        return any(canvas, far, run[0], box.axis()) && any(canvas, far, box.axis(), run[1]);
    }

    private static boolean any(EditCanvas canvas, int y, int from, int to) {
        for (int x = from; x < to; x++) {
            if (canvas.inside[y * canvas.side + x]) {
                return true;
            }
        }
        return false;
    }
}
