package org.ragdiff.diffusion.align;

import org.ragdiff.core.AlignedPhoto;
import org.ragdiff.core.RgbImage;

/**
 * A photo seen through a {@link SplineWarp} and a {@link FramePlacement}, in the standard images' light. Stateless.
 */
public final class PhotoWarp {
    /** Visibilities are spread about ½ by this, so that outlines are as sharp as the picture. */
    private static final float CONTRAST = 2;

    private PhotoWarp() {}

    /**
     * Of places that are known: the garment comes where they say.
     *
     * @param photo square
     * @param c the photo's correspondences
     * @param light the photo's
     * @return of the photo's side; the photo itself where it lies if {@code fit} finds too little of a garment
     */
    public static AlignedPhoto align(RgbImage photo, Correspondences c, PhotoLight light, SplineWarpFit fit) {
        return align(photo, c, light, fit, PhotoView.whole());
    }

    /** As above, through a view of the photo: correspondences and light are the view's. */
    static AlignedPhoto align(RgbImage photo, Correspondences c, PhotoLight light, SplineWarpFit fit, PhotoView view) {
        return fit.fit(c)
                .map(w -> through(photo, c, light, w, view, FramePlacement.none()))
                .orElseGet(() -> AlignedPhoto.unaligned(photo));
    }

    /** As above, of places that were read, with errors: the garment comes near where the standard has its garments. */
    static AlignedPhoto placed(RgbImage photo, Correspondences c, PhotoLight light, SplineWarpFit fit, PhotoView view) {
        return fit.fit(c)
                .map(w -> through(photo, c, light, w, view, placement(c, w, photo.width())))
                .orElseGet(() -> AlignedPhoto.unaligned(photo));
    }

    private static AlignedPhoto through(
            RgbImage photo,
            Correspondences c,
            PhotoLight light,
            SplineWarp warp,
            PhotoView view,
            FramePlacement placement) {
        int side = photo.width();
        byte[] rgb = photo.rgbUnsafe();
        float[] out = new float[3 * side * side];
        float[] visibility = new float[side * side];
        float[] coverage = new float[side * side];
        double[] at = new double[2];
        double[] gains = new double[3];
        for (int i = 0; i < visibility.length; i++) {
            warp.at(placement.across((i % side + 0.5) / side), placement.down((i / side + 0.5) / side), at);
            boolean inside = inSquare(at);
            float whole = (float) bilinear(c.whole(), c.side(), at);
            light.gains(at[0], at[1], gains);
            float seen = (float) bilinear(c.weight(), c.side(), at);
            view.toPhoto(at);
            inside &= inSquare(at);
            seen = !inside ? 0 : Math.max(0, Math.min(1, 0.5f + CONTRAST * (seen - 0.5f)));
            visibility[i] = seen;
            coverage[i] = inside ? whole : 0.5f;
            for (int channel = 0; channel < 3; channel++) {
                double colour = seen == 0 ? 255 : Math.min(255, gains[channel] * colour(rgb, side, at, channel));
                out[3 * i + channel] = (float) ((255 + seen * (colour - 255)) / 127.5 - 1);
            }
        }
        return new AlignedPhoto(side, out, visibility, coverage, true);
    }

    /** Of the outline that the warp makes of what the whole garment covers. */
    private static FramePlacement placement(Correspondences c, SplineWarp warp, int side) {
        float[] coverage = new float[side * side];
        double[] at = new double[2];
        for (int i = 0; i < coverage.length; i++) {
            warp.at((i % side + 0.5) / side, (i / side + 0.5) / side, at);
            coverage[i] = inSquare(at) ? (float) bilinear(c.whole(), c.side(), at) : 0;
        }
        return FramePlacement.of(coverage, side);
    }

    private static boolean inSquare(double[] at) {
        return at[0] >= 0 && at[0] <= 1 && at[1] >= 0 && at[1] <= 1;
    }

    private static double bilinear(float[] grid, int side, double[] at) {
        double x = clamp(at[0] * side - 0.5, side);
        double y = clamp(at[1] * side - 0.5, side);
        int x0 = Math.min((int) x, side - 2);
        int y0 = Math.min((int) y, side - 2);
        int i = y0 * side + x0;
        double top = grid[i] + (x - x0) * (grid[i + 1] - grid[i]);
        double low = grid[i + side] + (x - x0) * (grid[i + side + 1] - grid[i + side]);
        return top + (y - y0) * (low - top);
    }

    /** Between pixels, beyond the edge as at it. */
    static double colour(byte[] rgb, int side, double[] at, int channel) {
        double x = clamp(at[0] * side - 0.5, side);
        double y = clamp(at[1] * side - 0.5, side);
        int x0 = Math.min((int) x, side - 2);
        int y0 = Math.min((int) y, side - 2);
        int i = 3 * (y0 * side + x0) + channel;
        int below = i + 3 * side;
        double top = (rgb[i] & 0xff) + (x - x0) * ((rgb[i + 3] & 0xff) - (rgb[i] & 0xff));
        double low = (rgb[below] & 0xff) + (x - x0) * ((rgb[below + 3] & 0xff) - (rgb[below] & 0xff));
        return top + (y - y0) * (low - top);
    }

    private static double clamp(double v, int side) {
        return Math.max(0, Math.min(side - 1, v));
    }
}
