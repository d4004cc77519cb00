package org.ragdiff.core;

import java.util.Arrays;

/** Connected regions and small-disc morphology of row-major flags. Stateless; inputs are not modified. */
public final class BinaryRegions {
    private BinaryRegions() {}

    /** 4-connected regions: 0 outside, then 1, 2, … in the order of their first cell. */
    public static int[] label(boolean[] inside, int w, int h) {
        int[] label = new int[w * h];
        int[] queue = new int[w * h];
        int next = 0;
        for (int start = 0; start < inside.length; start++) {
            if (!inside[start] || label[start] != 0) {
                continue;
            }
            label[start] = ++next;
            int head = 0;
            int tail = 0;
            queue[tail++] = start;
            while (head < tail) {
                int i = queue[head++];
                int x = i % w;
                int[] around = {x > 0 ? i - 1 : -1, x < w - 1 ? i + 1 : -1, i - w, i + w};
                for (int j : around) {
                    if (j >= 0 && j < inside.length && inside[j] && label[j] == 0) {
                        label[j] = next;
                        queue[tail++] = j;
                    }
                }
            }
        }
        return label;
    }

    /** Cells of each label; index 0 counts the outside. */
    public static int[] areas(int[] label) {
        int[] areas = new int[Arrays.stream(label).max().orElse(0) + 1];
        for (int l : label) {
            areas[l]++;
        }
        return areas;
    }

    /** Regions of at least a share of the largest one's area. */
    public static boolean[] keepLarge(boolean[] inside, int w, int h, double share) {
        int[] label = label(inside, w, h);
        int[] areas = areas(label);
        int largest = 0;
        for (int l = 1; l < areas.length; l++) {
            largest = Math.max(largest, areas[l]);
        }
        boolean[] out = new boolean[inside.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = label[i] != 0 && areas[label[i]] >= share * largest;
        }
        return out;
    }

    /** Adds every outside region that does not touch the border. */
    public static boolean[] fillHoles(boolean[] inside, int w, int h) {
        boolean[] outside = new boolean[inside.length];
        for (int i = 0; i < outside.length; i++) {
            outside[i] = !inside[i];
        }
        int[] label = label(outside, w, h);
        boolean[] open = new boolean[Arrays.stream(label).max().orElse(0) + 1];
        for (int x = 0; x < w; x++) {
            open[label[x]] = true;
            open[label[(h - 1) * w + x]] = true;
        }
        for (int y = 0; y < h; y++) {
            open[label[y * w]] = true;
            open[label[y * w + w - 1]] = true;
        }
        boolean[] out = new boolean[inside.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = inside[i] || !open[label[i]];
        }
        return out;
    }

    /** Cells within a distance of the inside. */
    public static boolean[] dilate(boolean[] inside, int w, int h, double radius) {
        int reach = (int) Math.floor(radius);
        boolean[] out = inside.clone();
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                if (inside[y * w + x]) {
                    for (int v = Math.max(0, y - reach); v <= Math.min(h - 1, y + reach); v++) {
                        for (int u = Math.max(0, x - reach); u <= Math.min(w - 1, x + reach); u++) {
                            out[v * w + u] |= (u - x) * (u - x) + (v - y) * (v - y) <= radius * radius;
                        }
                    }
                }
            }
        }
        return out;
    }

    /** Cells farther than a distance from the outside; beyond the border there is no outside. */
    public static boolean[] erode(boolean[] inside, int w, int h, double radius) {
        return not(dilate(not(inside), w, h, radius));
    }

    /** Every flag turned round. */
    public static boolean[] not(boolean[] flags) {
        boolean[] out = new boolean[flags.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = !flags[i];
        }
        return out;
    }
}
