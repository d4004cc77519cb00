package org.ragdiff.eval.metric;

import org.ragdiff.core.RgbImage;
import org.ragdiff.core.Silhouette;

/**
 * Whether a generated garment has the pattern of the true one, where neither has to lie exactly on the other: period and
 * direction of the dominant wave of L*, square by square, over the squares that lie wholly inside the true silhouette and
 * in which the true garment has a pattern. Beside {@link DeltaE2000#mean} for its colours.
 *
 * @param tiles squares inside the silhouette
 * @param patterned those in which the true garment has a pattern
 * @param lost share of the patterned ones in which the generated garment has none; NaN if there is none
 * @param octaves mean of |log₂| of the ratio of both frequencies over the squares in which both have a pattern; NaN if
 *     there is none
 * @param degrees mean angle between both directions, in [0, 90], over the same squares; NaN if there is none
 */
public record PatternDifference(int tiles, int patterned, double lost, double octaves, double degrees) {
    /** @throws IllegalArgumentException if the sizes differ */
    public static PatternDifference of(RgbImage generated, RgbImage truth, Silhouette where, PatternOptions options) {
        ImagePair.requireEqualSizes(generated, truth, where);
        double[] theirs = lightness(truth);
        double[] ours = lightness(generated);
        int[] outside = outsideCounts(where);
        int width = truth.width();
        int tiles = 0;
        int patterned = 0;
        int both = 0;
        double octaves = 0;
        double degrees = 0;
        for (int y = 0; y + options.tile() <= truth.height(); y += options.step()) {
            for (int x = 0; x + options.tile() <= width; x += options.step()) {
                if (outside(outside, width, x, y, options.tile()) > 0) {
                    continue;
                }
                tiles++;
                LocalPattern t = LocalPattern.of(square(theirs, width, x, y, options.tile()), options.tile());
                if (!t.seen(options)) {
                    continue;
                }
                patterned++;
                LocalPattern g = LocalPattern.of(square(ours, width, x, y, options.tile()), options.tile());
                if (g.seen(options)) {
                    both++;
                    octaves += Math.abs(Math.log(g.frequency() / t.frequency()) / Math.log(2));
                    double turn = Math.abs(g.orientation() - t.orientation());
                    degrees += Math.min(turn, 180 - turn);
                }
            }
        }
        return new PatternDifference(
                tiles, patterned, (double) (patterned - both) / patterned, octaves / both, degrees / both);
    }

    private static double[] lightness(RgbImage image) {
        byte[] rgb = image.rgbUnsafe();
        double[] out = new double[rgb.length / 3];
        for (int i = 0; i < out.length; i++) {
            out[i] = Lab.ofSrgb(rgb[3 * i] & 0xff, rgb[3 * i + 1] & 0xff, rgb[3 * i + 2] & 0xff)
                    .l();
        }
        return out;
    }

    private static double[] square(double[] plane, int width, int x, int y, int tile) {
        double[] out = new double[tile * tile];
        for (int v = 0; v < tile; v++) {
            System.arraycopy(plane, (y + v) * width + x, out, v * tile, tile);
        }
        return out;
    }

    /** Sums over all cells above and to the left, of cells that are outside. */
    private static int[] outsideCounts(Silhouette s) {
        int w = s.width() + 1;
        int[] sums = new int[w * (s.height() + 1)];
        for (int y = 1; y <= s.height(); y++) {
            for (int x = 1; x < w; x++) {
                int here = s.at(x - 1, y - 1) ? 0 : 1;
                sums[y * w + x] = here + sums[y * w + x - 1] + sums[(y - 1) * w + x] - sums[(y - 1) * w + x - 1];
            }
        }
        return sums;
    }

    private static int outside(int[] sums, int width, int x, int y, int tile) {
        int w = width + 1;
        return sums[(y + tile) * w + x + tile] - sums[y * w + x + tile] - sums[(y + tile) * w + x] + sums[y * w + x];
    }
}
