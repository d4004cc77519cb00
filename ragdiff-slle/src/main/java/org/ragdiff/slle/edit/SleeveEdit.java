package org.ragdiff.slle.edit;

import java.util.Arrays;

/**
 * Cuts or lengthens sleeves along their axes. A sleeve is a region beside the columns of the body's narrowest
 * part that begins in the upper half; its axis leads from where it joins those columns through its centre.
 * Stateless.
 */
final class SleeveEdit {
    private static final double LEAST_AREA = 0.002;
    private static final double LEAST_LEFT = 0.03;

    private SleeveEdit() {}

    /** One sleeve: its region's number, the joint, the unit axis and the reach along it. */
    private record Sleeve(int region, double jointX, double jointY, double axisX, double axisY, double reach) {
        double along(int x, int y) {
            return (x - jointX) * axisX + (y - jointY) * axisY;
        }
    }

    static void apply(EditCanvas canvas, double share) {
        EditCanvas.Box box = canvas.box();
        int side = canvas.side;
        int[] waist = waist(canvas, box);
        boolean[] beside = canvas.copy();
        for (int y = 0; y < side; y++) {
            Arrays.fill(beside, y * side + waist[0], y * side + waist[1], false);
        }
        int[] region = canvas.regions(beside);
        int count = Arrays.stream(region).max().orElse(0);
        boolean[] edited = canvas.copy();
        int sleeves = 0;
        for (int number = 1; number <= count; number++) {
            Sleeve s = measure(canvas, box, region, number, waist);
            if (s != null) {
                sleeves++;
                change(canvas, region, s, share * canvas.frame, waist, edited);
            }
        }
        if (sleeves == 0) {
            throw noSleeves();
        }
        canvas.replace(edited);
    }

    private static IllegalArgumentException noSleeves() {
        return new IllegalArgumentException("the landmark shows no sleeves that sleeve=NUMBER could change");
    }

    /** The narrowest run on the axis between 30 and 80 % of the height. */
    private static int[] waist(EditCanvas canvas, EditCanvas.Box box) {
        int[] best = null;
        for (int y = box.top() + 3 * box.height() / 10; y < box.top() + 8 * box.height() / 10; y++) {
            int[] run = canvas.run(y, box.axis());
            if (run != null && (best == null || run[1] - run[0] < best[1] - best[0])) {
                best = run;
            }
        }
        if (best == null) {
            throw noSleeves();
        }
        return best;
    }

    /** Null if the region is no sleeve. */
    private static Sleeve measure(EditCanvas canvas, EditCanvas.Box box, int[] region, int number, int[] waist) {
        int side = canvas.side;
        double area = 0;
        double sumX = 0;
        double sumY = 0;
        double joint = 0;
        double jointX = 0;
        double jointY = 0;
        int top = side;
        for (int i = 0; i < region.length; i++) {
            if (region[i] == number) {
                int x = i % side;
                area++;
                sumX += x;
                sumY += i / side;
                top = Math.min(top, i / side);
                if (x == waist[0] - 1 || x == waist[1]) {
                    joint++;
                    jointX += x;
                    jointY += i / side;
                }
            }
        }
        if (area < LEAST_AREA * canvas.frame * canvas.frame || joint == 0 || top > (box.top() + box.bottom()) / 2) {
            return null;
        }
        double dx = sumX / area - jointX / joint;
        double dy = sumY / area - jointY / joint;
        double length = Math.hypot(dx, dy);
        Sleeve s = new Sleeve(number, jointX / joint, jointY / joint, dx / length, dy / length, 0);
        double reach = 0;
        for (int i = 0; i < region.length; i++) {
            if (region[i] == number) {
                reach = Math.max(reach, s.along(i % side, i / side));
            }
        }
        return new Sleeve(number, s.jointX, s.jointY, s.axisX, s.axisY, reach);
    }

    private static void change(
            EditCanvas canvas, int[] region, Sleeve s, double change, int[] waist, boolean[] edited) {
        int side = canvas.side;
        double reach = s.reach + change;
        if (reach < LEAST_LEFT * canvas.frame) {
            throw new IllegalArgumentException("sleeve=" + change / canvas.frame + " would cut off a sleeve that is "
                    + s.reach / canvas.frame + " of the frame long");
        }
        boolean left = s.axisX < 0;
        int from = left ? 0 : waist[1];
        int to = left ? waist[0] : side;
        for (int y = 0; y < side; y++) {
            for (int x = from; x < to; x++) {
                double t = s.along(x, y);
                if (t <= 0) {
                    continue;
                }
                int i = y * side + x;
                if (change < 0) {
                    edited[i] &= region[i] != s.region || t <= reach;
                } else if (t <= reach + 1) {
                    double back = t * (s.reach / reach - 1);
                    int sx = (int) Math.round(x + back * s.axisX);
                    int sy = (int) Math.round(y + back * s.axisY);
                    boolean source = sx >= 0 && sy >= 0 && sx < side && sy < side && region[sy * side + sx] == s.region;
                    edited[i] = source || edited[i] && region[i] != s.region;
                }
            }
        }
    }
}
