package org.ragdiff.diffusion.pipeline;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.ragdiff.core.RgbImage;
import org.ragdiff.core.SignedDistanceField;

/**
 * Gives a generated garment the landmark's outline: the hard guidance, enforced. A denoiser follows its landmark to
 * within a few pixels; what it left white inside is filled with the nearest cloth, and cloth beyond is taken away.
 * Immutable.
 *
 * @param share of the landmark in the opacity of each pixel, in [0, 1]; 0 leaves the outline as drawn
 */
public record LandmarkMatte(double share) {
    /** How far off the landmark's outline a drawn one stays as it is, in the landmark's cells. */
    private static final double SLACK = 0.25;
    /** Opacity from which a pixel's colour counts as the cloth's. */
    private static final int CLOTH = 128;

    public LandmarkMatte {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("the share of the landmark matte must be in [0, 1], got " + share);
        }
    }

    /**
     * @param image generated, square, on white
     * @param landmark of any side
     * @param background what is background in {@code image}
     * @return on white; the image itself if nothing is drawn in it
     */
    public RgbImage apply(RgbImage image, SignedDistanceField landmark, WhiteBackground background) {
        int side = image.width();
        if (share == 0 || side != image.height()) {
            return image;
        }
        Cutout drawn = Cutout.of(image, background);
        int[] nearest = nearestCloth(drawn, side);
        if (nearest[0] < 0) {
            return image;
        }
        SignedDistanceField field = landmark.resize(side);
        double slack = SLACK * side / landmark.side();
        byte[] out = image.rgb();
        for (int i = 0; i < nearest.length; i++) {
            double own = (drawn.alpha()[i] & 0xff) / 255.0;
            double distance = side * (double) field.at(i % side, i / side);
            double wanted = Math.max(inside(distance + slack), Math.min(own, inside(distance - slack)));
            for (int c = 0; c < 3; c++) {
                int cloth = drawn.colours().at(nearest[i] % side, nearest[i] / side, c);
                double mixed = (out[3 * i + c] & 0xff) + share * (wanted - own) * (cloth - 255);
                out[3 * i + c] = (byte) Math.round(Math.max(0, Math.min(255, mixed)));
            }
        }
        return RgbImage.wrap(side, side, out);
    }

    /** Share of a pixel on the inner side of an outline that passes at a distance from its centre. */
    private static double inside(double pixels) {
        return Math.max(0, Math.min(1, 0.5 - pixels));
    }

    /** For each pixel the nearest one of cloth, by steps across and down; -1 for all if there is none. */
    private static int[] nearestCloth(Cutout drawn, int side) {
        int[] nearest = new int[side * side];
        Arrays.fill(nearest, -1);
        ArrayDeque<Integer> open = new ArrayDeque<>();
        for (int i = 0; i < nearest.length; i++) {
            if ((drawn.alpha()[i] & 0xff) >= CLOTH) {
                nearest[i] = i;
                open.add(i);
            }
        }
        while (!open.isEmpty()) {
            int i = open.poll();
            int x = i % side;
            spread(nearest, open, i, x > 0 ? i - 1 : -1);
            spread(nearest, open, i, x < side - 1 ? i + 1 : -1);
            spread(nearest, open, i, i - side);
            spread(nearest, open, i, i + side);
        }
        return nearest;
    }

    private static void spread(int[] nearest, ArrayDeque<Integer> open, int from, int to) {
        if (to >= 0 && to < nearest.length && nearest[to] < 0) {
            nearest[to] = nearest[from];
            open.add(to);
        }
    }
}
