package org.ragdiff.data.pairs;

import java.util.SplittableRandom;
import org.ragdiff.core.RgbImage;

/**
 * The same cloth in other colours: hues turned, saturation and lightness changed, white left white, so that the
 * background stays. Stateless.
 */
final class GarmentDye {
    private static final double LEAST_SATURATION = 0.3;
    private static final double MOST_SATURATION = 1.7;
    /** Natural logarithm of the largest exponent of lightness, and of its inverse. */
    private static final double GAMMA = 0.8;

    private GarmentDye() {}

    static StandardGarment sample(StandardGarment g, SplittableRandom random) {
        double hue = 2 * Math.PI * random.nextDouble();
        double saturation = LEAST_SATURATION + (MOST_SATURATION - LEAST_SATURATION) * random.nextDouble();
        double gamma = Math.exp(GAMMA * (2 * random.nextDouble() - 1));
        return new StandardGarment(
                dyed(g.standard(), hue, saturation, gamma), g.silhouette(), g.attributes(), g.id(), g.group());
    }

    /**
     * @param hue by which the plane of chroma (U, V of BT.601) is turned, in radians
     * @param saturation factor of the chroma
     * @param gamma exponent of the luma in [0, 1]; 1 leaves it
     */
    static RgbImage dyed(RgbImage image, double hue, double saturation, double gamma) {
        double cos = saturation * Math.cos(hue);
        double sin = saturation * Math.sin(hue);
        double[] lumas = new double[256];
        for (int i = 0; i < 256; i++) {
            lumas[i] = 255 * Math.pow(i / 255.0, gamma);
        }
        byte[] in = image.rgbUnsafe();
        byte[] out = new byte[in.length];
        for (int i = 0; i < in.length; i += 3) {
            int r = in[i] & 0xff;
            int g = in[i + 1] & 0xff;
            int b = in[i + 2] & 0xff;
            double y = 0.299 * r + 0.587 * g + 0.114 * b;
            double u = 0.492 * (b - y);
            double v = 0.877 * (r - y);
            double luma = lumas[(int) Math.round(y)];
            double newU = cos * u - sin * v;
            double newV = sin * u + cos * v;
            double blue = luma + newU / 0.492;
            double red = luma + newV / 0.877;
            out[i] = clamp(red);
            out[i + 1] = clamp((luma - 0.299 * red - 0.114 * blue) / 0.587);
            out[i + 2] = clamp(blue);
        }
        return RgbImage.wrap(image.width(), image.height(), out);
    }

    private static byte clamp(double v) {
        return (byte) Math.max(0, Math.min(255, Math.round(v)));
    }
}
