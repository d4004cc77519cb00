package org.ragdiff.data.wild;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.ragdiff.data.opencv.MatImages;

/**
 * A part of a garment folded over a line onto the rest: its front is hidden, and it hides what it
 * falls on. The flap shows the cloth's inside, a duller mirror image. Stateless.
 */
final class GarmentFold {
    private static final float INSIDE_LIGHT = 0.82f;
    private static final float INSIDE_GREY = 0.35f;
    private static final float FLAP_SHADOW = 0.4f;

    private GarmentFold() {}

    /** Folds a side, a sleeve's corner or the hem, 5 to 20 % of the garment. */
    static GarmentLayer sample(GarmentLayer garment, SplittableRandom random) {
        double[] angles = {0, Math.PI, 0.5 * Math.PI, 0.5 * Math.PI, -0.25 * Math.PI, -0.75 * Math.PI};
        double angle = angles[random.nextInt(angles.length)] + 0.35 * (2 * random.nextDouble() - 1);
        double share = 0.05 + 0.15 * random.nextDouble();
        double nx = Math.cos(angle);
        double ny = Math.sin(angle);
        double[] along = new double[garment.side() * garment.side()];
        int n = 0;
        for (int i = 0; i < along.length; i++) {
            if ((garment.alpha()[i] & 0xff) >= 128) {
                along[n++] = nx * (i % garment.side()) + ny * (i / garment.side());
            }
        }
        if (n == 0) {
            return garment;
        }
        Arrays.sort(along, 0, n);
        return fold(garment, nx, ny, along[(int) ((1 - share) * (n - 1))]);
    }

    /**
     * Folds everything with {@code nx * x + ny * y > position} over that line.
     *
     * @param nx unit normal of the line, pointing to the part that is folded
     */
    static GarmentLayer fold(GarmentLayer garment, double nx, double ny, double position) {
        int side = garment.side();
        int n = side * side;
        byte[] flap = new byte[n];
        int[] mirrored = new int[n];
        for (int i = 0; i < n; i++) {
            double beyond = nx * (i % side) + ny * (i / side) - position;
            int mx = (int) Math.round(i % side - 2 * beyond * nx);
            int my = (int) Math.round(i / side - 2 * beyond * ny);
            if (beyond <= 0 && mx >= 0 && my >= 0 && mx < side && my < side) {
                mirrored[i] = my * side + mx;
                flap[i] = garment.alpha()[mirrored[i]];
            }
        }
        byte[] shadow = blurred(flap, side);
        byte[] rgb = garment.rgb().clone();
        byte[] alpha = new byte[n];
        byte[] front = new byte[n];
        for (int i = 0; i < n; i++) {
            double beyond = nx * (i % side) + ny * (i / side) - position;
            if (beyond > 0) {
                continue;
            }
            float f = (flap[i] & 0xff) / 255f;
            int m = 3 * mirrored[i];
            byte[] from = garment.rgb();
            float grey = ((from[m] & 0xff) + (from[m + 1] & 0xff) + (from[m + 2] & 0xff)) / 3f;
            float dark = 1 - FLAP_SHADOW * (shadow[i] & 0xff) / 255f;
            for (int c = 0; c < 3; c++) {
                float own = (rgb[3 * i + c] & 0xff) * dark;
                float inside = INSIDE_LIGHT * (INSIDE_GREY * grey + (1 - INSIDE_GREY) * (from[m + c] & 0xff));
                rgb[3 * i + c] = (byte) Math.round(own + f * (inside - own));
            }
            alpha[i] = (byte) Math.max(garment.alpha()[i] & 0xff, flap[i] & 0xff);
            front[i] = (byte) Math.round((garment.front()[i] & 0xff) * (1 - f));
        }
        return new GarmentLayer(side, rgb, alpha, front);
    }

    private static byte[] blurred(byte[] plane, int side) {
        try (Mat m = new Mat(side, side, CV_8UC1);
                Mat out = new Mat();
                Size auto = new Size(0, 0)) {
            m.data().put(plane, 0, plane.length);
            opencv_imgproc.GaussianBlur(m, out, auto, side / 50.0);
            return MatImages.bytes(out);
        }
    }
}
