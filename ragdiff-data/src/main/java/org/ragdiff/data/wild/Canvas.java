package org.ragdiff.data.wild;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;

import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.ragdiff.core.RgbImage;
import org.ragdiff.data.opencv.MatImages;

/** A photo in the making: floats in 0..255, three a pixel. Mutable; belongs to one view. */
final class Canvas {
    final int side;
    final float[] rgb;

    Canvas(RgbImage background) {
        if (background.width() != background.height()) {
            throw new IllegalArgumentException("the background must be square, got " + background);
        }
        this.side = background.width();
        byte[] bytes = background.rgbUnsafe();
        this.rgb = new float[bytes.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = bytes[i] & 0xff;
        }
    }

    /** Darkens what lies beside and under a layer: a soft shadow, moved by a few pixels. */
    void shadow(byte[] alpha, double strength, double softness, int moveX, int moveY) {
        byte[] soft;
        try (Mat m = new Mat(side, side, CV_8UC1);
                Mat out = new Mat();
                Size auto = new Size(0, 0)) {
            m.data().put(alpha, 0, alpha.length);
            opencv_imgproc.GaussianBlur(m, out, auto, softness);
            soft = MatImages.bytes(out);
        }
        for (int y = 0; y < side; y++) {
            int sy = Math.max(0, Math.min(side - 1, y - moveY));
            for (int x = 0; x < side; x++) {
                int sx = Math.max(0, Math.min(side - 1, x - moveX));
                float dark = (float) (1 - strength * (soft[sy * side + sx] & 0xff) / 255);
                int i = 3 * (y * side + x);
                rgb[i] *= dark;
                rgb[i + 1] *= dark;
                rgb[i + 2] *= dark;
            }
        }
    }

    /** Lays a layer over everything, its colours multiplied by {@code light}. */
    void over(byte[] layerRgb, byte[] alpha, float[] light) {
        for (int p = 0; p < alpha.length; p++) {
            int a8 = alpha[p] & 0xff;
            if (a8 != 0) {
                float a = a8 / 255f;
                for (int i = 3 * p; i < 3 * p + 3; i++) {
                    float colour = Math.min(255, (layerRgb[i] & 0xff) * light[p]);
                    rgb[i] += a * (colour - rgb[i]);
                }
            }
        }
    }

    void light(float[] light) {
        for (int p = 0; p < light.length; p++) {
            rgb[3 * p] *= light[p];
            rgb[3 * p + 1] *= light[p];
            rgb[3 * p + 2] *= light[p];
        }
    }
}
