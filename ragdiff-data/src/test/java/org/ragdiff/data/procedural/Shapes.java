package org.ragdiff.data.procedural;

import java.util.ArrayDeque;
import org.ragdiff.core.Silhouette;

/** Measures of silhouettes by counting pixels. */
final class Shapes {
    private Shapes() {}

    /** x0, y0, x1, y1; the ends exclusive. */
    static int[] box(Silhouette s) {
        int[] box = {s.width(), s.height(), 0, 0};
        for (int y = 0; y < s.height(); y++) {
            for (int x = 0; x < s.width(); x++) {
                if (s.at(x, y)) {
                    box[0] = Math.min(box[0], x);
                    box[1] = Math.min(box[1], y);
                    box[2] = Math.max(box[2], x + 1);
                    box[3] = Math.max(box[3], y + 1);
                }
            }
        }
        return box;
    }

    /** Half the side: inside where three of four pixels are, and at every other place where two are. */
    static Silhouette halved(Silhouette s) {
        int w = s.width() / 2;
        boolean[] inside = new boolean[w * w];
        for (int i = 0; i < inside.length; i++) {
            int x = 2 * (i % w);
            int y = 2 * (i / w);
            int n = (s.at(x, y) ? 1 : 0)
                    + (s.at(x + 1, y) ? 1 : 0)
                    + (s.at(x, y + 1) ? 1 : 0)
                    + (s.at(x + 1, y + 1) ? 1 : 0);
            inside[i] = n > 2 || n == 2 && (x / 2 + y / 2) % 2 == 0;
        }
        return new Silhouette(w, w, inside);
    }

    /** Runs of inside pixels in a row. */
    static int runs(Silhouette s, int y) {
        int runs = 0;
        for (int x = 0; x < s.width(); x++) {
            runs += s.at(x, y) && (x == 0 || !s.at(x - 1, y)) ? 1 : 0;
        }
        return runs;
    }

    /** Pixels of a row between the first and the last inside. */
    static int width(Silhouette s, int y) {
        int first = -1;
        int last = -2;
        for (int x = 0; x < s.width(); x++) {
            if (s.at(x, y)) {
                first = first < 0 ? x : first;
                last = x;
            }
        }
        return last - first + 1;
    }

    /** Connected parts (8 neighbours inside, 4 outside) of at least {@code least} pixels. */
    static int components(Silhouette s, boolean of, int least) {
        int w = s.width();
        boolean[] seen = new boolean[w * w];
        int count = 0;
        for (int start = 0; start < seen.length; start++) {
            if (!seen[start] && s.at(start % w, start / w) == of && fill(s, of, start, seen) >= least) {
                count++;
            }
        }
        return count;
    }

    private static int fill(Silhouette s, boolean of, int start, boolean[] seen) {
        int w = s.width();
        ArrayDeque<Integer> queue = new ArrayDeque<>();
        queue.add(start);
        seen[start] = true;
        int size = 0;
        while (!queue.isEmpty()) {
            int p = queue.poll();
            size++;
            for (int dy = -1; dy <= 1; dy++) {
                for (int dx = -1; dx <= 1; dx++) {
                    int x = p % w + dx;
                    int y = p / w + dy;
                    boolean near = of || dx == 0 || dy == 0;
                    if (near && x >= 0 && y >= 0 && x < w && y < s.height() && !seen[y * w + x] && s.at(x, y) == of) {
                        seen[y * w + x] = true;
                        queue.add(y * w + x);
                    }
                }
            }
        }
        return size;
    }
}
