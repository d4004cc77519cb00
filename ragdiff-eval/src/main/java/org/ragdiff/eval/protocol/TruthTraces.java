package org.ragdiff.eval.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

/**
 * Signs that results were finished with help of the truth: cut out by the true mask, pasted over the true
 * background, toned to the true colour. Each sign is one that a generator which never saw the truth does not leave by
 * chance:
 *
 * <ul>
 *   <li>exact outline: the pixels that are not exactly the background colour are those of the true mask, or those
 *       that are not background in the true picture, every one of them;
 *   <li>copied pixels: a tenth of the pixels inside the mask, or outside it where the true background is not one
 *       colour, are the truth's byte for byte, ten times as many as another garment's; only pixels count that differ
 *       from their neighbour in the truth;
 *   <li>exact tone: the mean colour inside the mask is the truth's to a quarter of a level in all three channels. One
 *       garment in some hundreds meets that by luck, so it is a sign only where many do.
 * </ul>
 *
 * <p>What is not seen: a mask that was shrunk or feathered, results resampled or compressed after they were pasted, a
 * truth that chose among several results. Nothing found is therefore no proof of innocence. Not thread-safe.
 */
public final class TruthTraces {
    private static final double COPIED = 0.1;
    private static final double TONE = 0.25;
    private static final double TONED_SHARE = 0.1;
    private static final int LEAST_OUTLINE = 32;

    private RgbImage previousTruth;
    private int results;
    private int outlines;
    private int copiedInside;
    private int copiedOutside;
    private int toned;

    /**
     * @param result of any side; not modified
     * @param truth of the same size; not modified
     * @param mask of the same size; not modified
     */
    public void add(RgbImage result, RgbImage truth, Silhouette mask) {
        requireSize(result, truth.width(), truth.height(), "truth");
        requireSize(result, mask.width(), mask.height(), "mask");
        results++;
        byte[] mine = result.rgbUnsafe();
        byte[] theirs = truth.rgbUnsafe();
        boolean[] inside = mask.toArray();
        boolean[] painted = differsFrom(mine, commonest(mine, result.width()));
        boolean[] drawn = differsFrom(theirs, commonest(theirs, truth.width()));
        boolean mixed = mixedOutside(drawn, inside);
        outlines += outline(inside, result.width()) >= LEAST_OUTLINE
                        && (Arrays.equals(painted, inside) || !mixed && Arrays.equals(painted, drawn))
                ? 1
                : 0;
        byte[] other = previousTruth != null
                        && previousTruth.width() == truth.width()
                        && previousTruth.height() == truth.height()
                ? previousTruth.rgbUnsafe()
                : null;
        copiedInside += copied(mine, theirs, other, inside, true, truth.width()) ? 1 : 0;
        copiedOutside += mixed && copied(mine, theirs, other, inside, false, truth.width()) ? 1 : 0;
        toned += sameTone(mine, theirs, inside) ? 1 : 0;
        previousTruth = truth;
    }

    /** One line for each kind of sign found; empty if none. */
    public List<String> signs() {
        List<String> out = new ArrayList<>();
        sign(out, outlines, 1, "have exactly the true outline");
        sign(out, copiedInside, 1, "hold the truth's pixels inside the garment");
        sign(out, copiedOutside, 1, "hold the truth's background");
        sign(out, toned, Math.max(2, (int) Math.ceil(TONED_SHARE * results)), "have exactly the truth's mean colour");
        return out;
    }

    private void sign(List<String> out, int count, int least, String words) {
        if (count >= least) {
            out.add(count + " of " + results + " results " + words);
        }
    }

    private static void requireSize(RgbImage result, int width, int height, String what) {
        if (result.width() != width || result.height() != height) {
            throw new IllegalArgumentException("the " + what + " is " + width + "x" + height + ", the result "
                    + result.width() + "x" + result.height() + "; bring them to one size");
        }
    }

    /** The commonest colour along the border. */
    private static int commonest(byte[] rgb, int width) {
        int height = rgb.length / 3 / width;
        Map<Integer, Integer> counts = new HashMap<>();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x += y == 0 || y == height - 1 ? 1 : Math.max(1, width - 1)) {
                counts.merge(colour(rgb, y * width + x), 1, Integer::sum);
            }
        }
        return counts.entrySet().stream()
                .max(Map.Entry.<Integer, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .orElseThrow()
                .getKey();
    }

    private static int colour(byte[] rgb, int i) {
        return (rgb[3 * i] & 0xff) << 16 | (rgb[3 * i + 1] & 0xff) << 8 | rgb[3 * i + 2] & 0xff;
    }

    private static boolean[] differsFrom(byte[] rgb, int background) {
        boolean[] out = new boolean[rgb.length / 3];
        for (int i = 0; i < out.length; i++) {
            out[i] = colour(rgb, i) != background;
        }
        return out;
    }

    /** Whether at least a tenth of what is outside the mask is not the background's one colour. */
    private static boolean mixedOutside(boolean[] drawn, boolean[] inside) {
        int outside = 0;
        int other = 0;
        for (int i = 0; i < inside.length; i++) {
            outside += inside[i] ? 0 : 1;
            other += !inside[i] && drawn[i] ? 1 : 0;
        }
        return other > 0 && other >= 0.1 * outside;
    }

    /** Cells inside with a right or lower neighbour outside, and the reverse. */
    private static int outline(boolean[] inside, int width) {
        int count = 0;
        for (int i = 0; i < inside.length; i++) {
            boolean right = (i + 1) % width != 0 && inside[i] != inside[i + 1];
            boolean below = i + width < inside.length && inside[i] != inside[i + width];
            count += right || below ? 1 : 0;
        }
        return count;
    }

    /** Counts pixels where the truth is not flat and not at an end of the scale: those are equal by chance too. */
    private static boolean copied(byte[] mine, byte[] theirs, byte[] other, boolean[] region, boolean in, int width) {
        int all = 0;
        int equal = 0;
        int byChance = 0;
        for (int i = 0; i < region.length; i++) {
            int colour = colour(theirs, i);
            boolean flat = (i + 1) % width == 0 || colour == colour(theirs, i + 1);
            if (region[i] == in && !flat && colour != 0 && colour != 0xffffff) {
                all++;
                equal += colour(mine, i) == colour ? 1 : 0;
                byChance += other != null && colour(mine, i) == colour(other, i) ? 1 : 0;
            }
        }
        return all >= LEAST_OUTLINE && equal >= COPIED * all && equal > 10 * byChance;
    }

    private static boolean sameTone(byte[] mine, byte[] theirs, boolean[] inside) {
        long[] difference = new long[3];
        int all = 0;
        for (int i = 0; i < inside.length; i++) {
            if (inside[i]) {
                all++;
                for (int c = 0; c < 3; c++) {
                    difference[c] += (mine[3 * i + c] & 0xff) - (theirs[3 * i + c] & 0xff);
                }
            }
        }
        for (long d : difference) {
            if (all == 0 || Math.abs(d) > TONE * all) {
                return false;
            }
        }
        return true;
    }
}
